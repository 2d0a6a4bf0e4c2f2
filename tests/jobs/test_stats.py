"""Figures of the queues: right at once, right after history is pruned, and never counted twice."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from jobs import control, lifecycle, maintenance, stats, tallies
from jobs.lifecycle import NO_FACTS, Ending
from jobs.models import Attempt, Job, Queue, Worker
from jobs.outcomes import Facts
from jobs.registry import ClaimedJob
from jobs.states import State
from jobs.stats import Depth, percentile
from jobs.tallies import Span, TallyMark
from tests.jobs.rows import claim, make_jobs, make_queue, make_worker

pytestmark = pytest.mark.django_db


def finish(
    jobs: list[ClaimedJob],
    result: str = "completed",
    *,
    ran: float = 1.0,
    again_at: datetime | None = None,
    error: str = "",
    facts: Facts = NO_FACTS,
) -> None:
    state = State.RETRYABLE if again_at else State(result)
    endings = [
        Ending(
            job=job,
            state=state,
            result=Attempt.Result.FAILED if again_at else Attempt.Result(result),
            finished_at=job.started_at + timedelta(seconds=ran),
            scheduled_at=again_at,
            error_class=error,
            facts=facts,
        )
        for job in jobs
    ]
    lifecycle.settle(endings, worker_name="w")


def let_time_pass() -> None:
    """As if the last look at the attempts were long ago."""
    TallyMark.objects.update(seen_at=timezone.now() - timedelta(minutes=1))


def roll_up_everything() -> None:
    for _ in range(3):
        tallies.roll_up()
        let_time_pass()


def ever() -> dict[str, int]:
    return stats.merge(tallies.read(Span.EVER))


def queue_id(name: str = "work") -> int:
    return Queue.objects.get(name=name).pk


class TestDepths:
    def test_tell_states_apart(self) -> None:
        later = timezone.now() + timedelta(hours=1)
        make_jobs(5)
        make_jobs(2, scheduled_at=later)
        running = claim(2)
        finish(running[:1], again_at=later)
        depth = Depth(available=3, scheduled=2, retryable=1, running=1)
        assert stats.queue_depths()[queue_id()] == depth

    def test_include_queues_without_jobs(self) -> None:
        queue = make_queue("idle")
        assert stats.queue_depths()[queue.pk] == Depth()

    def test_stop_counting_at_the_limit(self) -> None:
        make_jobs(8)
        assert stats.queue_depths(limit=5)[queue_id()].available == 6


class TestOldestWaiting:
    def test_is_the_longest_wait_whoever_owns_it(self) -> None:
        ids = make_jobs(3, owner=7) + make_jobs(3, owner=3)
        long_ago = timezone.now() - timedelta(hours=2)
        Job.objects.filter(pk=ids[1]).update(scheduled_at=long_ago)
        assert stats.oldest_waiting() == {queue_id(): long_ago}

    def test_leaves_out_what_runs_or_is_not_due(self) -> None:
        make_jobs(1)
        claim(1)
        make_jobs(1, scheduled_at=timezone.now() + timedelta(hours=1))
        assert stats.oldest_waiting() == {}


class TestTallies:
    def test_count_at_once_what_was_not_rolled_up(self) -> None:
        make_jobs(3)
        finish(claim(3))
        assert ever() == {"completed": 3}

    def test_count_the_same_before_between_and_after_rolling_up(self) -> None:
        make_jobs(6)
        finish(claim(2))
        seen = [ever()]
        tallies.roll_up()
        seen.append(ever())
        let_time_pass()
        tallies.roll_up()
        seen.append(ever())
        assert seen == [{"completed": 2}] * 3
        finish(claim(1), "discarded")
        roll_up_everything()
        assert ever() == {"completed": 2, "discarded": 1}

    def test_wait_for_attempts_that_may_not_be_committed(self) -> None:
        make_jobs(1)
        finish(claim(1))
        tallies.roll_up()
        assert not tallies.roll_up()
        assert not tallies.Tally.objects.exists()

    def test_survive_the_pruning_of_jobs(self) -> None:
        make_jobs(4)
        finish(claim(4))
        roll_up_everything()
        maintenance.prune(timezone.now() + timedelta(days=100))
        assert not Attempt.objects.exists()
        assert ever() == {"completed": 4}

    def test_add_up_in_minutes_hours_and_ever(self) -> None:
        make_jobs(4)
        finish(claim(4), ran=3)
        roll_up_everything()
        for span in Span:
            rows = tallies.read(span)
            assert sum(row.count for row in rows) == 4
            assert sum(row.run_seconds for row in rows) == pytest.approx(12)
            assert sum(sum(row.run_buckets) for row in rows) == 4

    def test_add_to_buckets_of_a_row(self) -> None:
        make_jobs(2)
        finish(claim(1), ran=0.2)
        roll_up_everything()
        finish(claim(1), ran=20)
        roll_up_everything()
        [row] = tallies.read(Span.EVER)
        assert row.run_buckets == (0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0)

    def test_put_a_value_on_a_bound_below_it(self) -> None:
        make_jobs(1)
        finish(claim(1), ran=0.5)
        [row] = tallies.read(Span.EVER)
        assert row.run_buckets.index(1) == tallies.RUN_BOUNDS.index(0.5)

    def test_wait_counts_from_due_to_start_of_the_last_attempt(self) -> None:
        ids = make_jobs(2)
        Job.objects.filter(pk=ids[0]).update(scheduled_at=timezone.now() - timedelta(seconds=100))
        finish(claim(1))
        finish(claim(1), again_at=timezone.now() + timedelta(hours=1))
        rows = tallies.read(Span.EVER)
        assert sum(row.waits for row in rows) == 1
        assert sum(row.wait_seconds for row in rows) == pytest.approx(100, abs=5)

    def test_forget_minutes_of_long_ago(self) -> None:
        make_jobs(1)
        finish(claim(1))
        roll_up_everything()
        tallies.Tally.objects.filter(span=Span.MINUTE).update(
            begins_at=timezone.now() - timedelta(days=3)
        )
        tallies.forget_old()
        assert not tallies.read(Span.MINUTE)
        assert ever() == {"completed": 1}


class TestMeasuredRate:
    def test_counts_jobs_that_ended_in_five_minutes(self) -> None:
        ids = make_jobs(12)
        finish(claim(10), ran=0)
        finish(claim(1), again_at=timezone.now() + timedelta(hours=1), ran=0)
        control.cancel_jobs(ids[:0], by="anna")
        rate = stats.measured_rate(queue_id())
        assert (rate.jobs, rate.attempts) == (10, 11)
        assert 240 <= rate.seconds <= 300
        assert rate.seconds_for(20) == pytest.approx(2 * rate.seconds)

    def test_tells_idle_time_apart(self) -> None:
        """It ended 10 in one minute, three minutes ago, and had nothing to do before and since."""
        make_jobs(10)
        finish(claim(10), ran=0)
        roll_up_everything()
        now = timezone.now().replace(second=30, microsecond=0)
        begins_at = now.replace(second=0) - timedelta(minutes=3)
        tallies.Tally.objects.filter(span=Span.MINUTE).update(begins_at=begins_at)
        rate = stats.measured_rates(now)[queue_id()]
        assert (rate.seconds, rate.busy, rate.per_busy_minute) == (270, 60, 10)

    def test_knows_nothing_of_a_quiet_queue(self) -> None:
        make_queue()
        assert stats.measured_rate(queue_id()).seconds_for(5) is None

    def test_share_of_the_allowance(self) -> None:
        queue = make_queue(rate_limit=30, rate_period=60)
        rate = stats.Rate(60, 300, attempts=75)
        assert stats.rate_used(queue, rate) == pytest.approx(0.5)
        control.slow_down(queue.pk, 2)
        queue.refresh_from_db()
        assert stats.rate_used(queue, rate) == pytest.approx(1.0)
        assert stats.rate_used(make_queue("free"), rate) is None


class TestPercentile:
    def test_lies_between_the_bounds_of_its_bucket(self) -> None:
        assert percentile((1.0, 2.0), [(0, 10, 0)], 0.5) == pytest.approx(1.5)
        assert percentile((1.0, 2.0), [(4, 0, 0), (0, 4, 2)], 0.4) == pytest.approx(1.0)

    def test_above_all_bounds_is_the_last_bound(self) -> None:
        assert percentile((1.0, 2.0), [(0, 0, 3)], 0.5) == 2.0

    def test_of_nothing_is_none(self) -> None:
        assert percentile((1.0,), [], 0.5) is None
        assert percentile((1.0,), [(0, 0)], 0.5) is None

    @given(st.lists(st.integers(0, 50), min_size=3, max_size=3), st.floats(0.01, 1))
    def test_never_leaves_the_bounds(self, counts: list[int], share: float) -> None:
        value = percentile((1.0, 4.0), [counts], share)
        assert value is None or 0 <= value <= 4


class TestFailures:
    def test_are_grouped_by_queue_and_error(self) -> None:
        make_jobs(5)
        finish(claim(3), "discarded", error="blocked")
        finish(claim(1), "discarded", error="network")
        finish(claim(1))
        groups = stats.count_failures(timezone.now() - timedelta(hours=1))
        assert [(g.queue, g.error_class, g.count) for g in groups] == [
            ("work", "blocked", 3),
            ("work", "network", 1),
        ]


class TestWorkers:
    def test_slots_of_living_workers(self) -> None:
        make_jobs(3)
        worker = make_worker(threads=8)
        claim(3, worker=worker)
        make_worker(threads=8, stopped_at=timezone.now())
        assert stats.slots() == stats.Slots(used=3, total=8)
        [living] = stats.living_workers()
        assert (living.pk, living.running) == (worker.pk, 3)  # type: ignore[attr-defined]  # annotated

    def test_nodes_that_do_not_beat_are_not_alive(self) -> None:
        node = make_worker().node
        assert stats.living_nodes() == [node]
        Worker.objects.all().delete()
        type(node).objects.update(seen_at=timezone.now() - timedelta(minutes=1))
        assert stats.living_nodes() == []
