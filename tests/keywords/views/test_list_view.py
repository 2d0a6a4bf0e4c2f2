"""How a list is looked at: orders, columns, followed domains, its name."""

from typing import Any

import pytest
from django.test import Client

from keywords.lists import rerun
from keywords.models import KeywordList, ResultLink
from keywords.views import matching, sorting
from tests.keywords.results import REFUSED, finish
from tests.keywords.rows import make_list, make_user

pytestmark = pytest.mark.django_db
ADS = {"delta": 3, "alpha": 9, "charlie": None, "bravo": 3, "echo": 0}


@pytest.fixture
def alice(client: Client) -> Client:
    client.force_login(make_user("alice"))
    return client


@pytest.fixture
def letters() -> KeywordList:
    keyword_list = make_list(*ADS)
    for keyword in keyword_list.keywords.all():
        ads = ADS[keyword.text]
        fields: dict[str, Any] = {"outcome": "ok", "ads_total": ads}
        finish(keyword, fields=REFUSED if ads is None else fields)
    return keyword_list


def show(client: Client, keyword_list: KeywordList, query: str = "") -> Any:
    return client.get(f"/lists/{keyword_list.pk}{query}")


def texts(response: Any) -> list[str]:
    return [row.keyword.text for row in response.context["rows"]]


class TestOrder:
    @pytest.mark.parametrize(
        ("sort", "expected"),
        [
            ("", ["delta", "alpha", "charlie", "bravo", "echo"]),
            ("keyword", ["alpha", "bravo", "charlie", "delta", "echo"]),
            ("-keyword", ["echo", "delta", "charlie", "bravo", "alpha"]),
            ("-ads", ["alpha", "delta", "bravo", "echo", "charlie"]),
            ("ads", ["echo", "delta", "bravo", "alpha", "charlie"]),
            ("nonsense", ["delta", "alpha", "charlie", "bravo", "echo"]),
        ],
    )
    def test_sorts_and_puts_what_is_not_known_last(
        self, alice: Client, letters: KeywordList, sort: str, expected: list[str]
    ) -> None:
        assert texts(show(alice, letters, f"?sort={sort}")) == expected

    @pytest.mark.parametrize("sort", ["keyword", "ads", "-ads", "-fetched", "outcome"])
    def test_pages_through_any_order_and_back(
        self, alice: Client, letters: KeywordList, sort: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("keywords.views.list_view.SIZES", (2, 50))
        whole = texts(show(alice, letters, f"?sort={sort}&size=50"))
        first = show(alice, letters, f"?sort={sort}&size=2")
        second = show(alice, letters, first.context["older"])
        third = show(alice, letters, second.context["older"])
        assert texts(first) + texts(second) + texts(third) == whole

    def test_says_how_it_is_sorted(self, alice: Client, letters: KeywordList) -> None:
        content = show(alice, letters, "?sort=-ads").content.decode()
        assert 'aria-sort="descending"' in content
        assert 'href="?sort=ads"' in content

    def test_does_not_sort_a_long_list_by_a_figure_and_says_so(
        self, alice: Client, letters: KeywordList, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for module in (sorting, matching):
            monkeypatch.setattr(module, "SORTABLE", 3)
        response = show(alice, letters, "?sort=-ads")
        assert texts(response) == list(ADS)
        assert "Narrow the filter" in response.content.decode()


class TestNarrowing:
    def test_offers_what_would_match(self, alice: Client, letters: KeywordList) -> None:
        content = show(alice, letters, "?q=ads>90+outcome:ok").content.decode()
        assert "Nothing matches" in content
        assert '<b class="figure">4</b> keywords: outcome ok' in content
        assert "Use that" in content

    def test_offers_the_most_that_there_is(self, alice: Client, letters: KeywordList) -> None:
        response = show(alice, letters, "?q=ads>90")
        (broader, *_) = response.context["broader"]
        assert broader.filter.q == "ads>=9"
        assert broader.count == 1

    def test_offers_what_was_meant(self, alice: Client, letters: KeywordList) -> None:
        response = show(alice, letters, "?q=adz>2")
        content = response.content.decode()
        assert "There is no field “adz”." in content
        assert "ads&gt;2" in content
        assert texts(response) == []


class TestColumns:
    def test_shows_those_that_are_chosen(self, alice: Client, letters: KeywordList) -> None:
        response = show(alice, letters, "?col=none&col=ads&col=links")
        assert response["Location"] == "?cols=ads%2Clinks"
        context = show(alice, letters, response["Location"]).context
        assert context["shown"] == ["keyword", "outcome", "ads", "links"]


class TestFollowedDomains:
    def test_shows_the_rank_and_what_it_has_won(self, alice: Client) -> None:
        keyword_list = make_list("shoes")
        keyword = keyword_list.keywords.get()
        finish(keyword)
        rerun(keyword_list.keywords.all(), by=make_user())
        ResultLink.objects.filter(search=finish(keyword), domain="shop.example", rank=2).update(
            rank=1
        )
        alice.post(f"/lists/{keyword_list.pk}/domains", {"domain": "https://www.shop.example/a"})
        response = show(alice, keyword_list)
        (row,) = response.context["rows"]
        assert (row.history.rank, row.history.rise, row.history.values) == (1, 1, [2, 1])
        assert "My rank" in response.content.decode()
        page = alice.get(f"/keywords/{keyword.pk}?tab=history").content.decode()
        assert "Rank among the organic results" in page

    def test_refuses_what_is_no_domain(self, alice: Client, letters: KeywordList) -> None:
        alice.post(f"/lists/{letters.pk}/domains", {"domain": "not a domain"})
        assert not letters.tracked_domains.exists()

    def test_is_followed_no_longer(self, alice: Client, letters: KeywordList) -> None:
        alice.post(f"/lists/{letters.pk}/domains", {"domain": "a.example"})
        alice.post(f"/lists/{letters.pk}/domains/remove", {"domain": "a.example"})
        assert not letters.tracked_domains.exists()


class TestName:
    def test_is_changed(self, alice: Client, letters: KeywordList) -> None:
        alice.post(f"/lists/{letters.pk}/rename", {"name": "  Letters "})
        alice.post(f"/lists/{letters.pk}/rename", {"name": "   "})
        letters.refresh_from_db()
        assert letters.name == "Letters"


class TestRuns:
    def test_are_told_by_outcome(self, alice: Client, letters: KeywordList) -> None:
        context = alice.get(f"/lists/{letters.pk}/runs").context
        ((run, _),) = context["table"]
        assert (run.by_outcome, run.total) == ({"ok": 4, "blocked": 1}, 5)
