"""Keywords, searches, pages and sources over the API."""

from collections.abc import Iterator
from typing import Any

import pytest

from jobs.models import Attempt
from keywords.models import Keyword, KeywordList
from keywords.sources import ensure_practice_source, set_source
from serp.practice import PracticeServer
from tests.keywords.api.client import ApiClient, assert_problem
from tests.keywords.rows import make_list, make_user
from tests.keywords.work import work_off

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def engine() -> Iterator[PracticeServer]:
    with PracticeServer() as server:
        yield server


@pytest.fixture
def alice(engine: PracticeServer) -> ApiClient:
    ensure_practice_source()
    set_source("practice", base_url=engine.url)
    return ApiClient(make_user("alice"), scope="read")


@pytest.fixture
def searched(alice: ApiClient) -> KeywordList:
    keyword_list = make_list("red shoes", "blue shoes", "nothing: here", "boots fault:captcha")
    work_off()
    return keyword_list


def ids_of(page: Any) -> list[int]:
    return [item["id"] for item in page.json()["items"]]


class TestListKeywords:
    def test_shows_status_outcome_and_counts(self, alice: ApiClient, searched: KeywordList) -> None:
        items = alice.get("keywords", list=searched.pk).json()["items"]
        shown = [(item["text"], item["status"], item["outcome"]) for item in items]
        assert shown == [
            ("red shoes", "done", "ok"),
            ("blue shoes", "done", "ok"),
            ("nothing: here", "done", "empty"),
            ("boots fault:captcha", "waiting", "blocked"),
        ]
        assert items[0]["counts"]["organic_total"] > 0
        assert items[2]["counts"]["organic_total"] == 0
        assert set(items[3]["counts"].values()) == {None}
        assert items[3]["reason"]

    @pytest.mark.parametrize(
        ("query", "rows"),
        [
            ({"status": "done"}, [1, 2, 3]),
            ({"outcome": "empty"}, [3]),
            ({"status": "waiting", "outcome": "blocked"}, [4]),
            ({"q": "SHOES"}, [1, 2]),
            ({"q": "shoes", "status": "failed"}, []),
        ],
    )
    def test_filters(
        self, alice: ApiClient, searched: KeywordList, query: dict[str, str], rows: list[int]
    ) -> None:
        items = alice.get("keywords", list=searched.pk, **query).json()["items"]
        assert [item["row"] for item in items] == rows

    def test_pages_in_order_and_never_twice(self, alice: ApiClient, searched: KeywordList) -> None:
        first = alice.get("keywords", limit=3)
        second = alice.get("keywords", limit=3, cursor=first.json()["next_cursor"])
        assert ids_of(first) + ids_of(second) == ids_of(alice.get("keywords"))
        assert second.json()["next_cursor"] is None

    def test_costs_as_many_queries_for_many_as_for_few(
        self, alice: ApiClient, django_assert_max_num_queries: Any
    ) -> None:
        make_list(*(f"keyword {number}" for number in range(50)))
        with django_assert_max_num_queries(4):
            assert len(ids_of(alice.get("keywords"))) == 50

    @pytest.mark.parametrize(
        "query", [{"status": "sleeping"}, {"outcome": "zero"}, {"q": "\x00"}, {"list": "x"}]
    )
    def test_refuses_filters_that_mean_nothing(
        self, alice: ApiClient, query: dict[str, str]
    ) -> None:
        assert_problem(alice.get("keywords", **query), 422)

    def test_shows_nothing_of_others(self, searched: KeywordList) -> None:
        charlie = ApiClient(make_user("charlie"))
        assert ids_of(charlie.get("keywords")) == []
        assert ids_of(charlie.get("keywords", list=searched.pk)) == []


