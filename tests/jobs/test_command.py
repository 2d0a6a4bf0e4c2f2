"""`manage.py jobs`: its output and its exit codes."""

import json
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from jobs import control
from jobs.audit import AuditEntry
from jobs.models import Batch, Job, Queue, Worker
from jobs.schedules import Schedule
from jobs.states import State
from jobs.testing import drain_queue
from tests.jobs.rows import claim, make_jobs, make_queue, make_worker, state_of

pytestmark = pytest.mark.django_db


def run(*args: str) -> str:
    out = StringIO()
    call_command("jobs", *args, stdout=out)
    return out.getvalue()


def fail(*args: str) -> tuple[int, str]:
    with pytest.raises(CommandError) as raised:
        run(*args)
    return raised.value.returncode, str(raised.value)


def queue(name: str = "work") -> Queue:
    return Queue.objects.get(name=name)


class TestStatus:
    def test_shows_a_line_for_each_queue(self) -> None:
        make_worker()
        make_jobs(3)
        claim(1)
        control.set_limits("work", by="anna", max_running=4, rate_limit=30)
        line = next(line for line in run("status").splitlines() if line.startswith("work"))
        assert line.split()[:4] == ["work", "open", "1/4", "2"]
        assert line.endswith("30 per 60 s")

    def test_speaks_json(self) -> None:
        make_jobs(3)
        told: dict[str, Any] = json.loads(run("status", "--json"))
        assert told["queues"]["work"]["available"] == 3
        assert told["problems"][0].startswith("No worker node is alive")

    def test_check_fails_where_something_is_wrong(self) -> None:
        make_jobs(1)
        assert fail("status", "--check") == (1, "Something is wrong.")
        make_worker()
        run("status", "--check")


class TestQueues:
    def test_pause_for_a_time(self) -> None:
        make_queue()
        run("pause", "work", "--reason", "night", "--for", "30m")
        paused = queue()
        assert paused.pause_reason == "night"
        assert paused.paused_until is not None
        left = paused.paused_until - timezone.now()
        assert timedelta(minutes=29) < left <= timedelta(minutes=30)
        assert AuditEntry.objects.get().by.endswith("(command line)")

    def test_resume_all(self) -> None:
        for name in ("one", "two"):
            make_queue(name)
            control.pause_queue(name, by="anna")
        run("resume", "--all")
        assert not Queue.objects.filter(paused_at__isnull=False).exists()

    def test_drain_of_a_quiet_queue(self) -> None:
        make_jobs(2)
        assert run("drain", "work") == "Drained work: nothing runs.\n"
        assert queue().paused_at is not None

    def test_drain_tells_what_still_runs(self) -> None:
        make_jobs(2)
        claim(2)
        assert fail("drain", "work", "--wait", "1s") == (
            1,
            "2 jobs still run; nothing new starts.",
        )

    def test_scale(self) -> None:
        make_queue()
        run("scale", "work", "4")
        assert queue().max_running == 4
        run("scale", "work", "none")
        assert queue().max_running is None
        run("scale", "work", "2", "--per-node")
        assert queue().max_running_per_node == 2

    def test_rate(self) -> None:
        make_queue()
        assert run("rate", "work", "20/10", "--burst", "5") == "work: 20 per 10 s, burst 5.\n"
        assert (queue().rate_limit, queue().rate_period, queue().burst) == (20, 10, 5)
        run("rate", "work", "none")
        assert queue().rate_limit is None

    def test_refuses_what_is_not_valid(self) -> None:
        make_queue()
        assert fail("rate", "work", "0/10")[0] == 2
        assert queue().rate_limit is None

    def test_knows_its_queues(self) -> None:
        assert fail("pause", "nowhere") == (2, "There is no queue named nowhere.")
        assert fail("pause") == (2, "Name a queue, or --all.")


class TestRescue:
    def test_of_a_worker_that_is_stuck(self) -> None:
        worker = make_worker()
        make_jobs(1)
        [job] = claim(1, worker=worker)
        assert fail("rescue", str(worker.pk))[0] == 2
        Worker.objects.update(seen_at=timezone.now() - timedelta(minutes=5))
        assert run("rescue", str(worker.pk)) == "1 job given to other workers.\n"
        assert state_of(job.id) == "available"
        assert fail("rescue", "0") == (1, "There is no worker 0.")


