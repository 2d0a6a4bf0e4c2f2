"""Real nodes: killed in every part, drained in every way, two of them on one database."""

import os
import signal
import time
from bisect import bisect_left
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from jobs import control
from jobs.enqueue import NewJob, enqueue, enqueue_many
from jobs.models import Attempt, Job
from jobs.states import State
from tests.jobs.nodes import NodeProcess, two_nodes, wait_for, wait_until_done
from tests.workload.models import Start

pytestmark = [pytest.mark.cluster, pytest.mark.django_db(transaction=True)]


def make_jobs(count: int, *, queue: str = "work", **args: object) -> list[int]:
    control.create_queue(queue)
    return enqueue_many([NewJob(kind="test.work", queue=queue, args=args) for _ in range(count)])


def wait_until_half_done(count: int) -> None:
    wait_for(lambda: Start.objects.count() >= count // 3, "a third of the jobs", 30)


def assert_each_saved_once(ids: list[int]) -> None:
    assert Counter(Job.objects.values_list("state", flat=True)) == {State.COMPLETED: len(ids)}
    assert Counter(Start.objects.values_list("job_id", flat=True)) == dict.fromkeys(ids, 1)


class TestKill:
    """kill -9 in the middle of 300 jobs: all done, each saved once."""

    @pytest.mark.parametrize("role", ["worker", "pusher", "monitor"])
    def test_of_a_part_leaves_a_node_that_works(self, database_url: str, role: str) -> None:
        ids = make_jobs(300, seconds=0.1)
        with NodeProcess(database_url) as node:
            wait_until_half_done(300)
            node.kill(role)
            wait_until_done()
            assert_each_saved_once(ids)
            make_jobs(10)
            wait_until_done()
            os.kill(node.pid, signal.SIGTERM)
            assert node.ends_within(20) == 0

    @pytest.mark.parametrize("role", ["main", "sentinel"])
    def test_of_a_head_ends_the_node(self, database_url: str, role: str) -> None:
        ids = make_jobs(300, seconds=0.1)
        with NodeProcess(database_url) as node:
            wait_until_half_done(300)
            node.kill(role)
            assert node.ends_within(20) != 0
        with NodeProcess(database_url):
            wait_until_done()
        assert_each_saved_once(ids)

    def test_of_the_whole_node_gives_its_jobs_to_the_next(self, database_url: str) -> None:
        ids = make_jobs(300, seconds=0.1)
        with NodeProcess(database_url) as node:
            wait_until_half_done(300)
            node.kill_all()
        killed = set(Job.objects.filter(state=State.RUNNING).values_list("pk", flat=True))
        with NodeProcess(database_url):
            wait_until_done()
        assert_each_saved_once(ids)
        crashed = Attempt.objects.filter(result=Attempt.Result.CRASHED)
        assert set(crashed.values_list("job_id", flat=True)) == killed

    def test_of_idle_workers_leaves_a_node_that_works(self, database_url: str) -> None:
        with NodeProcess(database_url) as node:
            for _ in range(2):
                node.kill("worker")
            ids = make_jobs(20)
            wait_until_done()
            assert_each_saved_once(ids)

    def test_of_a_worker_spends_an_attempt_of_its_jobs_alone(self, database_url: str) -> None:
        make_jobs(8, seconds=6)
        with NodeProcess(database_url) as node:
            wait_for(
                lambda: Job.objects.filter(state=State.RUNNING).count() == 8, "jobs to run", 20
            )
            node.kill("worker")
            wait_until_done()
        assert Counter(Job.objects.values_list("attempt", flat=True)) == {1: 4, 2: 4}


class TestDrain:
    @pytest.mark.parametrize("way", ["main", "group", "ctrl-c"])
    def test_finishes_what_runs_and_takes_nothing_new(self, database_url: str, way: str) -> None:
        make_jobs(100, seconds=1)
        with NodeProcess(database_url) as node:
            wait_for(lambda: Job.objects.filter(state=State.RUNNING).exists(), "a job to run", 20)
            if way == "main":
                os.kill(node.pid, signal.SIGTERM)
            else:
                os.killpg(node.pid, signal.SIGTERM if way == "group" else signal.SIGINT)
            assert node.ends_within(20) == 0
        states = Counter(Job.objects.values_list("state", flat=True))
        assert set(states) == {State.COMPLETED, State.AVAILABLE}
        assert states[State.AVAILABLE] > 50
        assert set(Attempt.objects.values_list("result", flat=True)) == {Attempt.Result.COMPLETED}

    def test_ends_in_time_although_a_job_does_not_stop(self, database_url: str) -> None:
        make_jobs(1, seconds=60, stubborn=True)
        with NodeProcess(database_url) as node:
            wait_for(lambda: Job.objects.filter(state=State.RUNNING).exists(), "the job to run", 20)
            os.kill(node.pid, signal.SIGTERM)
            node.ends_within(40)


class TestTwoNodes:
    def test_share_a_strict_rate(self, database_url: str) -> None:
        control.create_queue("paced", rate_limit=20, rate_period=10.0)
        with two_nodes(database_url):
            enqueue_many([NewJob(kind="test.work", queue="paced") for _ in range(50)])
            wait_until_done(120)
        starts = sorted(Start.objects.values_list("started", flat=True))
        assert len(starts) == 50
        assert max(bisect_left(starts, at + 10.0) - i for i, at in enumerate(starts)) <= 20
        assert starts[-1] - starts[0] <= 49 / 2 / 0.9  # at least 90 % of the allowance

    def test_share_a_limit_of_running_jobs(self, database_url: str) -> None:
        control.create_queue("narrow", max_running=3)
        with two_nodes(database_url):
            enqueue_many(
                [NewJob(kind="test.work", queue="narrow", args={"seconds": 0.1}) for _ in range(40)]
            )
            wait_until_done()
        spans = list(Start.objects.values_list("started", "ended"))
        assert len(spans) == 40
        assert max(sum(1 for a, b in spans if a <= at < b) for at, _ in spans) <= 3

    def test_survive_cut_connections(self, database_url: str) -> None:
        ids = make_jobs(300, seconds=0.1)
        with two_nodes(database_url):
            for _ in range(3):
                time.sleep(0.5)
                cut_all_other_connections()
            wait_until_done()
        assert_each_saved_once(ids)


class TestControl:
    def test_a_paused_queue_starts_nothing_and_resumes_at_once(self, database_url: str) -> None:
        make_jobs(0)
        with NodeProcess(database_url):
            control.pause_queue("work", by="anna", reason="captcha wave")
            ids = make_jobs(5)
            time.sleep(1)
            assert Job.objects.filter(state=State.AVAILABLE).count() == 5
            control.resume_queue("work", by="anna")
            wait_until_done()
        assert_each_saved_once(ids)

    def test_a_timed_pause_ends_by_itself(self, database_url: str) -> None:
        make_jobs(5)
        until = timezone.now() + timedelta(seconds=2)
        control.pause_queue("work", by="anna", until=until)
        with NodeProcess(database_url):
            wait_until_done()
        assert min(Start.objects.values_list("started", flat=True)) >= until.timestamp()

    def test_cancel_stops_a_running_job(self, database_url: str) -> None:
        (id_,) = make_jobs(1, seconds=20)
        with NodeProcess(database_url):
            wait_for(lambda: Job.objects.filter(state=State.RUNNING).exists(), "the job to run", 20)
            control.cancel_jobs([id_], by="anna")
            (next_id,) = make_jobs(1)
            wait_for(lambda: Start.objects.filter(job_id=next_id).exists(), "the next job", 10)
        assert Job.objects.get(pk=id_).state == State.CANCELLED
        assert Attempt.objects.get(job_id=id_).result == Attempt.Result.CANCELLED
        assert not Start.objects.filter(job_id=id_).exists()

    def test_a_slow_queue_does_not_hold_up_another(self, database_url: str) -> None:
        make_jobs(50, queue="slow", seconds=20)
        with NodeProcess(database_url, workers=1, threads=4):
            wait_for(lambda: Job.objects.filter(state=State.RUNNING).count() >= 4, "slow jobs", 20)
            ids = make_jobs(10, queue="quick")
            wait_for(
                lambda: Start.objects.filter(job_id__in=ids).count() == 10, "the quick queue", 10
            )

    def test_a_reserved_node_works_for_its_queues_alone(self, database_url: str) -> None:
        control.create_queue("mine")
        others = make_jobs(3, queue="others")
        mine = make_jobs(3, queue="mine")
        with NodeProcess(database_url, args=("--queues", "mine")):
            wait_for(lambda: Start.objects.count() == 3, "the reserved queue", 20)
            time.sleep(0.5)
        assert set(Start.objects.values_list("job_id", flat=True)) == set(mine)
        assert Job.objects.filter(pk__in=others, state=State.AVAILABLE).count() == 3


class TestOutcomes:
    def test_retries_until_it_works(self, database_url: str) -> None:
        (id_,) = make_jobs(1, fail=2)
        with NodeProcess(database_url):
            wait_until_done()
        assert list(Attempt.objects.order_by("id").values_list("number", "result")) == [
            (1, "failed"), (2, "failed"), (3, "completed"),
        ]  # fmt: skip
        assert Start.objects.get().job_id == id_

    def test_discards_after_the_last_attempt(self, database_url: str) -> None:
        make_jobs(1, fail=99)
        with NodeProcess(database_url):
            wait_until_done()
        job = Job.objects.get()
        assert (job.state, job.attempt) == (State.DISCARDED, 5)
        assert "failed as wanted in attempt 5" in job.error

    def test_what_cannot_be_saved_fails_alone(self, database_url: str) -> None:
        (poison,) = make_jobs(1, poison=True)
        good = make_jobs(20)
        with NodeProcess(database_url):
            wait_for(lambda: Start.objects.count() == 20, "the good jobs", 20)
            wait_until_done()
        assert Job.objects.get(pk=poison).state == State.DISCARDED
        assert set(Start.objects.values_list("job_id", flat=True)) == set(good)

    def test_an_unknown_kind_is_retried_and_says_so(self, database_url: str) -> None:
        make_jobs(1)
        Job.objects.update(kind="test.gone")
        with NodeProcess(database_url):
            wait_for(Attempt.objects.exists, "an attempt", 20)
        assert "test.gone" in Attempt.objects.first().error  # type: ignore[union-attr]

    def test_async_task_of_django_q2_becomes_a_job(self, database_url: str) -> None:
        from django_q.tasks import async_task

        async_task("os.getpid")
        with NodeProcess(database_url):
            wait_until_done()
        attempt = Attempt.objects.get()
        assert attempt.result == Attempt.Result.COMPLETED
        assert int(attempt.facts["result"]) != os.getpid()

    def test_a_scheduled_job_waits_for_its_time(self, database_url: str) -> None:
        control.create_queue("work")
        at = timezone.now() + timedelta(seconds=3)
        enqueue(NewJob(kind="test.work", queue="work", scheduled_at=at))
        with NodeProcess(database_url):
            wait_until_done()
        assert Start.objects.get().started >= at.timestamp() - 0.05


def cut_all_other_connections() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
