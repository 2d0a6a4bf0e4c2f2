"""The list for visitors: real readings of made-up pages, without an account and without a row in any table."""

import re

import pytest
from django.apps import apps
from django.test import Client

from keywords.demo_list import KEYWORDS, make_samples, mark_sample
from keywords.views.saved_page import PAGE_POLICY
from serp.practice.content import Asked, make_content
from tests.keywords.rows import make_user

pytestmark = pytest.mark.django_db

GOOD, REFUSED, EMPTY, UNREAD, LIMITED = 2, 4, 7, 9, 11


def read(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def count_rows() -> dict[str, int]:
    return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def rows_of(html: str) -> list[str]:
    return re.findall(r"<tr>.*?</tr>", html.partition("<tbody>")[2], re.DOTALL)


class TestSamples:
    def test_are_what_the_page_maker_made(self) -> None:
        sample = make_samples()[GOOD - 1]
        content = make_content(Asked(keyword=sample.keyword))
        assert (sample.search.ads_top, sample.search.organic_total) == (
            len(content.top_ads),
            len(content.organic),
        )
        titles = [link.title for link in sample.links_in(["organic"])]
        assert titles == [entry.title for entry in content.organic]

    def test_are_judged_as_anything_else_is(self) -> None:
        outcomes = {sample.number: sample.search.outcome for sample in make_samples()}
        assert outcomes.pop(REFUSED) == "blocked"
        assert outcomes.pop(EMPTY) == "empty"
        assert outcomes.pop(UNREAD) == "layout_changed"
        assert outcomes.pop(LIMITED) == "rate_limited"
        assert set(outcomes.values()) == {"ok"}

    def test_are_made_once(self) -> None:
        assert make_samples() is make_samples()

    def test_have_a_place_for_every_mark(self) -> None:
        for sample in make_samples():
            assert mark_sample(sample.number).missing == (), sample.keyword


class TestList:
    def test_is_offered_to_visitors_alone(self, client: Client) -> None:
        assert 'href="/demo"' in read(client, "/")
        client.force_login(make_user("alice"))
        assert 'href="/demo"' not in read(client, "/")

    def test_shows_every_keyword_and_says_what_it_is(self, client: Client) -> None:
        html = read(client, "/demo")
        assert all(keyword in html for keyword in KEYWORDS)
        assert "Made-up results." in html
        for word in ("Blocked", "Empty", "Not understood", "Rate limited"):
            assert word in html

    def test_never_shows_a_failure_as_zero(self, client: Client) -> None:
        rows = rows_of(read(client, "/demo"))
        assert len(rows) == len(KEYWORDS)
        for number in (REFUSED, UNREAD, LIMITED):
            assert rows[number - 1].count('title="no good result yet"') == 5
        assert ">0</td>" in rows[EMPTY - 1]

    def test_is_narrowed_by_outcome(self, client: Client) -> None:
        rows = rows_of(read(client, "/demo?outcome=blocked"))
        assert len(rows) == 1
        assert "noise cancelling headphones" in rows[0]
        assert len(rows_of(read(client, "/demo?outcome=nonsense"))) == len(KEYWORDS)

    def test_stores_nothing(self, client: Client) -> None:
        make_samples.cache_clear()
        before = count_rows()
        for path in ("/demo", f"/demo/{GOOD}", f"/demo/{GOOD}?tab=links", f"/demo/{GOOD}/page"):
            response = client.get(path)
            assert response.status_code == 200
            assert set(response.cookies) <= {"csrftoken"}, path  # of the theme's switch
            assert client.post(path).status_code in {403, 405}
        assert count_rows() == before


class TestKeyword:
    @pytest.mark.parametrize("number", range(1, len(KEYWORDS) + 1))
    @pytest.mark.parametrize("tab", ["", "ads", "organic", "links", "page", "nonsense"])
    def test_has_every_part(self, client: Client, number: int, tab: str) -> None:
        html = read(client, f"/demo/{number}?tab={tab}")
        assert "Made-up results." in html
        assert make_samples()[number - 1].keyword in html

    def test_shows_what_stands_on_its_page(self, client: Client) -> None:
        sample = make_samples()[GOOD - 1]
        organic = read(client, f"/demo/{GOOD}?tab=organic")
        assert sample.links_in(["organic"])[0].url in organic
        assert sample.search.related_searches[0] in organic
        ads = sample.links_in(["ad_top", "ad_bottom"])
        assert ads[0].url in read(client, f"/demo/{GOOD}?tab=ads")

    def test_filters_its_links(self, client: Client) -> None:
        assert "No link is like that." in read(client, f"/demo/{GOOD}?tab=links&char=/&n=99")
        kept = read(client, f"/demo/{GOOD}?tab=links&char=/&n=4")
        assert "No link is like that." not in kept

    def test_says_why_there_are_no_numbers(self, client: Client) -> None:
        html = read(client, f"/demo/{REFUSED}")
        assert "No numbers were recorded" in html
        assert make_samples()[REFUSED - 1].search.reason in html

    @pytest.mark.parametrize("number", [0, len(KEYWORDS) + 1, 10**18])
    def test_of_another_number_is_not_there(self, client: Client, number: int) -> None:
        assert client.get(f"/demo/{number}").status_code == 404
        assert client.get(f"/demo/{number}/page").status_code == 404

    def test_keeps_its_page_under_the_policy_of_saved_pages(self, client: Client) -> None:
        response = client.get(f"/demo/{GOOD}/page")
        assert response["Content-Security-Policy"] == PAGE_POLICY
        assert response["X-Frame-Options"] == "SAMEORIGIN"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert b"everything on it is made up" in response.content
