"""Rescue: the dead at once, the living never. Pruning: the old alone."""

import os
import subprocess
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from jobs import lifecycle, maintenance
from jobs.models import Attempt, Job, Worker
from jobs.presence import lock_key, machine_id, process_started
from jobs.states import State
from tests.jobs.rows import claim, make_jobs, make_worker, state_of

pytestmark = pytest.mark.django_db(transaction=True)


def make_running_job(worker: Worker) -> int:
    make_jobs()
    (job,) = claim(worker=worker)
    return job.id


def find_dead_pid() -> int:
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


class TestRescue:
    def test_takes_the_jobs_of_a_dead_process_of_this_machine_at_once(self) -> None:
        id_ = make_running_job(make_worker(machine=machine_id(), pid=find_dead_pid()))
        assert maintenance.rescue_orphans() == 1
        assert state_of(id_) == State.AVAILABLE

    def test_leaves_a_worker_that_holds_its_lock_alone(self, database_url: str) -> None:
        worker = make_worker(
            machine=machine_id(), pid=os.getpid(), pid_started=process_started(os.getpid())
        )
        id_ = make_running_job(worker)
        with psycopg.connect(database_url, autocommit=True) as session:
            session.execute("SELECT pg_advisory_lock(%s)", [lock_key(worker.pk)])
            assert maintenance.rescue_orphans() == 0
        assert state_of(id_) == State.RUNNING

    def test_leaves_a_living_worker_of_this_machine_alone_although_its_lock_is_free(self) -> None:
        """It has lost its connection, and is too busy to notice."""
        worker = make_worker(
            machine=machine_id(), pid=os.getpid(), pid_started=process_started(os.getpid())
        )
        id_ = make_running_job(worker)
        Worker.objects.update(missing_since=timezone.now() - timedelta(seconds=60))
        assert maintenance.rescue_orphans() == 0
        assert state_of(id_) == State.RUNNING

    def test_waits_before_it_believes_that_a_worker_elsewhere_is_dead(self) -> None:
        worker = make_worker()
        id_ = make_running_job(worker)
        assert maintenance.rescue_orphans() == 0
        worker.refresh_from_db()
        assert worker.missing_since is not None
        Worker.objects.update(missing_since=timezone.now() - timedelta(seconds=6))
        assert maintenance.rescue_orphans() == 1
        assert state_of(id_) == State.AVAILABLE

    def test_does_not_take_another_process_with_the_same_pid_for_the_worker(self) -> None:
        id_ = make_running_job(make_worker(machine=machine_id(), pid=os.getpid(), pid_started=1))
        maintenance.rescue_orphans()
        assert state_of(id_) == State.AVAILABLE

    def test_finds_running_jobs_whose_worker_nobody_knows(self) -> None:
        worker = make_worker()
        id_ = make_running_job(worker)
        worker.delete()
        assert maintenance.rescue_orphans() == 1
        assert state_of(id_) == State.AVAILABLE

    def test_kills_a_worker_of_this_machine_that_hangs(self, database_url: str) -> None:
        hanging = subprocess.Popen(["sleep", "60"])
        worker = make_worker(
            machine=machine_id(),
            pid=hanging.pid,
            pid_started=process_started(hanging.pid),
            seen_at=timezone.now() - timedelta(seconds=100),
        )
        make_running_job(worker)
        with psycopg.connect(database_url, autocommit=True) as session:
            session.execute("SELECT pg_advisory_lock(%s)", [lock_key(worker.pk)])
            maintenance.rescue_orphans()
        assert hanging.wait(10) < 0

    def test_is_done_by_one_node_at_a_time(self, database_url: str) -> None:
        make_running_job(make_worker(machine=machine_id(), pid=find_dead_pid()))
        with psycopg.connect(database_url) as session:
            session.execute("SELECT pg_advisory_xact_lock(%s)", [maintenance.ROUND_LOCK])
            assert maintenance.rescue_orphans() == 0
        assert maintenance.rescue_orphans() == 1


class TestPrune:
    def test_deletes_finished_jobs_that_are_old_and_their_attempts(self) -> None:
        worker = make_worker()
        old, young = make_running_job(worker), make_running_job(worker)
        lifecycle.cancel([old, young])
        Job.objects.filter(pk=old).update(finished_at=timezone.now() - timedelta(days=8))
        assert maintenance.prune() == 1
        assert list(Job.objects.values_list("pk", flat=True)) == [young]
        assert list(Attempt.objects.values_list("job_id", flat=True)) == [young]

    def test_leaves_what_somebody_uses_to_the_next_round(self, database_url: str) -> None:
        ids = make_jobs(3)
        lifecycle.cancel(ids)
        Job.objects.update(finished_at=timezone.now() - timedelta(days=8))
        with psycopg.connect(database_url) as session:
            session.execute("SELECT FROM jobs_job WHERE id = %s FOR UPDATE", [ids[1]])
            assert maintenance.prune() == 2
        assert maintenance.prune() == 1

    def test_stops_when_its_time_is_up_and_goes_on_in_the_next_round(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lifecycle.cancel(make_jobs(5))
        Job.objects.update(finished_at=timezone.now() - timedelta(days=8))
        monkeypatch.setattr(maintenance, "PRUNE_CHUNK", 2)
        monkeypatch.setattr(maintenance, "PRUNE_SECONDS", 0.0)
        assert maintenance.prune() == 0
        monkeypatch.setattr(maintenance, "PRUNE_SECONDS", 60.0)
        assert maintenance.prune() == 5

    def test_keeps_what_has_not_finished(self) -> None:
        make_jobs(3)
        Job.objects.update(created_at=timezone.now() - timedelta(days=900))
        assert maintenance.prune() == 0

    def test_keeps_discarded_jobs_longer(self) -> None:
        make_jobs(2)
        ids = list(Job.objects.values_list("pk", flat=True))
        week = timezone.now() - timedelta(days=8)
        Job.objects.filter(pk=ids[0]).update(state=State.DISCARDED, finished_at=week)
        Job.objects.filter(pk=ids[1]).update(state=State.COMPLETED, finished_at=week)
        maintenance.prune()
        assert list(Job.objects.values_list("pk", flat=True)) == [ids[0]]
        assert connection.is_usable()
