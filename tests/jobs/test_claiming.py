"""Claims of several connections at once: no job twice, no limit passed."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from jobs import control, lifecycle
from jobs.claiming import Claimer, Start
from jobs.models import Job, Node, Queue
from tests.jobs.rows import claim, make_jobs, make_queue, make_worker

pytestmark = pytest.mark.django_db(transaction=True)


def make_claimer(node_id: UUID | None = None) -> Claimer:
    worker = make_worker()
    return Claimer(worker_id=worker.pk, node_id=node_id or worker.node_id)


def claim_all(claimer: Claimer, *, free: int = 100) -> list[Start]:
    starts, _ = claimer.claim_due(free=free, running={})
    return starts


def wait_for_starts(claimer: Claimer) -> list[Start]:
    until = time.monotonic() + 10
    while not (starts := claim_all(claimer)):
        assert time.monotonic() < until
        time.sleep(0.005)
    return starts


def slot_of(start: Start) -> float:
    assert start.slot is not None
    return start.slot.slot.at


class TestRaces:
    @pytest.mark.parametrize("limit", [None, 30])
    def test_no_job_is_claimed_twice(self, limit: int | None) -> None:
        make_queue(max_running=limit)
        make_jobs(200)
        claimers = [make_claimer() for _ in range(4)]

        def work(claimer: Claimer) -> list[int]:
            try:
                return [start.job.id for _ in range(30) for start in claim_all(claimer, free=7)]
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            claimed = [id_ for ids in pool.map(work, claimers) for id_ in ids]
        assert len(claimed) == len(set(claimed)) == (limit or 200)

    def test_a_rate_is_shared(self) -> None:
        make_queue(rate_limit=5, rate_period=3600, burst=5)
        make_jobs(50)

        def work(claimer: Claimer) -> int:
            try:
                return sum(len(claim_all(claimer)) for _ in range(20))
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(work, [make_claimer() for _ in range(4)])) == 5

    def test_a_queue_that_another_worker_is_claiming_is_asked_again_soon(self) -> None:
        make_queue(max_running=5)
        make_jobs(5)
        claimer = make_claimer()
        with other_connection_holds_the_queue():
            starts, again_in = claimer.claim_due(free=5, running={})
        assert starts == []
        assert again_in is not None
        assert again_in < 0.1


class TestGates:
    def test_a_paused_queue_is_closed_for_good(self) -> None:
        make_jobs(3)
        control.pause_queue("work", by="anna")
        assert make_claimer().claim_due(free=5, running={}) == ([], None)

    def test_a_cooling_queue_says_when_it_opens(self) -> None:
        make_jobs(3)
        queue = Queue.objects.get(name="work")
        control.cool_down(queue.pk, until=timezone.now() + timedelta(seconds=60), reason="429")
        starts, again_in = make_claimer().claim_due(free=5, running={})
        assert starts == []
        assert again_in == pytest.approx(60, abs=5)

    def test_cool_downs_do_not_shorten(self) -> None:
        queue, now = make_queue(), timezone.now()
        for seconds in (60, 10):
            control.cool_down(queue.pk, until=now + timedelta(seconds=seconds), reason="429")
        queue.refresh_from_db()
        assert queue.cooling_until == now + timedelta(seconds=60)

    def test_a_scheduled_job_says_when_it_is_due(self) -> None:
        make_jobs(1, scheduled_at=timezone.now() + timedelta(seconds=60))
        _, again_in = make_claimer().claim_due(free=5, running={})
        assert again_in == pytest.approx(60, abs=5)

    def test_a_node_keeps_to_its_own_limit(self) -> None:
        make_queue(max_running_per_node=2)
        make_jobs(10)
        assert len(claim_all(make_claimer())) == 2
        assert len(claim_all(make_claimer())) == 0
        other = make_worker(node=make_other_node())
        assert len(claim_all(Claimer(worker_id=other.pk, node_id=other.node_id))) == 2


class TestProbing:
    """After a cool-down with `probe`, one job at a time over all workers."""

    @pytest.mark.parametrize("limits", [{}, {"max_running": 5}, {"rate_limit": 100, "burst": 50}])
    def test_one_job_at_a_time(self, limits: dict[str, int]) -> None:
        queue = self.open_half(**limits)
        make_jobs(10)
        claimers = [make_claimer() for _ in range(4)]

        def work(claimer: Claimer) -> list[int]:
            try:
                return [start.job.id for _ in range(5) for start in claim_all(claimer)]
            finally:
                connection.close()

        with ThreadPoolExecutor(4) as pool:
            assert len([id_ for ids in pool.map(work, claimers) for id_ in ids]) == 1
        control.end_probing(queue.pk)
        assert len(claim_all(make_claimer())) > 1

    def test_the_next_when_the_first_has_ended(self) -> None:
        self.open_half()
        make_jobs(3)
        (start,) = claim_all(make_claimer())
        lifecycle.hand_back([start.job])
        assert len(claim_all(make_claimer())) == 1

    def test_nothing_while_it_cools(self) -> None:
        queue = make_queue()
        make_jobs(3)
        until = timezone.now() + timedelta(minutes=1)
        control.cool_down(queue.pk, until=until, reason="429", probe=True)
        assert claim_all(make_claimer()) == []
        control.end_cool_down("work", by="anna")
        assert len(claim_all(make_claimer())) == 1

    def open_half(self, **limits: Any) -> Queue:
        queue = make_queue(**limits)
        until = timezone.now() - timedelta(seconds=1)
        control.cool_down(queue.pk, until=until, reason="429", probe=True)
        return queue


class TestSlowdown:
    def test_a_period_lasts_longer(self) -> None:
        queue = make_queue(rate_limit=10, rate_period=100)
        make_jobs(10)
        control.slow_down(queue.pk, 4.0)
        claimer = make_claimer()
        assert len(claim_all(claimer)) == 1
        _, again_in = claimer.claim_due(free=5, running={})
        assert again_in == pytest.approx(40, abs=2)


class TestReasons:
    def test_a_longer_cool_down_keeps_its_reason(self) -> None:
        queue, now = make_queue(), timezone.now()
        for seconds, reason in ((60, "captcha"), (10, "503")):
            control.cool_down(queue.pk, until=now + timedelta(seconds=seconds), reason=reason)
        queue.refresh_from_db()
        assert queue.cooling_reason == "captcha"


class TestLateness:
    @pytest.mark.parametrize("burst", [1, 5])
    def test_a_late_start_moves_the_slots_after_it(self, burst: int) -> None:
        queue = make_queue(rate_limit=5, rate_period=3600, burst=burst)
        make_jobs(50)
        claimer = make_claimer()
        starts = claim_all(claimer)
        assert len(starts) == burst
        before = Queue.objects.get(pk=queue.pk)
        assert starts[-1].slot is not None
        slot = starts[-1].slot
        claimer.report_late(queue.pk, slot, slot.slot.rate.lateness + 7.0)
        after = Queue.objects.get(pk=queue.pk)
        # With a burst, the average pace had room for it.
        assert after.next_slot_at == pytest.approx(before.next_slot_at + 7 * (burst == 1))
        moved = [b - a for a, b in zip(before.starts, after.starts, strict=True)]
        assert moved[-1:] == pytest.approx([7.0] * (burst > 1))


class TestChangedLimits:
    def test_a_burst_does_not_come_on_top_of_what_just_started(self) -> None:
        make_queue(rate_limit=5, rate_period=0.5)
        make_jobs(50)
        claimer = make_claimer()
        at = [slot_of(start) for _ in range(5) for start in wait_for_starts(claimer)]
        control.set_limits("work", by="anna", burst=5)
        at += [slot_of(start) for start in wait_for_starts(claimer)]
        assert at[5] - at[0] >= 0.5


class TestLostAnswers:
    def test_jobs_whose_claim_was_never_heard_of_are_handed_back(self) -> None:
        ids = make_jobs(3)
        worker = make_worker()
        known, *_ = claim(3, worker=worker)
        assert lifecycle.hand_back_others(worker.pk, known=[known.id]) == 2
        waiting = Job.objects.filter(state="available").values_list("pk", "attempt")
        assert set(waiting) == {(id_, 0) for id_ in ids[1:]}


class TestShares:
    def test_a_queue_with_nothing_running_gets_a_thread_of_its_own(self) -> None:
        make_jobs(5, queue="slow")
        make_jobs(5, queue="quick")
        slow = Queue.objects.get(name="slow")
        starts, _ = make_claimer().claim_due(free=0, running={slow.pk: 8})
        assert [start.job.queue_id for start in starts] == [Queue.objects.get(name="quick").pk]

    def test_no_more_is_claimed_than_threads_are_free(self) -> None:
        make_jobs(50)
        assert len(claim_all(make_claimer(), free=7)) == 7
        assert Job.objects.filter(state="running").count() == 7


@contextmanager
def other_connection_holds_the_queue() -> Iterator[None]:
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lock_queue).result()
        yield
        pool.submit(end_transaction).result()


def lock_queue() -> None:
    transaction.set_autocommit(False)
    Queue.objects.select_for_update().get(name="work")


def end_transaction() -> None:
    transaction.rollback()
    connection.close()


def make_other_node() -> Node:
    return Node.objects.create(id=uuid4(), host="other", pid=2)


class TestAnnounced:
    """What a worker with nothing to do takes before it looks around."""

    def test_begins_without_a_look(self) -> None:
        queue = make_queue()
        claimer = make_claimer()
        assert claim_all(claimer) == []
        ids = make_jobs(3)
        starts = claimer.claim_announced({queue.pk, 12345}, free=2)
        assert [start.job.id for start in starts] == ids[:2]
        claimer.move_clocks()
        queue.refresh_from_db()
        assert queue.turn > 0

    @pytest.mark.parametrize(
        "change",
        [
            {"paused_at": timezone.now()},
            {"cooling_until": timezone.now() + timedelta(hours=1)},
            {"probing": True},
            {"rate_limit": 5},
            {"max_running": 5},
            {"max_running_per_node": 5},
        ],
    )
    def test_takes_nothing_of_a_queue_that_has_closed_or_got_limits(
        self, change: dict[str, Any]
    ) -> None:
        queue = make_queue()
        claimer = make_claimer()
        claim_all(claimer)
        make_jobs(3)
        Queue.objects.filter(pk=queue.pk).update(**change)
        assert claimer.claim_announced({queue.pk}, free=5) == []

    def test_takes_what_a_pause_that_is_over_kept_back(self) -> None:
        over = timezone.now() - timedelta(seconds=1)
        queue = make_queue()
        claimer = make_claimer()
        claim_all(claimer)
        make_jobs(1)
        Queue.objects.filter(pk=queue.pk).update(
            paused_at=over, paused_until=over, cooling_until=over
        )
        assert len(claimer.claim_announced({queue.pk}, free=5)) == 1

    def test_leaves_queues_that_it_is_not_reserved_for(self) -> None:
        queue, worker = make_queue(), make_worker()
        make_queue("mine")
        own = Claimer(worker_id=worker.pk, node_id=worker.node_id, only_queues=frozenset({"mine"}))
        claim_all(own)
        make_jobs(1)
        assert own.claim_announced({queue.pk}, free=5) == []
