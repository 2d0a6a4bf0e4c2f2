"""Enqueues the jobs of schedules when their times come.

A run and the time of the next are written in one transaction under the schedule's row lock: however many
nodes look, each run happens once.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from jobs import cron
from jobs.audit import record
from jobs.enqueue import NewJob, enqueue
from jobs.schedules import Schedule
from jobs.unique import enqueue_unique

# A run that is this late is a missed one: nobody looked when it was due.
GRACE = timedelta(minutes=2)
# Runs made up for at once, at most.
MOST_MISSED = 100


def has_due() -> bool:
    return _find_due(timezone.now()).exists()


def run_due(now: datetime | None = None) -> list[int]:
    """Enqueues what is due; returns the ids of the new jobs."""
    now = now or timezone.now()
    ids = _find_due(now).order_by("next_run_at").values_list("pk", flat=True)
    return [job_id for schedule_id in ids for job_id in run_if_due(schedule_id, now)]


def _find_due(now: datetime) -> QuerySet[Schedule]:
    return Schedule.objects.filter(enabled=True, next_run_at__lte=now)


@transaction.atomic
def run_if_due(schedule_id: int, now: datetime) -> list[int]:
    """Nothing where another node is at it, or has just been."""
    schedule = (
        Schedule.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("queue")
        .filter(pk=schedule_id, enabled=True, next_run_at__lte=now)
        .first()
    )
    if schedule is None:
        return []
    runs = choose_runs(schedule, now)
    jobs = [job for _ in runs if (job := _enqueue(schedule)) is not None]
    schedule.next_run_at = cron.next_time(schedule.cron, schedule.time_zone, now)
    if jobs:
        schedule.last_run_at, schedule.last_job = now, jobs[-1]
    schedule.save(update_fields=["next_run_at", "last_run_at", "last_job"])
    return jobs


def choose_runs(schedule: Schedule, now: datetime) -> Sequence[datetime]:
    """Which of the times that have passed are run."""
    passed = [schedule.next_run_at]
    for at in cron.times(schedule.cron, schedule.time_zone, schedule.next_run_at):
        if at > now or len(passed) == MOST_MISSED:
            break
        passed.append(at)
    match schedule.missed:
        case Schedule.Missed.ALL:
            return passed
        case Schedule.Missed.ONCE:
            return passed[-1:]
        case _:
            return [at for at in passed[-1:] if now - at <= GRACE]


@transaction.atomic
def run_now(schedule_id: int, *, by: str) -> int | None:
    """A run besides those by the clock. None where the last one goes on and they must not overlap."""
    schedule = Schedule.objects.select_related("queue").get(pk=schedule_id)
    job = _enqueue(schedule)
    if job is not None:
        Schedule.objects.filter(pk=schedule_id).update(last_run_at=Now(), last_job=job)
    record(
        "run schedule",
        by=by,
        queue=schedule.queue.name,
        after={"schedule": schedule.name, "job": job},
    )
    return job


def _enqueue(schedule: Schedule) -> int | None:
    job = NewJob(
        kind=schedule.kind,
        queue=schedule.queue.name,
        args=schedule.args,
        owner=schedule.owner,
        priority=schedule.priority,
    )
    if schedule.overlap:
        return enqueue(job)
    found = enqueue_unique(job, key=f"schedule:{schedule.pk}")
    return found.id if found.is_new else None
