"""The runs of a list: outcomes, and where a followed domain stood, with honest gaps."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from keywords import rank_groups
from keywords.link_search.limits import TooSlow
from keywords.models import KeywordList, Search
from keywords.tracked_domains.ranks import track
from tests.keywords.found import give_links, make_found
from tests.keywords.rows import make_user

pytestmark = pytest.mark.django_db


def place(*ranks: int | None) -> KeywordList:
    """A list with a keyword for each rank of a.test; None: it is not among the results."""
    return make_found(
        {
            f"keyword {number}": [
                ("organic", 1, "https://b.test/", "b.test") if rank is None
                else ("organic", rank, "https://a.test/", "a.test")
            ]
            for number, rank in enumerate(ranks)
        }
    )  # fmt: skip


@pytest.fixture
def alice(client: Client) -> Client:
    client.force_login(make_user("alice"))
    return client


def look(client: Client, keyword_list: KeywordList, query: str = "") -> Any:
    response = client.get(f"/lists/{keyword_list.pk}/runs{query}")
    assert response.status_code == 200
    return response.context


class TestRanks:
    def test_are_grouped_by_run(self, alice: Client) -> None:
        keyword_list = place(1, 3, 4, 10, 11, 20, 21, 90, None)
        track(keyword_list, "a.test")
        [(_, numbers)] = look(alice, keyword_list)["rank_table"]
        assert numbers == [2, 2, 2, 2, 1]

    def test_leave_out_what_failed(self, alice: Client) -> None:
        keyword_list = place(1, 1)
        track(keyword_list, "a.test")
        failed = keyword_list.keywords.latest("pk")
        Search.objects.filter(keyword=failed).update(outcome="blocked")
        [(_, numbers)] = look(alice, keyword_list)["rank_table"]
        assert numbers == [1, 0, 0, 0, 0]

    def test_are_those_of_each_run(self, alice: Client) -> None:
        keyword_list = place(1)
        track(keyword_list, "a.test")
        now = timezone.now()
        Search.objects.update(created_at=now - timedelta(days=7))
        again = Search.objects.create(keyword=keyword_list.keywords.get())
        give_links({again: [("organic", 12, "https://a.test/", "a.test")]})
        newest, oldest = look(alice, keyword_list)["rank_table"]
        assert (oldest[1], newest[1]) == ([1, 0, 0, 0, 0], [0, 0, 1, 0, 0])

    def test_are_of_the_chosen_domain(self, alice: Client) -> None:
        keyword_list = place(1, None)
        for domain in ("a.test", "b.test"):
            track(keyword_list, domain)
        assert look(alice, keyword_list)["domain"] == "a.test"
        context = look(alice, keyword_list, "?domain=b.test")
        assert context["domain"] == "b.test"
        assert look(alice, keyword_list, "?domain=stranger.test")["domain"] == "a.test"

    def test_want_a_domain_to_be_followed(self, alice: Client) -> None:
        page = alice.get(f"/lists/{place(1).pk}/runs").content.decode()
        assert "Follow a domain on the list" in page

    def test_say_where_they_would_take_too_long(
        self, alice: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        keyword_list = place(1)
        track(keyword_list, "a.test")

        def take_too_long(*_: object) -> None:
            raise TooSlow

        monkeypatch.setattr(rank_groups, "limited_time", take_too_long)
        page = alice.get(f"/lists/{keyword_list.pk}/runs").content.decode()
        assert "This list is too long for it" in page
