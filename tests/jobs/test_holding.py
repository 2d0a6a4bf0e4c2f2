"""Holding some jobs back: not claimed, and in their old places when they are released."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs import control, lifecycle, stats
from jobs.audit import AuditEntry
from jobs.models import Job, Queue
from jobs.selection import JobFilter
from tests.jobs.rows import claim, make_jobs, make_worker, state_of

pytestmark = pytest.mark.django_db


def move_clock(turn: int) -> None:
    Queue.objects.filter(name="work").update(turn=turn)


def order(count: int = 100) -> list[int]:
    return [job.id for job in claim(count)]


class TestHold:
    def test_held_jobs_are_not_claimed_until_they_are_released(self) -> None:
        first, second, third = make_jobs(3)
        assert control.hold_jobs([first, third], by="anna") == 2
        assert order() == [second]
        assert control.release_jobs(Job.objects.filter(pk__in=[first, third]), by="anna") == 2
        assert order() == [first, third]

    def test_counts_only_what_it_changes(self) -> None:
        waiting, running, done = make_jobs(3)
        lifecycle.cancel([done])
        Job.objects.filter(pk=waiting).update(priority=9)
        claim()
        assert control.hold_jobs([waiting, running, done], by="anna") == 1
        assert control.hold_jobs([waiting, running, done], by="anna") == 0
        assert control.release_jobs([waiting, running, done], by="anna") == 1
        assert control.release_jobs([waiting, running, done], by="anna") == 0

    def test_a_running_one_goes_on_and_is_held_when_it_comes_back(self) -> None:
        (id_,) = make_jobs()
        worker = make_worker()
        claim(worker=worker)
        control.hold_jobs([id_], by="anna")
        lifecycle.rescue([worker.pk])
        assert state_of(id_) == "available"
        assert order() == []
        control.release_jobs([id_], by="anna")
        assert order() == [id_]

    def test_a_scheduled_one_is_staged_and_still_held(self) -> None:
        (id_,) = make_jobs(scheduled_at=timezone.now() + timedelta(seconds=60))
        control.hold_jobs([id_], by="anna")
        Job.objects.update(scheduled_at=timezone.now() - timedelta(hours=1))
        lifecycle.stage()
        assert order() == []
        control.release_jobs([id_], by="anna")
        assert order() == [id_]

    def test_retrying_one_by_hand_releases_it(self) -> None:
        (id_,) = make_jobs()
        control.hold_jobs([id_], by="anna")
        control.cancel_jobs([id_], by="anna")
        control.retry_jobs([id_], by="anna")
        lifecycle.stage()
        assert order() == [id_]

    def test_is_written_down_and_counted_apart(self) -> None:
        ids = make_jobs(5)
        control.hold_jobs(ids[:2], by="anna")
        assert AuditEntry.objects.get(action="hold").after == {"jobs": 2, "first": ids[:2]}
        depth = stats.queue_depths()[Queue.objects.get(name="work").pk]
        assert (depth.available, depth.held) == (3, 2)
        assert JobFilter(state="held").jobs().count() == 2
        assert JobFilter(state="available").jobs().count() == 3


class TestPlace:
    def test_they_keep_their_turns_where_the_queue_has_not_moved_on(self) -> None:
        first = make_jobs(5, owner=1)
        second = make_jobs(5, owner=1)
        control.hold_jobs(first, by="anna")
        control.release_jobs(first, by="anna")
        assert order() == first + second

    def test_they_do_not_overtake_others_after_a_long_pause(self) -> None:
        mine = make_jobs(3, owner=1)
        control.hold_jobs(mine, by="anna")
        move_clock(100)
        (theirs,) = make_jobs(1, owner=2)
        control.release_jobs(mine, by="anna")
        turns = dict(Job.objects.values_list("pk", "turn"))
        assert [turns[id_] for id_ in mine] == [101, 102, 103]
        assert turns[theirs] == 101

    def test_what_came_meanwhile_stands_behind_them_and_no_turn_twice(self) -> None:
        held = make_jobs(4, owner=1)
        control.hold_jobs(held, by="anna")
        later = make_jobs(4, owner=1)
        assert Job.objects.get(pk=later[0]).turn == 1
        control.release_jobs(held, by="anna")
        turns = list(Job.objects.filter(owner=1).order_by("turn").values_list("turn", flat=True))
        assert turns == list(range(1, 9))

    def test_held_jobs_do_not_hold_up_their_owners_others(self) -> None:
        make_jobs(3, owner=2)
        control.hold_jobs(make_jobs(1000, owner=1), by="anna")
        (urgent,) = make_jobs(1, owner=1)
        assert urgent in order(2)
