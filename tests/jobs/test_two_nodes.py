"""What the queue promises, on two real nodes: several features on each pair, since a pair takes seconds
to start. Bounds of time are the promises themselves, or such that no healthy run comes near."""

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from prometheus_client import generate_latest

from jobs import batches, control
from jobs.enqueue import NewJob, enqueue_many
from jobs.metrics import make_registry
from jobs.models import Attempt, Batch, Job, Queue, Worker
from jobs.schedules import Schedule
from jobs.states import FINISHED, State
from tests.jobs.nodes import NodeProcess, two_nodes, wait_for
from tests.workload.models import Start

pytestmark = [pytest.mark.cluster, pytest.mark.django_db(transaction=True)]

Nodes = tuple[NodeProcess, NodeProcess]
THREADS = 4
SLOTS = 2 * THREADS
AT_ONCE = 5.0  # far below the workers' longest sleep, which is what a lost wake-up would cost
COMPLETED = State.COMPLETED


@pytest.fixture
def nodes(database_url: str) -> Iterator[Nodes]:
    with two_nodes(database_url, workers=1, threads=THREADS) as pair:
        yield pair


def make_jobs(
    queue: str, count: int = 1, *, kind: str = "test.work", **fields: object
) -> list[int]:
    """Fields of NewJob, and `args` for the handler."""
    control.create_queue(queue)
    return enqueue_many([NewJob(kind=kind, queue=queue, **fields) for _ in range(count)])  # type: ignore[arg-type]


def count(ids: list[int], *states: State) -> int:
    return Job.objects.filter(pk__in=ids, state__in=states).count()


def wait_until_done(ids: list[int], seconds: float = 30) -> None:
    wait_for(lambda: count(ids, *FINISHED) == len(ids), "the jobs to finish", seconds)


def wait_until_running(ids: list[int], running: int) -> None:
    wait_for(lambda: count(ids, State.RUNNING) == running, f"{running} jobs to run", 20)


def starts(ids: list[int]) -> list[Start]:
    return list(Start.objects.filter(job_id__in=ids).order_by("started"))


def most_at_once(spans: list[Start]) -> int:
    return max(sum(1 for s in spans if s.started <= at.started < s.ended) for at in spans)


def node_of(start: Start) -> int:
    return Worker.objects.get(pid=start.pid).node.pid