class TestJobs:
    def test_cancel_by_number(self) -> None:
        ids = make_jobs(3)
        assert run("cancel", str(ids[0]), str(ids[2])) == "2 jobs cancelled.\n"
        assert [state_of(id_) for id_ in ids] == ["cancelled", "available", "cancelled"]

    def test_cancel_by_filter(self) -> None:
        make_jobs(3, queue="one")
        make_jobs(2, queue="two")
        run("cancel", "--queue", "one")
        assert Job.objects.filter(state=State.CANCELLED).count() == 3

    def test_retry_by_filter(self) -> None:
        control.cancel_jobs(make_jobs(3), by="anna")
        assert run("retry", "--state", "cancelled") == "3 jobs queued again.\n"

    def test_hold_and_release(self) -> None:
        ids = make_jobs(3)
        assert run("hold", *map(str, ids[:2])) == "2 jobs held.\n"
        assert json.loads(run("status", "--json"))["queues"]["work"]["held"] == 2
        assert run("release", "--state", "held") == "2 jobs released.\n"

    def test_acts_with_a_value(self) -> None:
        (id_,) = make_jobs(1)
        make_queue("two")
        assert run("set-priority", str(id_), "--to", "1") == "1 job given the priority.\n"
        assert run("move", str(id_), "--to", "two") == "1 job moved.\n"
        job = Job.objects.select_related("queue").get()
        assert (job.priority, job.queue.name) == (1, "two")
        assert fail("set-priority", str(id_), "--to", "soon")[0] == 2
        assert fail("move", str(id_), "--to", "nowhere") == (
            2,
            "There is no queue named nowhere.",
        )

    def test_show(self) -> None:
        (id_,) = make_jobs(1, args={"fail": 9}, max_attempts=1)
        drain_queue("work")
        head, *_, attempt = run("show", str(id_)).splitlines()
        assert head == f"test.work {id_}: discarded, queue work, priority 5"
        assert attempt.endswith(": failed as wanted in attempt 1")
        assert fail("show", "0") == (1, "There is no job 0.")

    def test_dry_run_changes_nothing(self) -> None:
        make_jobs(3)
        claim(1)
        said = run("cancel", "--all", "--dry-run")
        assert said.startswith("3 of 3 chosen jobs (all jobs)")
        assert "1 is running" in said
        assert not Job.objects.filter(state=State.CANCELLED).exists()

    def test_everything_must_be_asked_for(self) -> None:
        make_jobs(1)
        assert fail("cancel") == (2, "Name jobs, a filter, or --all.")

    def test_nothing_to_do_is_told(self) -> None:
        make_queue()
        assert fail("cancel", "--queue", "work") == (1, "There was nothing to do.")
        assert fail("cancel", "--state", "odd")[0] == 2


class TestGroups:
    def test_batch(self) -> None:
        batch = Batch.objects.create(name="tea")
        make_jobs(4, batch_id=batch.pk)
        claim(1)
        assert run("batch", str(batch.pk)) == "tea: 0% finished (3 available, 1 running)\n"
        assert run("batch", str(batch.pk), "cancel") == "4 jobs cancelled.\n"
        assert run("batch", str(batch.pk), "retry") == "4 jobs queued again.\n"

    def test_schedule(self) -> None:
        Schedule.objects.create(
            name="daily", kind="test.work", queue=make_queue(), cron="0 8 * * *"
        )
        assert run("schedule").startswith("daily  every day at 08:00, UTC  next ")
        assert len(run("schedule", "daily").splitlines()) == 5
        assert run("schedule", "daily", "run") == f"Job {Job.objects.get().pk}.\n"
        assert fail("schedule", "daily", "run")[0] == 1
        run("schedule", "daily", "off")
        assert not Schedule.objects.get().enabled
        assert "switch schedule work" in run("audit", "--last", "1")

    def test_end_cool_down(self) -> None:
        control.cool_down(
            make_queue().pk, until=timezone.now() + timedelta(hours=1), reason="asked to"
        )
        run("end-cool-down", "work")
        assert queue().cooling_until is None
