"""Jobs that ask a source one keyword of nobody's list: tests, and canaries by the clock."""

from django.core.exceptions import ValidationError
from django.db import transaction

from jobs.enqueue import NewJob, enqueue
from jobs.schedules import Schedule
from jobs.unique import enqueue_unique
from keywords.models import Source
from keywords.source_checks import SourceCheck

KIND = "keywords.check"
# Before all keywords, so that a canary is the one job that tries a source again.
PRIORITY = 0
# Minutes from one canary to the next, as cron can say it.
MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720, 1440)


@transaction.atomic
def ask_test(source: Source, keyword: str, *, by: str, owner: int = 0) -> SourceCheck:
    job_id = enqueue(_new_job(source.pk, source.queue.name, keyword, SourceCheck.Purpose.TEST, by))
    return SourceCheck.objects.create(
        source=source,
        purpose=SourceCheck.Purpose.TEST,
        keyword=keyword,
        asked_by=by[:200],
        owner=owner,
        job_id=job_id,
    )


def ask_canary(source_id: int, queue: str, keyword: str, *, by: str) -> int | None:
    """None where one is on its way. Its row is written when it has been answered."""
    job = _new_job(source_id, queue, keyword, SourceCheck.Purpose.CANARY, by)
    found = enqueue_unique(job, key=f"canary:{source_id}")
    return found.id if found.is_new else None


def _new_job(source_id: int, queue: str, keyword: str, purpose: str, by: str) -> NewJob:
    args = {"source": source_id, "keyword": keyword, "purpose": str(purpose), "by": by[:200]}
    return NewJob(kind=KIND, queue=queue, args=args, priority=PRIORITY, max_attempts=2)


def schedule_canary(source: Source) -> None:
    """Makes, changes or removes the source's schedule."""
    name = schedule_name(source)
    if not source.canary_keyword:
        Schedule.objects.filter(name=name).delete()
        return
    values = {
        "kind": KIND,
        "queue": source.queue,
        "args": {
            "source": source.pk,
            "keyword": source.canary_keyword,
            "purpose": str(SourceCheck.Purpose.CANARY),
            "by": "schedule",
        },
        "cron": cron_of(source.canary_minutes),
        "priority": PRIORITY,
        "missed": Schedule.Missed.SKIP,
        "enabled": source.enabled,
    }
    schedule = Schedule.objects.filter(name=name).first() or Schedule(name=name)
    if any(getattr(schedule, field, None) != value for field, value in values.items()):
        for field, value in values.items():
            setattr(schedule, field, value)
        schedule.save()


def schedule_name(source: Source) -> str:
    return f"canary-{source.name}"[:100]


def cron_of(minutes: int) -> str:
    """Raises ValidationError for what cron cannot say evenly."""
    if minutes not in MINUTES:
        known = ", ".join(map(str, MINUTES))
        raise ValidationError(f"A canary is asked every {known} minutes.")
    if minutes < 60:
        return f"*/{minutes} * * * *"
    hours = minutes // 60
    return "0 0 * * *" if hours == 24 else f"0 */{hours} * * *"
