"""What operators do to queues and jobs. Every change takes effect at once, on every node, and is
written down with who did it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils import timezone

from jobs import lifecycle
from jobs.audit import record
from jobs.errors import UnknownQueue
from jobs.models import Queue
from jobs.wakeup import notify_workers

LIMITS = ("max_running", "max_running_per_node", "rate_limit", "rate_period", "burst")


def create_queue(name: str, **limits: Any) -> Queue:
    """The queue of that name, made where there is none; limits are set only on a new one."""
    queue, _ = Queue.objects.get_or_create(name=name, defaults=limits)
    return queue


@transaction.atomic
def pause_queue(name: str, *, by: str, reason: str = "", until: datetime | None = None) -> None:
    """Nothing of the queue starts any more; what runs goes on."""
    queue = _lock_queue(name)
    queue.paused_at, queue.paused_by = timezone.now(), by
    queue.pause_reason, queue.paused_until = reason, until
    queue.save(update_fields=["paused_at", "paused_by", "pause_reason", "paused_until"])
    record("pause", by=by, queue=name, after={"reason": reason, "until": until})
    notify_workers()


@transaction.atomic
def resume_queue(name: str, *, by: str) -> None:
    """Ends a pause and a cool-down."""
    queue = _lock_queue(name)
    before = {"paused_by": queue.paused_by, "cooling_until": queue.cooling_until}
    queue.paused_at = queue.paused_until = queue.cooling_until = None
    queue.paused_by = queue.pause_reason = queue.cooling_reason = ""
    queue.save(
        update_fields=[
            "paused_at",
            "paused_by",
            "pause_reason",
            "paused_until",
            "cooling_until",
            "cooling_reason",
        ]
    )
    record("resume", by=by, queue=name, before=before)
    notify_workers()


@transaction.atomic
def set_limits(name: str, *, by: str, **limits: Any) -> None:
    """Changes any of LIMITS; None takes a limit away. Raises ValidationError."""
    unknown = set(limits) - set(LIMITS)
    if unknown:
        raise TypeError(f"not a limit: {', '.join(sorted(unknown))}")
    queue = _lock_queue(name)
    before = {field: getattr(queue, field) for field in limits}
    for field, value in limits.items():
        setattr(queue, field, value)
    queue.full_clean(validate_unique=False)
    # A slower pace must not be held up by slots that the faster one has given out, nor the reverse.
    queue.next_slot_at = min(queue.next_slot_at, timezone.now().timestamp() + queue.rate_period)
    queue.save(update_fields=[*limits, "next_slot_at"])
    record("limits", by=by, queue=name, before=before, after=limits)
    notify_workers()


def cool_down(queue_id: int, *, until: datetime, reason: str) -> None:
    """Nothing of the queue starts before then. Never shortens a cool-down. Safe in a handler's save."""
    Queue.objects.filter(pk=queue_id).update(
        cooling_until=Greatest("cooling_until", Value(until)), cooling_reason=reason[:500]
    )


def cancel_jobs(ids: Iterable[int], *, by: str, reason: str = "") -> int:
    """Cancels what has not finished; returns how many."""
    cancelled = lifecycle.cancel(ids, reason=reason or f"Cancelled by {by}.")
    record("cancel", by=by, after={"jobs": len(cancelled), "first": cancelled[:20]})
    return len(cancelled)


def retry_jobs(ids: Iterable[int], *, by: str) -> int:
    """Runs finished jobs, and those that wait for a retry, again; returns how many."""
    revived = lifecycle.retry(ids)
    record("retry", by=by, after={"jobs": len(revived), "first": revived[:20]})
    return len(revived)


def _lock_queue(name: str) -> Queue:
    try:
        return Queue.objects.select_for_update().get(name=name)
    except Queue.DoesNotExist:
        raise UnknownQueue(f"There is no queue named {name}.") from None