class TestOperators:
    """Whatever is changed takes effect at once on both nodes."""

    def test_change_what_runs(self, nodes: Nodes) -> None:
        self.pause_resume_and_time()
        self.scale_and_priority(nodes)
        self.cancel_retry_and_hold_in_bulk()
        self.drain_one_queue_and_everything()

    def pause_resume_and_time(self) -> None:
        make_jobs("work", 0)
        control.pause_queue("work", by="anna", reason="captcha wave")
        ids = make_jobs("work", 20)
        others = make_jobs("other", 20)
        wait_until_done(others)
        assert count(ids, State.AVAILABLE) == 20
        resumed = time.time()
        control.resume_queue("work", by="anna")
        wait_until_done(ids)
        assert starts(ids)[-1].started - resumed < AT_ONCE

        until = timezone.now() + timedelta(seconds=2)
        control.pause_queue("work", by="anna", until=until)
        ids = make_jobs("work", 5)
        scheduled = make_jobs("later", 3, scheduled_at=until)
        snoozed = make_jobs("later", 3, args={"snooze": until.timestamp()})
        wait_until_done(ids + scheduled + snoozed)
        for start in starts(ids + scheduled + snoozed):
            assert 0 <= start.started - until.timestamp() < AT_ONCE
        assert set(Job.objects.filter(pk__in=snoozed).values_list("attempt", flat=True)) == {1}
        results = Attempt.objects.filter(job__in=snoozed).values_list("result", flat=True)
        assert Counter(results) == {"snoozed": 3, "completed": 3}

    def scale_and_priority(self, nodes: Nodes) -> None:
        control.create_queue("scaled", max_running=2)
        ids = make_jobs("scaled", 40, args={"seconds": 0.2})
        urgent = make_jobs("scaled", 1, priority=9)
        wait_until_running(ids, 2)
        control.set_priority(urgent, 0, by="anna")
        asked_at = time.time()
        wait_until_done(urgent, 10)
        [first] = starts(urgent)
        between = [start for start in starts(ids) if asked_at < start.started < first.started]
        assert len(between) <= 2, "only what had been claimed already"
        scaled_at = time.time()
        control.set_limits("scaled", by="anna", max_running=6)
        wait_until_done(ids)
        spans = starts(ids)
        assert most_at_once([s for s in spans if s.ended < scaled_at]) <= 2
        assert 2 < most_at_once([s for s in spans if s.started > scaled_at]) <= 6

        control.create_queue("spread", max_running_per_node=1)
        ids = make_jobs("spread", 10, args={"seconds": 0.3})
        wait_until_done(ids)
        by_node: dict[int, list[Start]] = {}
        for start in starts(ids):
            by_node.setdefault(node_of(start), []).append(start)
        assert set(by_node) == {node.pid for node in nodes}
        assert all(most_at_once(spans) == 1 for spans in by_node.values())

    def cancel_retry_and_hold_in_bulk(self) -> None:
        # A queue without a limit might run one job more than there are slots: see Claimer.claim_due.
        control.create_queue("bulk", max_running=SLOTS)
        running = make_jobs("bulk", SLOTS, args={"seconds": 25})
        wait_until_running(running, SLOTS)
        waiting = make_jobs("bulk", 3, priority=9)
        scheduled = make_jobs("bulk", 3, scheduled_at=timezone.now() + timedelta(hours=1))
        cancelled_at = time.time()
        assert control.cancel_jobs(running + waiting + scheduled, by="anna") == SLOTS + 6
        quick = make_jobs("work", 2 * SLOTS)
        wait_until_done(quick)
        assert starts(quick)[-1].started - cancelled_at < AT_ONCE
        assert starts(running) == []

        assert control.retry_jobs(waiting + scheduled, by="anna") == 6
        wait_until_done(waiting + scheduled)
        assert len(starts(waiting + scheduled)) == 6

        control.pause_queue("work", by="anna")
        ids = make_jobs("work", 10)
        assert control.hold_jobs(ids[:5], by="anna") == 5
        control.resume_queue("work", by="anna")
        wait_until_done(ids[5:])
        assert count(ids[:5], State.AVAILABLE) == 5
        assert control.release_jobs(ids[:5], by="anna") == 5
        wait_until_done(ids)

    def drain_one_queue_and_everything(self) -> None:
        control.create_queue("slow", max_running=SLOTS)
        slow = make_jobs("slow", SLOTS, args={"seconds": 4})
        wait_until_running(slow, SLOTS)
        more = make_jobs("slow", 6)
        assert control.drain_queue("slow", by="anna") == SLOTS
        others = make_jobs("other", 6)
        wait_until_done(others + slow)
        assert count(more, State.AVAILABLE) == 6
        busy = make_jobs("other", 2, args={"seconds": 4})
        wait_until_running(busy, 2)
        left = make_jobs("third", 0) + more
        assert control.drain_everything(by="anna") == 2
        left += make_jobs("third", 3)
        wait_until_done(busy)
        assert count(left, State.AVAILABLE) == 9
        assert count(busy, COMPLETED) == 2


class TestWorkload:
    def test_long_jobs_after_short_ones_wait_for_no_thread_while_others_are_free(
        self, nodes: Nodes
    ) -> None:
        make_jobs("work", 3000, kind="test.empty")
        long = make_jobs("work", SLOTS, args={"seconds": 8})
        wait_until_done(long, 40)
        assert most_at_once(starts(long)) == SLOTS


