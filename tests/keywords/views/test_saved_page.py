"""How a saved page is sent: so that it can do nothing."""

import pytest
from django.test import Client

from keywords.models import SavedPage, Search
from keywords.saved_pages import save_page
from keywords.views.saved_page import PAGE_POLICY
from tests.keywords.results import finish
from tests.keywords.rows import make_list, make_user

pytestmark = pytest.mark.django_db

BODY = "<html><meta charset=latin-1>Größe".encode("latin-1")


@pytest.fixture
def search(client: Client) -> Search:
    client.force_login(make_user("alice"))
    return finish(make_list("red shoes").keywords.get(), BODY)


class TestShowPage:
    def test_sends_the_page_as_it_came_under_its_own_policy(
        self, client: Client, search: Search
    ) -> None:
        response = client.get(f"/searches/{search.pk}/page")
        assert response.content == BODY
        assert response["Content-Security-Policy"] == PAGE_POLICY
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["X-Frame-Options"] == "SAMEORIGIN"
        assert response["Cache-Control"] == "private"

    def test_lets_no_other_page_be_framed(self, client: Client, search: Search) -> None:
        response = client.get(f"/keywords/{search.keyword_id}?tab=page")
        assert response["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
        assert "unsafe" not in response["Content-Security-Policy"]

    @pytest.mark.parametrize(
        ("saved_as", "sent_as"),
        [
            ("text/html", "text/html"),
            ("text/html; charset=ISO-8859-1", "text/html; charset=ISO-8859-1"),
            ("Text/HTML;charset='utf-8'", "text/html; charset=utf-8"),
            ("", "text/html"),
            ("application/json", "text/plain; charset=utf-8"),
            ("image/svg+xml", "text/plain; charset=utf-8"),
            ("text/html; charset=x\r\nSet-Cookie: a", "text/html; charset=x"),
        ],
    )
    def test_sends_anything_but_html_as_text(
        self, client: Client, search: Search, saved_as: str, sent_as: str
    ) -> None:
        SavedPage.objects.update(content_type=saved_as)
        assert client.get(f"/searches/{search.pk}/page")["Content-Type"] == sent_as

    def test_is_404_where_no_page_was_kept(self, client: Client, search: Search) -> None:
        Search.objects.update(page=None)
        assert client.get(f"/searches/{search.pk}/page").status_code == 404


class TestDownload:
    def test_is_an_attachment(self, client: Client, search: Search) -> None:
        response = client.get(f"/searches/{search.pk}/raw")
        assert response.content == BODY
        assert response["Content-Disposition"] == f'attachment; filename="search-{search.pk}.html"'
        assert response["Content-Type"] == "application/octet-stream"

    def test_is_the_text_that_it_was(self, client: Client, search: Search) -> None:
        Search.objects.update(page=save_page(b'{"results": []}', "application/json"))
        response = client.get(f"/searches/{search.pk}/raw")
        assert response["Content-Disposition"].endswith('.txt"')


RESULTS = b"""<html><body><script>alert(1)</script><h3><a href="https://shop.example/shoes/red">Buy shoes</a></h3>
<h3><a href="https://wiki.example/shoes">All about shoes</a></h3></body></html>"""


@pytest.fixture
def results(client: Client) -> Search:
    client.force_login(make_user("alice"))
    return finish(make_list("red shoes").keywords.get(), RESULTS)


class TestMarkedPage:
    def test_numbers_what_the_parser_saw_under_the_same_policy(
        self, client: Client, results: Search
    ) -> None:
        response = client.get(f"/searches/{results.pk}/marked")
        html = response.content.decode()
        assert ">Ad 1</b>Buy shoes" in html
        assert ">1</b>All about shoes" in html
        assert "<script" not in html
        plain = client.get(f"/searches/{results.pk}/page")
        for header in ("Content-Security-Policy", "X-Frame-Options", "Referrer-Policy"):
            assert response[header] == plain[header]

    def test_is_the_answer_as_it_came_where_that_is_no_page(
        self, client: Client, results: Search
    ) -> None:
        Search.objects.update(page=save_page(b'{"a": "<b>"}', "application/json"))
        response = client.get(f"/searches/{results.pk}/marked")
        assert response.content == b'{"a": "<b>"}'
        assert response["Content-Type"].startswith("text/plain")


class TestPageTab:
    def test_shows_the_marked_page_first(self, client: Client, results: Search) -> None:
        html = client.get(f"/keywords/{results.keyword_id}?tab=page").content.decode()
        assert f'src="/searches/{results.pk}/marked"' in html
        assert results.page is not None
        assert results.page.sha256 in html
        assert "3 of them have no place" in html

    def test_shows_it_as_saved_and_as_wide_as_a_phone(
        self, client: Client, results: Search
    ) -> None:
        address = f"/keywords/{results.keyword_id}?tab=page&view=saved&width=phone"
        html = client.get(address).content.decode()
        assert f'src="/searches/{results.pk}/page"' in html
        assert "saved-page is-phone" in html

    def test_offers_no_marks_where_nothing_was_seen(self, client: Client, results: Search) -> None:
        Search.objects.update(organic_total=None, ads_total=None)
        html = client.get(f"/keywords/{results.keyword_id}?tab=page").content.decode()
        assert f'src="/searches/{results.pk}/page"' in html
        assert "nothing is marked" in html


class TestSource:
    def test_is_text_with_numbered_lines(self, client: Client, results: Search) -> None:
        response = client.get(f"/searches/{results.pk}/source")
        html = response.content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
        assert '<span id="L2">' in html
        assert "unsafe" not in response["Content-Security-Policy"]
