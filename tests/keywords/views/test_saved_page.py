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
