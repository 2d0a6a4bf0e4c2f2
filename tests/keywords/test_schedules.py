"""Schedules of lists: what they start, once, and that they go with their lists."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from jobs import control, scheduling
from jobs.models import Job
from jobs.schedules import Schedule
from keywords.lists import delete_list
from keywords.models import KeywordList, Search
from keywords.schedule_handlers import run_list
from keywords.schedules import build_schedule, find_schedule, save_schedule, switch_schedule
from tests.jobs.nodes import two_nodes, wait_for
from tests.keywords.rows import make_list, make_user


def schedule(keyword_list: KeywordList, cron: str = "0 8 * * 1", **values: str) -> Schedule:
    values = {"time_zone": "Europe/Berlin", **values}
    made = build_schedule(keyword_list, cron=cron, **values)
    save_schedule(made, by=keyword_list.owner)
    return made


def make_due(made: Schedule) -> None:
    Schedule.objects.filter(pk=made.pk).update(next_run_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.django_db
class TestSchedule:
    def test_says_when_in_words(self) -> None:
        made = schedule(make_list("one"))
        assert made.in_words() == "every Monday at 08:00, Europe/Berlin"
        coming = made.coming()
        assert len(coming) == 5
        assert {(at.weekday(), at.hour) for at in coming} == {(0, 8)}

    @pytest.mark.parametrize(
        ("cron", "zone", "field"),
        [("every day", "UTC", "cron"), ("0 8 * * *", "Mars", "time_zone"), ("* * * * *", "UTC", "cron")],
    )  # fmt: skip
    def test_refuses_what_is_no_time(self, cron: str, zone: str, field: str) -> None:
        with pytest.raises(ValidationError) as caught:
            schedule(make_list("one"), cron, time_zone=zone)
        assert field in caught.value.message_dict

    def test_is_one_for_each_list(self) -> None:
        keyword_list = make_list("one")
        schedule(keyword_list)
        schedule(keyword_list, "0 9 * * *")
        assert Schedule.objects.get().cron == "0 9 * * *"

    def test_starts_a_run_when_due_and_only_then(self) -> None:
        made = schedule(make_list("one"))
        assert scheduling.run_due() == []
        make_due(made)
        assert len(scheduling.run_due()) == 1
        assert Job.objects.get(kind="keywords.run_list").args == {"list": int(made.args["list"])}

    def test_pauses_and_makes_up_for_nothing(self) -> None:
        keyword_list = make_list("one")
        make_due(schedule(keyword_list))
        switch_schedule(keyword_list, enabled=False, by=make_user())
        assert scheduling.run_due() == []
        switch_schedule(keyword_list, enabled=True, by=make_user())
        assert scheduling.run_due() == []

    def test_goes_with_its_list(self) -> None:
        keyword_list, other = make_list("one"), make_list("two")
        schedule(keyword_list)
        schedule(other)
        delete_list(keyword_list, by=make_user())
        assert Schedule.objects.get() == find_schedule(other)

    def test_goes_with_its_owner(self) -> None:
        keyword_list = make_list(owner=make_user("bob"))
        schedule(keyword_list)
        keyword_list.keywords.all().delete()
        keyword_list.owner.delete()
        assert not Schedule.objects.exists()


@pytest.mark.django_db
class TestRun:
    def test_searches_all_again_but_what_is_on_its_way(self) -> None:
        keyword_list = make_list("one", "two")
        done = keyword_list.keywords.get(text="one")
        Job.objects.filter(search__keyword=done).update(
            state="completed", finished_at=timezone.now()
        )
        run_list(keyword_list.pk)
        assert done.searches.count() == 2
        assert Search.objects.count() == 3

    def test_forgets_the_schedule_of_a_list_that_is_gone(self) -> None:
        made = schedule(make_list("one"))
        Schedule.objects.filter(pk=made.pk).update(name="list-999999")
        run_list(999999)
        assert not Schedule.objects.exists()


@pytest.mark.cluster
@pytest.mark.django_db(transaction=True)
def test_two_nodes_start_one_run(database_url: str) -> None:
    keyword_list = make_list("one", "two", "three")
    Job.objects.update(state="completed", finished_at=timezone.now())
    control.pause_queue("practice", by="test")
    made = schedule(keyword_list)
    started = Job.objects.filter(kind="keywords.run_list", state="completed")
    with two_nodes(database_url, workers=1):
        for runs in (1, 2):
            make_due(made)
            wait_for(lambda expected=runs: started.count() >= expected, "a run", 30)  # type: ignore[misc]
    assert Job.objects.filter(kind="keywords.run_list").count() == 2
    # The second found every keyword on its way.
    assert Search.objects.count() == 6
