"""The keyword page: figures that can be trusted, reasons where there are none."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from jobs.models import Job
from keywords.holding import pause_list
from keywords.lists import rerun
from keywords.models import Keyword, Search
from tests.keywords.results import REFUSED, finish
from tests.keywords.rows import make_list, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client: Client) -> Client:
    client.force_login(make_user("alice"))
    return client


@pytest.fixture
def keyword() -> Keyword:
    return make_list("red shoes").keywords.get()


def show(client: Client, keyword: Keyword, query: str = "") -> Any:
    return client.get(f"/keywords/{keyword.pk}{query}")


def run_again(keyword: Keyword) -> None:
    assert rerun(Keyword.objects.filter(pk=keyword.pk), by=make_user("alice")) == 1


class TestKeywordPage:
    def test_shows_what_stands_on_the_page(self, alice: Client, keyword: Keyword) -> None:
        finish(keyword)
        content = show(alice, keyword).content.decode()
        for text in ("About 1,230,000 results", "Buy shoes", "1,230,000"):
            assert text in content
        assert "All about shoes" in show(alice, keyword, "?tab=organic").content.decode()

    def test_tells_that_it_is_held_back(self, alice: Client, keyword: Keyword) -> None:
        pause_list(keyword.keyword_list, by=make_user("alice"))
        content = show(alice, keyword).content.decode()
        assert "It is held back with its list" in content
        assert "one after the other" not in content

    def test_shows_no_figures_of_a_failure(self, alice: Client, keyword: Keyword) -> None:
        finish(keyword, fields=REFUSED)
        response = show(alice, keyword)
        content = response.content.decode()
        assert "No numbers were recorded" in content
        assert "The engine answered with a captcha." in content
        assert "Top ads" not in content
        assert response.context["tab"] == "page"

    def test_keeps_and_offers_the_last_good_result(self, alice: Client, keyword: Keyword) -> None:
        good = finish(keyword)
        run_again(keyword)
        finish(keyword, fields=REFUSED)
        content = show(alice, keyword).content.decode()
        assert f'href="?run={good.pk}"' in content
        older = show(alice, keyword, f"?run={good.pk}").content.decode()
        assert "You are looking at the run of" in older
        assert "Buy shoes" in older

    def test_shows_the_last_good_result_while_a_new_one_is_on_its_way(
        self, alice: Client, keyword: Keyword
    ) -> None:
        finish(keyword)
        run_again(keyword)
        content = show(alice, keyword).content.decode()
        assert "A new search is on its way." in content
        assert "Buy shoes" in content

    def test_shows_no_search_of_another_keyword(self, alice: Client, keyword: Keyword) -> None:
        other = finish(make_list("other", name="Other").keywords.get())
        assert show(alice, keyword, f"?run={other.pk}").status_code == 404
        assert show(alice, keyword, "?run=nonsense").status_code == 404

    def test_filters_links_by_how_often_a_character_stands_in_them(
        self, alice: Client, keyword: Keyword
    ) -> None:
        finish(keyword)
        groups = show(alice, keyword, "?tab=links&char=/&n=5").context["groups"]
        assert [link.url for group in groups for link in group.links] == [
            "https://more.example/a/b/c"
        ]

    def test_lists_attempts(self, alice: Client, keyword: Keyword) -> None:
        finish(keyword, fields=REFUSED)
        content = show(alice, keyword, "?tab=attempts").content.decode()
        assert "Failed for good" in content
        assert "host:1" in content

    def test_says_when_attempts_are_no_longer_kept(self, alice: Client, keyword: Keyword) -> None:
        finish(keyword)
        Job.objects.all().delete()
        response = show(alice, keyword, "?tab=attempts")
        assert "no longer kept" in response.content.decode()
        assert "OK" in response.content.decode()

    def test_links_nothing_but_the_web(self, alice: Client, keyword: Keyword) -> None:
        search = finish(keyword)
        search.result_links.filter(block="organic").update(url="javascript:alert(1)")
        assert 'href="javascript' not in show(alice, keyword, "?tab=organic").content.decode()

    def test_answers_204_to_a_poll_while_nothing_has_changed(
        self, alice: Client, keyword: Keyword
    ) -> None:
        version = show(alice, keyword).context["latest"].version
        assert show(alice, keyword, f"?version={version}").status_code == 204
        finish(keyword)
        assert show(alice, keyword, f"?version={version}").status_code == 200

    @pytest.mark.parametrize("tab", ["ads", "organic", "links", "page", "attempts", "history"])
    def test_costs_few_queries_and_reads_the_saved_page_only_where_it_is_shown(
        self,
        alice: Client,
        keyword: Keyword,
        tab: str,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        finish(keyword)
        with django_assert_max_num_queries(16 if tab == "organic" else 12) as queries:
            show(alice, keyword, f"?tab={tab}")
        reads_body = any(
            '"keywords_savedpage"."body"' in query["sql"] for query in queries.captured_queries
        )
        assert reads_body == (tab == "page")


class TestRerun:
    def test_starts_one_search(self, alice: Client, keyword: Keyword) -> None:
        finish(keyword)
        response = alice.post(f"/keywords/{keyword.pk}/rerun")
        assert response.status_code == 303
        alice.post(f"/keywords/{keyword.pk}/rerun")
        assert Search.objects.count() == 2
