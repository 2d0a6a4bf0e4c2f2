"""What operators do to queues and jobs besides pausing: and that each act is written down."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from jobs import bulk, control, lifecycle
from jobs.admin.audit import tell_changes
from jobs.admin.cells import NOTHING
from jobs.audit import AuditEntry
from jobs.errors import UnknownQueue
from jobs.models import Job, Queue
from jobs.selection import JobFilter
from jobs.states import State
from tests.jobs.rows import claim, make_jobs, make_queue, state_of

pytestmark = pytest.mark.django_db


def audit(action: str) -> Any:
    return AuditEntry.objects.get(action=action, by="anna").after


class TestPriority:
    def test_decides_who_is_next(self) -> None:
        ids = make_jobs(3)
        assert control.set_priority(ids[2:], 0, by="anna") == 1
        assert [job.id for job in claim(3)] == [ids[2], ids[0], ids[1]]
        assert audit("priority") == {"priority": 0, "jobs": 1, "first": ids[2:]}
        assert AuditEntry.objects.get(action="priority").before == {"priority": {"5": 1}}

    def test_of_a_running_job_stays(self) -> None:
        ids = make_jobs(2)
        claim(1)
        assert control.set_priority(ids, 9, by="anna") == 1
        assert Job.objects.get(pk=ids[0]).priority == 5

    def test_is_from_0_to_9(self) -> None:
        with pytest.raises(ValidationError):
            control.set_priority(make_jobs(1), 10, by="anna")


class TestAudit:
    """What changed, in words, before and after."""

    def told(self, action: str) -> list[str]:
        return tell_changes(AuditEntry.objects.filter(action=action).first() or AuditEntry())

    def test_of_a_queue(self) -> None:
        make_queue(max_running=6)
        control.set_limits("work", by="anna", max_running=5)
        control.pause_queue("work", by="anna", reason="captcha wave")
        control.resume_queue("work", by="ben")
        assert self.told("limits") == ["max running: 6 → 5"]
        assert self.told("pause") == [
            f"paused by: {NOTHING} → anna",
            f"reason: {NOTHING} → captcha wave",
        ]
        assert f"paused by: anna → {NOTHING}" in self.told("resume")
        assert f"reason: captcha wave → {NOTHING}" in self.told("resume")

    def test_of_jobs(self) -> None:
        ids = make_jobs(3)
        claim(1)
        control.set_priority(ids, 1, by="anna")
        control.cancel_jobs(ids, by="anna", reason="not wanted")
        assert self.told("priority") == ["jobs: 2", "priority: 5 (2 jobs) → 1"]
        assert self.told("cancel") == [
            "jobs: 3", "reason: not wanted", "state: running (1 job), available (2 jobs) → cancelled"
        ]  # fmt: skip


class TestMove:
    def test_lines_up_in_the_other_queue(self) -> None:
        there = make_jobs(2, queue="two", owner=7)
        moved = make_jobs(2, queue="one", owner=7)
        # Within a test's one transaction the database's clock stands still.
        Job.objects.update(scheduled_at=timezone.now() - timedelta(hours=1))
        assert control.move_jobs(moved, "two", by="anna") == 2
        lifecycle.stage()
        assert [job.id for job in claim(4, queue="two")] == there + moved
        assert claim(4, queue="one") == []

    def test_leaves_running_and_finished_jobs(self) -> None:
        ids = make_jobs(3, queue="one")
        make_queue("two")
        claim(1, queue="one")
        control.cancel_jobs(ids[1:2], by="anna")
        assert control.move_jobs(ids, "two", by="anna") == 1

    def test_to_no_queue_is_refused(self) -> None:
        with pytest.raises(UnknownQueue):
            control.move_jobs(make_jobs(1), "nowhere", by="anna")


class TestRunNow:
    def test_ends_the_waiting_for_a_time(self) -> None:
        later = timezone.now() + timedelta(hours=3)
        ids = make_jobs(2, scheduled_at=later)
        assert control.run_now(ids[:1], by="anna") == 1
        assert Job.objects.get(pk=ids[0]).scheduled_at < later
        assert Job.objects.get(pk=ids[1]).scheduled_at == later


class TestDelete:
    def test_removes_finished_jobs_alone(self) -> None:
        ids = make_jobs(3)
        control.cancel_jobs(ids[:1], by="anna")
        assert control.delete_jobs(ids, by="anna") == 1
        assert list(Job.objects.values_list("pk", flat=True)) == ids[1:]
        assert audit("delete") == {"jobs": 1, "first": ids[:1]}


class TestDrain:
    def test_says_what_still_runs_and_starts_nothing(self) -> None:
        make_jobs(3)
        claim(2)
        assert control.drain_queue("work", by="anna") == 2
        assert Queue.objects.get(name="work").is_paused(timezone.now())

    def test_of_everything(self) -> None:
        make_jobs(2, queue="one")
        make_jobs(2, queue="two")
        claim(1, queue="one")
        claim(1, queue="two")
        assert control.drain_everything(by="anna") == 2
        assert not Queue.objects.filter(paused_at=None).exists()


class TestCoolDown:
    def test_ends_and_leaves_a_pause(self) -> None:
        queue = make_queue()
        control.pause_queue("work", by="anna", reason="night")
        control.cool_down(queue.pk, until=timezone.now() + timedelta(hours=1), reason="429")
        control.end_cool_down("work", by="anna")
        queue.refresh_from_db()
        assert (queue.cooling_until, queue.pause_reason) == (None, "night")


class TestBulk:
    def test_goes_on_where_the_time_did_not_suffice(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bulk, "STEP", 4)
        ids = make_jobs(10)
        rest: JobFilter | None = JobFilter()
        done = []
        while rest is not None:
            progress = bulk.perform(bulk.ACTS["cancel"], rest, by="anna", seconds=0)
            done.append(progress.done)
            rest = progress.rest
        assert done == [4, 4, 2]
        assert {state_of(id_) for id_ in ids} == {State.CANCELLED}

    def test_conflicts_do_not_make_it_go_on_for_ever(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bulk, "STEP", 2)
        ids = make_jobs(1, unique_key="tea")
        control.cancel_jobs(ids, by="anna")
        make_jobs(1, unique_key="tea")
        others = make_jobs(4)
        control.cancel_jobs(others, by="anna")
        progress = bulk.perform(bulk.ACTS["retry"], JobFilter(state="cancelled"), by="anna")
        assert (progress.done, progress.rest) == (4, None)
