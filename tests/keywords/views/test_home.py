"""The lists of an owner: in the order of their last activity, a page at a time."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from jobs.models import Job
from keywords.models import KeywordList
from keywords.runs import rerun
from keywords.schedules import build_schedule, save_schedule
from keywords.views import home
from tests.keywords.rows import make_list, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client: Client) -> Client:
    client.force_login(make_user("alice"))
    return client


def names(page: Any) -> list[str]:
    return [row.keyword_list.name for row in page.context["rows"]]


class TestLists:
    def test_stand_in_the_order_of_their_last_run(self, alice: Client) -> None:
        for name in ("first", "second"):
            make_list("one", owner=make_user("alice"), name=name)
        assert names(alice.get("/")) == ["second", "first"]
        first = KeywordList.objects.get(name="first")
        Job.objects.update(state="completed", finished_at=timezone.now())
        KeywordList.objects.update(last_run_at=timezone.now() - timedelta(hours=1))
        rerun(first.keywords.all(), by=make_user("alice"))
        assert names(alice.get("/")) == ["first", "second"]

    def test_are_shown_a_page_at_a_time(
        self, alice: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(home, "LISTS_A_PAGE", 2)
        for number in range(5):
            make_list("one", owner=make_user("alice"), name=str(number))
        # Two of one moment must neither be lost nor come twice.
        KeywordList.objects.filter(name__in="123").update(last_run_at=timezone.now())
        seen, address = [], "/"
        while address:
            page = alice.get(address)
            seen += names(page)
            older = page.context["page"].older
            address = f"/{older}" if older else ""
        assert seen == ["3", "2", "1", "4", "0"]
        back = page.context["page"].newer
        assert names(alice.get(f"/{back}")) == ["1", "4"]

    def test_show_the_next_run_and_a_pause(self, alice: Client) -> None:
        keyword_list = make_list("one", owner=make_user("alice"), hold=True)
        schedule = build_schedule(keyword_list, cron="0 8 * * 1", time_zone="Europe/Berlin")
        save_schedule(schedule, by=keyword_list.owner)
        content = alice.get("/").content.decode()
        assert "every Monday at 08:00, Europe/Berlin" in content
        assert "Paused" in content

    def test_begin_with_the_sample(self, alice: Client) -> None:
        content = alice.get("/").content.decode()
        assert "No lists yet" in content
        assert "Try the sample" in content

    @pytest.mark.parametrize("said", ["after=x", "after=1-", "before=9-x", "after=-1-1"])
    def test_bear_any_address(self, alice: Client, said: str) -> None:
        make_list("one", owner=make_user("alice"))
        assert alice.get(f"/?{said}").status_code == 200

    @pytest.mark.parametrize("count", [2, 12])
    def test_cost_the_same_however_many(
        self, alice: Client, count: int, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(count):
            make_list("one", owner=make_user("alice"), name=str(number))
        with django_assert_max_num_queries(10):
            alice.get("/")