class TestIsolation:
    def test_a_slow_and_a_refusing_queue_hold_nobody_up(self, nodes: Nodes) -> None:
        slow = make_jobs("slow", 5 * SLOTS, args={"seconds": 28})
        wait_for(lambda: count(slow, State.RUNNING) >= SLOTS, "slow jobs in every slot", 20)
        make_jobs("refusing", 0)
        until = timezone.now() + timedelta(hours=1)
        control.cool_down(Queue.objects.get(name="refusing").pk, until=until, reason="HTTP 429")
        refused = make_jobs("refusing", 30)
        quick = make_jobs("quick", 30)
        wait_until_done(quick, 20)
        assert starts(slow) == []
        assert count(refused, State.AVAILABLE) == 30

    def test_a_node_may_be_reserved_for_chosen_queues(self, database_url: str) -> None:
        with (
            NodeProcess(database_url, workers=1, threads=THREADS) as shared,
            NodeProcess(database_url, workers=1, threads=THREADS, args=("--queues", "mine")) as own,
        ):
            others = make_jobs("others", 3 * THREADS, args={"seconds": 0.5})
            mine = make_jobs("mine", 6 * THREADS, args={"seconds": 0.2})
            wait_until_done(others + mine)
            assert {node_of(start) for start in starts(others)} == {shared.pid}
            assert own.pid in {node_of(start) for start in starts(mine)}


class TestRate:
    def test_is_strict_with_a_burst_and_shared_fairly(self, nodes: Nodes) -> None:
        limit, period, burst = 10, 10.0, 5
        control.create_queue("paced", rate_limit=limit, rate_period=period, burst=burst)
        control.pause_queue("paced", by="anna")
        many = make_jobs("paced", 9, owner=1)
        few = make_jobs("paced", 4, owner=2)
        control.resume_queue("paced", by="anna")
        wait_until_done(many + few, 60)
        line = starts(many + few)
        at = [start.started for start in line]
        assert max(sum(1 for s in at if begin <= s < begin + period) for begin in at) <= limit
        # Paced, they would take a second each.
        assert at[burst - 1] - at[0] < (burst - 1) * period / limit / 2
        places = [place for place, start in enumerate(line) if start.job_id in set(few)]
        assert places[-1] < 2 * len(few) + 3, "the few take every second turn"

    def test_is_strict_where_jobs_begin_late(self, nodes: Nodes) -> None:
        limit, period = 10, 2.0
        control.create_queue("paced", rate_limit=limit, rate_period=period)
        # Those in time would run into those that were late, would the slots not move. More than half
        # a second is too late: such a job gives its slot up and takes another.
        lateness = [0.4] * 10 + [0.0] * 10 + [0.4] * 8 + [0.0] * 8 + [0.8, 0.0, 0.8, 0.0]
        jobs = [NewJob(kind="test.work", queue="paced", args={"late": each}) for each in lateness]
        ids = enqueue_many(jobs)
        wait_until_done(ids, 60)
        at = [start.started for start in starts(ids)]
        assert len(at) == len(ids)
        assert max(sum(1 for s in at if begin <= s < begin + period) for begin in at) <= limit
        results = Attempt.objects.filter(job__in=ids).values_list("result", "number")
        assert Counter(results) == {(Attempt.Result.COMPLETED, 1): len(ids)}


class TestDrain:
    def test_of_a_node_leaves_the_rest_to_the_other_and_repeats_nothing(self, nodes: Nodes) -> None:
        ids = make_jobs("work", 6 * SLOTS, args={"seconds": 0.7})
        wait_for(lambda: count(ids, State.RUNNING) >= SLOTS, "both nodes to be busy", 20)
        leaving, _ = nodes
        os.kill(leaving.pid, signal.SIGTERM)
        assert leaving.ends_within(20) == 0
        wait_until_done(ids, 60)
        assert Counter(start.job_id for start in starts(ids)) == dict.fromkeys(ids, 1)
        assert set(Attempt.objects.values_list("result", flat=True)) == {"completed"}


class TestFairness:
    def test_ten_jobs_beside_a_hundred_thousand(self, nodes: Nodes) -> None:
        control.create_queue("fair", max_running=2)
        batch = Batch.objects.create(name="huge", on_finish="test.empty")
        many = make_jobs("fair", 100_000, owner=1, batch_id=batch.pk, args={"seconds": 0.05})
        wait_for(lambda: Start.objects.count() > 5, "the first jobs", 20)
        ten = make_jobs("fair", 10, owner=2, args={"seconds": 0.05})
        wait_until_done(ten, 20)
        first = Job.objects.get(pk=ten[0]).created_at.timestamp()
        line = [s.job_id for s in Start.objects.filter(started__gt=first).order_by("started")]
        places = [line.index(id_) for id_ in ten]
        assert places[0] < 10, "the first of the ten starts within ten slots"
        assert places[-1] < 30, "the others take turns"

        assert batches.cancel(batch.pk, by="anna") > 99_000
        assert Job.objects.filter(batch=batch, state=State.RUNNING).count() == 0
        wait_for(lambda: Job.objects.filter(kind="test.empty", state=COMPLETED).exists(), "it", 20)
        assert count(many[:100], COMPLETED, State.CANCELLED) == 100