class TestKeyword:
    def test_comes_with_its_latest_good_result(
        self, alice: ApiClient, searched: KeywordList
    ) -> None:
        keyword = searched.keywords.get(text="red shoes")
        result = alice.get(f"keywords/{keyword.pk}").json()["result"]
        assert result["counts"]["organic_total"] == len(result["organic"])
        assert result["counts"]["ads_total"] == len(result["ads"])
        total = len(result["organic"]) + len(result["ads"]) + len(result["links"])
        assert result["counts"]["links_total"] == total
        assert [each["rank"] for each in result["organic"]] == list(
            range(1, len(result["organic"]) + 1)
        )
        assert result["organic"][0]["url"].startswith("http")
        assert result["attempts"][0]["result"] == "completed"

    def test_keeps_tracebacks_to_operators(self, alice: ApiClient, searched: KeywordList) -> None:
        keyword = searched.keywords.get(text="red shoes")
        Attempt.objects.update(facts={"outcome": "ok", "traceback": "File …"})
        [attempt] = alice.get(f"keywords/{keyword.pk}").json()["result"]["attempts"]
        assert attempt["facts"] == {"outcome": "ok"}

    def test_has_no_result_where_all_failed(self, alice: ApiClient, searched: KeywordList) -> None:
        keyword = searched.keywords.get(row=4)
        shown = alice.get(f"keywords/{keyword.pk}").json()
        assert shown["result"] is None
        assert shown["outcome"] == "blocked"

    def test_lists_its_searches(self, alice: ApiClient, searched: KeywordList) -> None:
        keyword = searched.keywords.get(text="red shoes")
        (search,) = alice.get(f"keywords/{keyword.pk}/searches").json()["items"]
        assert (search["status"], search["outcome"]) == ("done", "ok")
        assert alice.get(f"searches/{search['id']}").json()["organic"]

    def test_is_not_there_for_others(self, searched: KeywordList) -> None:
        charlie = ApiClient(make_user("charlie"))
        keyword = searched.keywords.get(text="red shoes")
        paths = (f"keywords/{keyword.pk}", f"keywords/{keyword.pk}/searches")
        searches = (
            f"searches/{keyword.latest_search_id}",
            f"searches/{keyword.latest_search_id}/page",
        )
        for path in (*paths, *searches):
            assert_problem(charlie.get(path), 404)


class TestPage:
    def test_is_an_attachment_that_runs_nowhere(
        self, alice: ApiClient, searched: KeywordList
    ) -> None:
        search_id = searched.keywords.get(text="red shoes").latest_search_id
        response = alice.get(f"searches/{search_id}/page")
        assert b"red shoes" in response.content
        assert response["Content-Type"].startswith("text/html")
        assert response["Content-Disposition"] == f'attachment; filename="search-{search_id}.html"'
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]

    def test_is_there_for_refusals_too(self, alice: ApiClient, searched: KeywordList) -> None:
        search_id = searched.keywords.get(row=4).latest_search_id
        assert alice.get(f"searches/{search_id}/page").status_code == 200

    def test_is_not_there_before_it_was_fetched(self, alice: ApiClient) -> None:
        keyword = make_list("x").keywords.get()
        assert_problem(alice.get(f"searches/{keyword.latest_search_id}/page"), 404)

    def test_tells_odd_types_as_bytes(self, alice: ApiClient, searched: KeywordList) -> None:
        keyword = Keyword.objects.select_related("latest_search__page").get(text="red shoes")
        assert keyword.latest_search is not None
        assert keyword.latest_search.page is not None
        page = keyword.latest_search.page
        page.content_type = "\r\nSet-Cookie: a=b"
        page.save()
        response = alice.get(f"searches/{keyword.latest_search_id}/page")
        assert response["Content-Type"] == "application/octet-stream"


class TestSources:
    def test_tells_what_to_expect(self, alice: ApiClient) -> None:
        set_source("google", engine="google")
        shown = {source["name"]: source for source in alice.get("sources").json()}
        assert shown["practice"]["made_up"]
        assert shown["practice"]["is_default"]
        assert not shown["google"]["made_up"]
        assert shown["google"]["title"] == "Google"
        assert "base_url" not in shown["google"]

    def test_tells_that_one_cools_down(self, alice: ApiClient, searched: KeywordList) -> None:
        (practice,) = alice.get("sources").json()
        assert practice["cooling_until"]
        assert practice["reason"]
        assert practice["state"] == practice["breaker"]["state"] == "open"
        assert practice["breaker"]["outcome"] == "blocked"
        assert practice["breaker"]["until"] == practice["cooling_until"]
        assert practice["answers"]["tried"] > practice["answers"]["good"]

    def test_tells_what_is_left_of_budgets(self, alice: ApiClient) -> None:
        set_source("practice", budget_day=100, budget_month=1000)
        (practice,) = alice.get("sources").json()
        left = [(each["span"], each["left"]) for each in practice["budgets"]]
        assert left == [("day", 100), ("month", 1000)]


class TestDocuments:
    def test_describe_every_address(self) -> None:
        schema = ApiClient().get("openapi.json").json()
        assert {"/api/v1/lists", "/api/v1/keywords/{keyword_id}"} <= set(schema["paths"])
        upload = schema["paths"]["/api/v1/lists"]["post"]["requestBody"]["content"]
        assert set(upload) == {"application/json", "multipart/form-data"}
        problems = schema["paths"]["/api/v1/sources"]["get"]["responses"]["default"]
        assert list(problems["content"]) == ["application/problem+json"]

    def test_are_shown_without_reaching_out(self) -> None:
        response = ApiClient().get("docs")
        assert response.status_code == 200
        assert b"https://" not in response.content
