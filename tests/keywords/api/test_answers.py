"""Exports, and questions across results."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from keywords.models import KeywordList, ResultLink, Search
from keywords.sources import ensure_practice_source, set_source
from keywords.uploads import read_file
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
    keyword_list = make_list("red shoes", "=1+1", "boots fault:400", country="de", name="Ä list!")
    work_off()
    return keyword_list


def export(client: ApiClient, keyword_list: KeywordList, **query: str) -> tuple[Any, bytes]:
    response = client.get(f"lists/{keyword_list.pk}/export", **query)
    assert response.status_code == 200
    return response, b"".join(response.streaming_content)


class TestExport:
    def test_writes_csv_that_can_be_read_in_again(
        self, alice: ApiClient, searched: KeywordList
    ) -> None:
        response, data = export(alice, searched)
        assert response["Content-Disposition"] == 'attachment; filename="list-keywords.csv"'
        rows = list(csv.DictReader(io.StringIO(data.decode())))
        assert [row["keyword"] for row in rows] == ["red shoes", "'=1+1", "boots fault:400"]
        assert int(rows[0]["organic_total"]) > 0
        failed = rows[2]
        assert (failed["status"], failed["outcome"], failed["organic_total"]) == (
            "failed",
            "bad_request",
            "",
        )
        again = read_file(data, "x.csv", max_keywords=10)
        first = again.accepted[0]
        assert (first.text, first.country) == ("red shoes", "de")

    def test_writes_json_with_null_for_what_is_not_known(
        self, alice: ApiClient, searched: KeywordList
    ) -> None:
        rows = json.loads(export(alice, searched, format="json")[1])
        assert [row["keyword"] for row in rows] == ["red shoes", "=1+1", "boots fault:400"]
        assert rows[2]["links_total"] is None
        lines = export(alice, searched, format="ndjson")[1].splitlines()
        assert [json.loads(line) for line in lines] == rows

    def test_writes_workbooks_without_formulas(
        self, alice: ApiClient, searched: KeywordList
    ) -> None:
        data = export(alice, searched, format="xlsx")[1]
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
        rows = sheet.to_python()
        assert [row[0] for row in rows] == ["keyword", "red shoes", "=1+1", "boots fault:400"]

    def test_writes_csv_for_excel(self, alice: ApiClient, searched: KeywordList) -> None:
        data = export(alice, searched, format="excel")[1]
        assert data.startswith(b"\xef\xbb\xbfkeyword;country;")

    @pytest.mark.parametrize("shape", ["results", "links"])
    def test_writes_a_row_for_each_link(
        self, alice: ApiClient, searched: KeywordList, shape: str
    ) -> None:
        rows = json.loads(export(alice, searched, format="json", shape=shape)[1])
        links = ResultLink.objects.filter(search__keyword__keyword_list=searched)
        wanted = links if shape == "links" else links.exclude(block="other")
        assert len(rows) == wanted.count() > 0

    def test_takes_as_many_queries_for_many_as_for_few(
        self, alice: ApiClient, django_assert_max_num_queries: Any
    ) -> None:
        keyword_list = make_list(*(f"keyword {number}" for number in range(50)))
        with django_assert_max_num_queries(8):
            export(alice, keyword_list)

    def test_is_not_there_for_others(self, searched: KeywordList) -> None:
        charlie = ApiClient(make_user("charlie"))
        assert_problem(charlie.get(f"lists/{searched.pk}/export"), 404)

    def test_refuses_formats_that_there_are_not(
        self, alice: ApiClient, searched: KeywordList
    ) -> None:
        assert_problem(alice.get(f"lists/{searched.pk}/export", format="pdf"), 422)


@pytest.fixture
def links(alice: ApiClient) -> KeywordList:
    """Two keywords whose links we know."""
    keyword_list = make_list("one", "two", "three")
    rows = {
        "one": [
            ("ad_top", 1, "https://shop.example.com/technology/a", "example.com"),
            ("organic", 1, "https://news.example.org/", "example.org"),
            ("organic", 2, "https://www.example.com/a/b/c", "example.com"),
        ],
        "two": [
            ("ad_bottom", 1, "https://technology.test/", "technology.test"),
            ("organic", 4, "https://www.example.com/", "example.com"),
            ("other", 1, "https://example.org/technology", "example.org"),
        ],
    }
    for keyword in keyword_list.keywords.filter(text__in=rows):
        search = Search.objects.get(keyword=keyword)
        keyword.latest_good_search = search
        keyword.save()
        for block, rank, url, domain in rows[keyword.text]:
            search.result_links.create(block=block, rank=rank, url=url, domain=domain)
    return keyword_list


class TestLinks:
    @pytest.mark.parametrize(
        ("query", "link_count", "keyword_count"),
        [
            ({"where": "ad", "value": "TECHNOLOGY"}, 2, 2),
            ({"where": "any", "value": "technology"}, 3, 2),
            ({"where": "organic", "match": "exact", "value": "https://www.example.com/"}, 1, 1),
            ({"match": "domain", "value": "example.com"}, 3, 2),
            ({"match": "domain", "value": "www.example.com"}, 3, 2),
            ({"match": "count", "value": "/", "n": "4"}, 2, 1),
            ({"match": "count", "value": "technology", "n": "2"}, 0, 0),
            ({"match": "regex", "value": r"^https://[a-z]+\.test/$"}, 1, 1),
            ({"where": "organic"}, 3, 2),
        ],
    )
    def test_answers_in_numbers(
        self,
        alice: ApiClient,
        links: KeywordList,
        query: dict[str, str],
        link_count: int,
        keyword_count: int,
    ) -> None:
        answer = alice.get("links", list=links.pk, **query).json()
        assert (answer["link_count"], answer["keyword_count"]) == (link_count, keyword_count)
        assert len(answer["items"]) == link_count

    def test_names_the_keyword_of_each(self, alice: ApiClient, links: KeywordList) -> None:
        page = alice.get("links", limit=1, where="ad").json()
        assert page["items"][0]["keyword"] == "one"
        assert page["link_count"] == 2
        rest = alice.get("links", limit=1, where="ad", cursor=page["next_cursor"]).json()
        assert rest["items"][0]["keyword"] == "two"
        assert rest["next_cursor"] is None

    @pytest.mark.parametrize(
        "query",
        [
            {"match": "regex", "value": "(("},
            {"match": "regex", "value": "x" * 201},
            {"match": "count", "value": ""},
            {"where": "nowhere"},
        ],
    )
    def test_refuses_what_cannot_be_answered(
        self, alice: ApiClient, links: KeywordList, query: dict[str, str]
    ) -> None:
        assert_problem(alice.get("links", **query), 422)

    def test_looks_at_ones_own_only(self, links: KeywordList) -> None:
        charlie = ApiClient(make_user("charlie"))
        assert charlie.get("links", list=links.pk).json()["link_count"] == 0
        assert charlie.get("links/groups").json()["items"] == []

    def test_names_keywords_that_have_no_such_link(
        self, alice: ApiClient, links: KeywordList
    ) -> None:
        answer = alice.get("links/groups", where="ad", value="shop", without=True).json()
        assert [item["name"] for item in answer["items"]] == ["two"]
        assert (answer["link_count"], answer["keyword_count"], answer["keyword_total"]) == (
            None,
            1,
            2,
        )
        assert alice.get("links", where="ad", without=True).json()["items"] == []

    @pytest.mark.parametrize("group", ["keyword", "url", "domain"])
    def test_turns_pages_of_groups(self, alice: ApiClient, links: KeywordList, group: str) -> None:
        whole = alice.get("links/groups", group=group).json()["items"]
        found: list[Any] = []
        cursor: str | None = ""
        while cursor is not None:
            page = alice.get("links/groups", group=group, limit=1, cursor=cursor).json()
            found += page["items"]
            cursor = page["next_cursor"]
        assert found == whole
        assert len(found) > 1


class TestDomains:
    def test_ranks_by_keywords(self, alice: ApiClient, links: KeywordList) -> None:
        answer = alice.get("domains", list=links.pk).json()
        assert answer["keyword_count"] == 2
        first, *others = answer["items"]
        assert first == {
            "domain": "example.com",
            "keywords": 2,
            "ad_keywords": 1,
            "organic_keywords": 2,
            "top3_keywords": 1,
            "top10_keywords": 2,
            "ads": 1,
            "organic": 2,
            "best_rank": 2,
            "worst_rank": 4,
            "median_rank": 2,
            "share_of_voice": pytest.approx(1.75 / 3.75),
            "trend": None,
        }
        assert {row["domain"] for row in others} == {"example.org", "technology.test"}

    def test_looks_at_ones_own_only(self, links: KeywordList) -> None:
        charlie = ApiClient(make_user("charlie"))
        answer = charlie.get("domains", list=links.pk).json()
        assert (answer["keyword_count"], answer["domain_count"], answer["items"]) == (0, 0, [])

    @pytest.mark.parametrize("order", ["keywords", "share_of_voice"])
    def test_turns_pages(self, alice: ApiClient, links: KeywordList, order: str) -> None:
        names: list[str] = []
        cursor: str | None = ""
        for _ in range(3):
            page = alice.get("domains", limit=1, order=order, cursor=cursor).json()
            names += [row["domain"] for row in page["items"]]
            cursor = page["next_cursor"]
        assert cursor is None
        assert sorted(names) == ["example.com", "example.org", "technology.test"]

    @pytest.mark.parametrize(
        "query", [{"cursor": "x"}, {"order": "x"}, {"q": "\x00"}, {"limit": 0}]
    )
    def test_refuses_what_cannot_be_answered(
        self, alice: ApiClient, links: KeywordList, query: dict[str, Any]
    ) -> None:
        assert_problem(alice.get("domains", **query), 422)