class TestOnce:
    def test_schedules_and_batches(self, nodes: Nodes) -> None:
        queue = control.create_queue("work")
        for number in range(8):
            Schedule.objects.create(
                name=f"daily-{number}", kind="test.work", queue=queue, cron="0 8 * * *"
            )
        Schedule.objects.update(next_run_at=timezone.now() - timedelta(seconds=1))
        made = [Batch.objects.create(name=str(n), on_finish="test.work") for n in range(10)]
        ids = [id_ for each in made for id_ in make_jobs("work", 8, batch_id=each.pk)]
        wait_until_done(ids)
        wait_for(lambda: Start.objects.count() == 80 + 10 + 8, "hooks and schedules", 40)
        time.sleep(3.5)  # a round of maintenance of both nodes
        assert Start.objects.count() == 80 + 10 + 8
        hooks = Job.objects.filter(queue__name=batches.HOOK_QUEUE, kind="test.work")
        assert sorted(job.args["batch"] for job in hooks) == sorted(each.pk for each in made)
        assert all(
            progress.share == 1 for progress in batches.measure([b.pk for b in made]).values()
        )
        assert not Schedule.objects.filter(next_run_at__lte=timezone.now()).exists()

    def test_unique_jobs_retries_and_history(self, database_url: str) -> None:
        forgotten = make_jobs("work", 1200)
        kept = make_jobs("work", 5)
        for state, ids in ((COMPLETED, forgotten), (State.DISCARDED, kept)):
            old = timezone.now() - timedelta(days=10)
            Job.objects.filter(pk__in=ids).update(state=state, finished_at=old)
        make_jobs("asked", 0)
        asking = make_jobs("work", 60, args={"asks": "tea"})
        failing = make_jobs("work", 20, args={"fail": 2})
        with two_nodes(database_url, workers=1, threads=THREADS):
            wait_until_done(asking + failing)
            asked = Job.objects.filter(unique_key="tea")
            wait_for(lambda: asked.filter(state=COMPLETED).exists(), "what was asked for", 20)
            wait_for(lambda: count(forgotten, COMPLETED) == 0, "the pruning", 20)
            figures = generate_latest(make_registry()).decode().splitlines()
        assert asked.count() == 1
        assert count(kept, State.DISCARDED) == 5
        attempts = Attempt.objects.filter(job__in=failing).values_list("result", flat=True)
        assert Counter(attempts) == {"failed": 40, "completed": 20}
        assert {"athanor_nodes 2.0", f"athanor_slots {SLOTS}.0"} <= set(figures)


class TestDeath:
    def test_of_a_node_gives_its_jobs_to_the_other_which_keeps_its_own(self, nodes: Nodes) -> None:
        control.create_queue("work", max_running=THREADS, max_running_per_node=THREADS // 2)
        ids = make_jobs("work", THREADS, args={"seconds": 12})
        wait_until_running(ids, THREADS)
        control.set_limits("work", by="anna", max_running_per_node=None)
        dead, living = nodes
        running = Job.objects.filter(pk__in=ids)
        lost = set(running.filter(worker__node__pid=dead.pid).values_list("pk", flat=True))
        dead.kill_all()
        # Within ten seconds, and under the limit of the queue, of which the living one's own jobs use
        # the rest: no slot has leaked.
        taken = running.filter(pk__in=lost, worker__node__pid=living.pid, state=State.RUNNING)
        wait_for(lambda: taken.count() == len(lost), "the other node to take over", 10)
        assert len(lost) == THREADS // 2
        assert set(running.filter(attempt=2).values_list("pk", flat=True)) == lost
        wait_until_done(ids)
        assert Counter(start.job_id for start in starts(ids)) == dict.fromkeys(ids, 1)
