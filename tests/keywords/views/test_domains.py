"""The board of domains and the comparison: figures, order, pages, trends, and whose they are."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from keywords.models import KeywordList, Search
from tests.keywords.found import TWO_KEYWORDS, make_found, run_again
from tests.keywords.rows import make_list, make_user

pytestmark = pytest.mark.django_db

# Keyword -> domains by rank.
RANKS = {
    "one": ["a.test", "b.test", "c.test"],
    "two": ["b.test", "a.test"],
    "three": ["c.test", *(f"x{n}.test" for n in range(3, 12)), "a.test"],
}


def make_ranks(ranks: dict[str, list[str]] = RANKS, **options: Any) -> KeywordList:
    return make_found(
        {
            text: [
                ("organic", rank, f"https://{domain}/", domain)
                for rank, domain in enumerate(domains, start=1)
            ]
            for text, domains in ranks.items()
        },
        **options,
    )


@pytest.fixture
def alice(client: Client) -> Client:
    client.force_login(make_user("alice"))
    return client


def look(client: Client, path: str = "/domains", **query: Any) -> Any:
    return client.get(f"{path}?{urlencode(query, doseq=True)}").context


class TestBoard:
    def test_counts_keywords_and_ranks(self, alice: Client) -> None:
        make_ranks()
        rows = {each.row.domain: each.row for each in look(alice)["rows"]}
        a = rows["a.test"]
        assert (a.keywords, a.top3_keywords, a.top10_keywords) == (3, 2, 2)
        assert (a.best_rank, a.median_rank, a.worst_rank) == (1, 2, 11)
        assert (a.ad_keywords, a.organic_keywords) == (0, 3)

    def test_shares_the_voice_by_the_stated_formula(self, alice: Client) -> None:
        make_ranks({"one": ["a.test", "b.test"], "two": ["b.test"]})
        rows = {each.row.domain: each.row.share_of_voice for each in look(alice)["rows"]}
        assert rows == {"a.test": pytest.approx(1 / 2.5), "b.test": pytest.approx(1.5 / 2.5)}

    def test_tells_ads_from_organic(self, alice: Client) -> None:
        make_found(TWO_KEYWORDS)
        ads = {each.row.domain: each.row for each in look(alice, kind="ads")["rows"]}
        assert set(ads) == {"shop.test", "example.com", "technology.test"}
        assert ads["shop.test"].best_rank is None
        organic = look(alice, kind="organic")["rows"]
        assert [(each.row.domain, each.row.keywords) for each in organic] == [("example.com", 2)]

    @pytest.mark.parametrize(
        "order", ["keywords", "ad_keywords", "top3_keywords", "share_of_voice"]
    )
    def test_turns_pages_in_any_order(self, alice: Client, order: str) -> None:
        make_ranks({f"keyword {n}": [f"d{n}.test", "all.test"] for n in range(60)})
        first = look(alice, order=order)
        second = alice.get(f"/domains{first['next_link']}").context
        rows = [each.row for each in [*first["rows"], *second["rows"]]]
        assert len({row.domain for row in rows}) == len(rows) == 61
        figures = [getattr(row, order) for row in rows]
        assert figures == sorted(figures, reverse=True)
        assert not second["next_link"]

    def test_finds_a_domain_by_its_text(self, alice: Client) -> None:
        make_ranks()
        assert [each.row.domain for each in look(alice, q="B.")["rows"]] == ["b.test"]
        assert look(alice, q="%")["rows"] == []

    def test_tells_the_trend_over_keywords_with_an_earlier_run(self, alice: Client) -> None:
        keyword_list = make_ranks({"one": ["old.test", "both.test"], "new": ["both.test"]})
        one = keyword_list.keywords.get(text="one")
        run_again(
            one,
            [
                ("organic", 1, "https://both.test/", "both.test"),
                ("organic", 2, "https://new.test/", "new.test"),
            ],
        )
        trends = {each.row.domain: each.trend for each in look(alice)["rows"]}
        assert trends == {"both.test": 0, "new.test": 1}

    def test_leads_to_exactly_the_keywords_that_it_counts(self, alice: Client) -> None:
        make_found(TWO_KEYWORDS)
        for kind in ("all", "ads", "organic"):
            for each in look(alice, kind=kind)["rows"]:
                answer = alice.get(f"/search{each.keywords_link}").context["answer"]
                assert answer.keyword_count == each.row.keywords

    def test_draws_how_many_ads_keywords_have(self, alice: Client) -> None:
        ads = [("ad_top", n, f"https://{n}.test/", f"{n}.test") for n in range(1, 20)]
        make_found({"none": [], "two": ads[:2], "also two": ads[:2], "many": ads})
        bars = {bar.label: bar.count for bar in look(alice)["ads_bars"]}
        assert bars == dict.fromkeys(map(str, range(12)), 0) | {"0": 1, "2": 2, "12 or more": 1}

    def test_draws_how_many_links_pages_have(self, alice: Client) -> None:
        make_found({"a few": [], "many": [], "most": [], "not known": []})
        for text, links in (("a few", 19), ("many", 45), ("most", 900), ("not known", None)):
            Search.objects.filter(keyword__text=text).update(links_total=links)
        bars = {bar.label: bar.count for bar in look(alice)["links_bars"]}
        assert {label: count for label, count in bars.items() if count} == {
            "0\N{EN DASH}19": 1,
            "40\N{EN DASH}59": 1,
            "200 or more": 1,
        }
        assert len(bars) == 11

    def test_stays_within_the_scope(self, alice: Client) -> None:
        mine = make_ranks({"one": ["a.test"]})
        make_ranks({"two": ["b.test"]})
        theirs = make_ranks({"three": ["c.test"]}, owner=make_user("charlie"))
        assert {each.row.domain for each in look(alice)["rows"]} == {"a.test", "b.test"}
        assert {each.row.domain for each in look(alice, list=mine.pk)["rows"]} == {"a.test"}
        assert alice.get(f"/domains?list={theirs.pk}").status_code == 404
        assert alice.get(f"/domains/compare?list={theirs.pk}").status_code == 404

    @pytest.mark.parametrize(
        "query",
        ["after=nonsense", "after=WzEsICJhIl0&order=x&size=0", "q=%00", "after=W251bGwsIG51bGxd"],
    )
    def test_survives_nonsense(self, alice: Client, query: str) -> None:
        make_ranks()
        assert alice.get(f"/domains?{query}").status_code in {200, 400}

    def test_says_what_there_is_not(self, alice: Client) -> None:
        assert b"No lists yet" in alice.get("/domains").content
        make_list("one")
        assert b"No domains yet" in alice.get("/domains").content
        make_ranks()
        assert b"No such domain" in alice.get("/domains?q=zzz").content


class TestComparison:
    def test_shows_ranks_and_the_winner_of_each_keyword(self, alice: Client) -> None:
        make_ranks()
        found = look(alice, "/domains/compare", d=["a.test", "b.test"])["comparison"]
        rows = [
            (row.keyword.text, [cell.rank for cell in row.cells], row.winner) for row in found.rows
        ]
        assert rows == [
            ("one", [1, 2], "a.test"),
            ("two", [2, 1], "b.test"),
            ("three", [11, None], "a.test"),
        ]
        assert [(each.won, each.median_rank) for each in found.standings] == [(2, 2), (1, 1)]

    def test_has_a_place_among_ads_that_wins_nothing(self, alice: Client) -> None:
        make_found(TWO_KEYWORDS)
        found = look(alice, "/domains/compare", d=["shop.test", "www.example.com"])["comparison"]
        one, two = found.rows
        assert [(cell.rank, cell.ad_rank) for cell in one.cells] == [(None, 1), (2, 1)]
        assert [row.winner for row in (one, two)] == ["example.com", "example.com"]
        assert found.standings[0].won == 0

    def test_turns_pages(self, alice: Client) -> None:
        make_ranks({f"keyword {n}": ["a.test"] for n in range(70)})
        first = look(alice, "/domains/compare", d=["a.test", "b.test"])
        second = alice.get(f"/domains/compare{first['next_link']}").context
        texts = [row.keyword.text for each in (first, second) for row in each["comparison"].rows]
        assert texts == [f"keyword {n}" for n in range(70)]

    @pytest.mark.parametrize("count", [0, 1, 6])
    def test_asks_for_two_to_five(self, alice: Client, count: int) -> None:
        make_ranks()
        path = (
            f"/domains/compare?{urlencode({'d': [f'{n}.test' for n in range(count)]}, doseq=True)}"
        )
        assert b"Choose two to 5 domains" in alice.get(path).content

    def test_takes_names_typed_into_one_field(self, alice: Client) -> None:
        make_ranks()
        found = look(alice, "/domains/compare", d="https://www.a.test/x, b.test")["comparison"]
        assert [each.domain for each in found.standings] == ["a.test", "b.test"]


@pytest.mark.parametrize("path", ["/domains", "/domains/compare?d=a.test&d=b.test"])
@pytest.mark.parametrize("count", [10, 1000])
def test_pages_cost_the_same_for_many_keywords(
    alice: Client, path: str, count: int, django_assert_max_num_queries: Any
) -> None:
    found = [
        ("organic", 1, "https://a.test/", "a.test"),
        ("organic", 2, "https://b.test/", "b.test"),
    ]
    make_found({f"keyword {number}": found for number in range(count)}, owner=make_user("alice"))
    with django_assert_max_num_queries(26):
        assert alice.get(path).status_code == 200
