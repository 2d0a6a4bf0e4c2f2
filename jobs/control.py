"""What operators do to queues and jobs. Every change takes effect at once, on every node, and is
written down with who did it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from jobs import batches, holding, lifecycle
from jobs.audit import record
from jobs.errors import UnknownQueue
from jobs.models import Job, Queue, Worker
from jobs.presence_state import name_worker_state
from jobs.states import FINISHED, State
from jobs.throttle import Pace, Rate, change
from jobs.wakeup import notify_workers

LIMITS = ("max_running", "max_running_per_node", "rate_limit", "rate_period", "burst")


def create_queue(name: str, **limits: Any) -> Queue:
    """The queue of that name, made where there is none; limits are set only on a new one."""
    queue, _ = Queue.objects.get_or_create(name=name, defaults=limits)
    return queue


@transaction.atomic
def pause_queue(name: str, *, by: str, reason: str = "", until: datetime | None = None) -> None:
    """Nothing of the queue starts any more; what runs goes on. Raises ValidationError."""
    if until is not None and until <= timezone.now():
        raise ValidationError("That time has passed.")
    queue = _lock_queue(name)
    before = _pause_of(queue)
    queue.paused_at, queue.paused_by = timezone.now(), by
    queue.pause_reason, queue.paused_until = reason, until
    queue.save(update_fields=["paused_at", "paused_by", "pause_reason", "paused_until"])
    record("pause", by=by, queue=name, before=before, after=_pause_of(queue))
    notify_workers()


@transaction.atomic
def resume_queue(name: str, *, by: str) -> bool:
    """Ends a pause and a cool-down; False where there was neither."""
    queue = _lock_queue(name)
    if queue.paused_at is None and queue.cooling_until is None:
        return False
    before = {**_pause_of(queue), "cooling_until": queue.cooling_until}
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
    record("resume", by=by, queue=name, before=before, after={"paused_by": ""})
    notify_workers()
    return True


@transaction.atomic
def set_limits(name: str, *, by: str, **limits: Any) -> None:
    """Changes any of LIMITS; None takes a limit away. Raises ValidationError."""
    unknown = set(limits) - set(LIMITS)
    if unknown:
        raise TypeError(f"not a limit: {', '.join(sorted(unknown))}")
    queue = _lock_queue(name)
    before = {field: getattr(queue, field) for field in limits}
    old_rate = _rate(queue)
    for field, value in limits.items():
        setattr(queue, field, value)
    queue.full_clean(validate_unique=False)
    # A slower pace must not be held up by slots that the faster one has given out, nor the reverse.
    queue.next_slot_at = min(queue.next_slot_at, timezone.now().timestamp() + queue.rate_period)
    if old_rate and (new_rate := _rate(queue)) and new_rate != old_rate:
        pace = Pace(queue.next_slot_at, tuple(queue.starts), queue.granted)
        queue.starts = list(change(pace, old_rate, new_rate).starts)
    queue.save(update_fields=[*limits, "next_slot_at", "starts"])
    record("limits", by=by, queue=name, before=before, after=limits)
    notify_workers()


def _rate(queue: Queue) -> Rate | None:
    """As it is set: a slowdown for a while changes nothing about what has started."""
    return Rate(queue.rate_limit, queue.rate_period, queue.burst) if queue.rate_limit else None


@transaction.atomic
def drain_queue(name: str, *, by: str, reason: str = "") -> int:
    """Lets what runs finish and starts nothing new until somebody resumes it. Returns how many jobs
    still run."""
    pause_queue(name, by=by, reason=reason or "drained")
    return Job.objects.filter(queue__name=name, state=State.RUNNING).count()


def drain_everything(*, by: str, reason: str = "") -> int:
    """Drains every queue; returns how many jobs still run."""
    names = Queue.objects.values_list("name", flat=True)
    return sum(drain_queue(name, by=by, reason=reason) for name in names)


@transaction.atomic
def end_cool_down(name: str, *, by: str) -> bool:
    """What the queue waits for need not be waited for. A pause stays. False where it waits for nothing."""
    queue = _lock_queue(name)
    if queue.cooling_until is None:
        return False
    before = {"cooling_until": queue.cooling_until, "cooling_reason": queue.cooling_reason}
    queue.cooling_until, queue.cooling_reason = None, ""
    queue.save(update_fields=["cooling_until", "cooling_reason"])
    record("end cool-down", by=by, queue=name, before=before)
    notify_workers()
    return True


def cool_down(queue_id: int, *, until: datetime, reason: str, probe: bool = False) -> None:
    """Nothing of the queue starts before then. Never shortens a cool-down, and keeps the reason of a
    longer one. `probe`: afterwards one job at a time, until `end_probing`. Safe in a handler's save."""
    queue = Queue.objects.filter(pk=queue_id)
    shorter = Q(cooling_until=None) | Q(cooling_until__lte=until)
    queue.filter(shorter).update(cooling_until=until, cooling_reason=reason[:500])
    if probe:
        queue.filter(probing=False).update(probing=True)


def shorten_cool_down(queue_id: int, *, until: datetime, reason: str) -> None:
    """Ends one sooner whose reason begins with this one. Safe in a handler's save."""
    cooling = Queue.objects.filter(pk=queue_id, cooling_until__gt=until)
    if cooling.filter(cooling_reason__startswith=reason).update(cooling_until=until):
        notify_workers()


def hold_back(queue_id: int, *, by: str, reason: str) -> None:
    """A pause without an end, and afterwards one job at a time. Leaves a pause that stands as it is.
    Safe in a handler's save."""
    now = timezone.now()
    queue = Queue.objects.filter(pk=queue_id)
    queue.filter(Q(paused_at=None) | Q(paused_until__lte=now)).update(
        paused_at=now, paused_by=by, pause_reason=reason[:500], paused_until=None
    )
    queue.filter(probing=False).update(probing=True)


def end_probing(queue_id: int) -> None:
    """All is well: as many jobs as the limits allow. Safe in a handler's save."""
    if Queue.objects.filter(pk=queue_id, probing=True).update(probing=False):
        notify_workers()


def slow_down(queue_id: int, slowdown: float) -> None:
    """A period of the queue's rate lasts so many times longer; 1 is the rate as it is set. Safe in a
    handler's save."""
    changed = Queue.objects.filter(pk=queue_id).exclude(slowdown=slowdown)
    if changed.update(slowdown=max(slowdown, 1.0)):
        notify_workers()


def cancel_jobs(ids: Iterable[int], *, by: str, reason: str = "") -> int:
    """Cancels what has not finished; returns how many."""
    before = _values(ids := list(ids), "state")
    cancelled = lifecycle.cancel(ids, reason=reason or f"Cancelled by {by}.")
    after = {"state": State.CANCELLED, "reason": reason, **_sum_up(cancelled)}
    record("cancel", by=by, before=_count("state", before, cancelled), after=after)
    batches.finish_of(cancelled)
    return len(cancelled)


def retry_jobs(ids: Iterable[int], *, by: str) -> int:
    """Runs finished jobs, and those that wait for a retry, again; returns how many."""
    before = _values(ids := list(ids), "state")
    revived = lifecycle.retry(ids)
    after = {"state": State.AVAILABLE, **_sum_up(revived)}
    record("retry", by=by, before=_count("state", before, revived), after=after)
    batches.reopen(revived)
    return len(revived)


def hold_jobs(ids_or_queryset: holding.Chosen, *, by: str) -> int:
    """A pause of these jobs alone: waiting ones are not claimed, and keep their place; running ones
    go on, and wait if they come back. Returns how many waiting ones are held now."""
    held = holding.hold(ids_or_queryset)
    record("hold", by=by, after=_sum_up(held))
    return len(held)


def release_jobs(ids_or_queryset: holding.Chosen, *, by: str) -> int:
    """Held jobs wait for their turns again; returns how many."""
    released = holding.release(ids_or_queryset)
    record("release", by=by, after=_sum_up(released))
    return len(released)


def set_priority(ids: Iterable[int], priority: int, *, by: str) -> int:
    """Moves waiting jobs within their queues: 0 is first, 9 is last. Returns how many."""
    if not 0 <= priority <= 9:
        raise ValidationError("A priority is a number from 0 to 9.")
    before = _values(ids := list(ids), "priority")
    changed = _update_waiting(ids, priority=priority)
    after = {"priority": priority, **_sum_up(changed)}
    record("priority", by=by, before=_count("priority", before, changed), after=after)
    return len(changed)


@transaction.atomic
def move_jobs(ids: Iterable[int], queue: str, *, by: str) -> int:
    """Waiting jobs line up in another queue, each behind what its owner has there. Returns how many."""
    target = _lock_queue(queue)
    before = _values(ids := list(ids), "queue__name")
    moved = _update_waiting(ids, queue=target, turn=None)
    after = {"queue": queue, **_sum_up(moved)}
    record("move", by=by, queue=queue, before=_count("queue", before, moved), after=after)
    return len(moved)


def run_now(ids: Iterable[int], *, by: str) -> int:
    """Jobs that wait for a time need not wait for it any more. Returns how many."""
    hurried = _update_waiting(ids, scheduled_at=Now(), only=Q(turn=None))
    record("run now", by=by, after=_sum_up(hurried))
    return len(hurried)


@transaction.atomic
def rescue_worker(worker_id: int, *, by: str) -> int:
    """Gives away the jobs of a worker that does not move, without waiting until its death is certain.
    Should it move again, what it writes of them is refused. Returns how many will run again, or
    were given up for lack of attempts. Raises ValidationError for a worker that is well."""
    worker = Worker.objects.get(pk=worker_id)
    state = name_worker_state(worker, timezone.now())
    if state == "alive":
        raise ValidationError(f"Worker {worker} is alive: its jobs are cancelled one by one.")
    rescued = lifecycle.rescue([worker_id])
    record("rescue", by=by, before={"worker": str(worker), "state": state}, after={"jobs": rescued})
    return rescued


def delete_jobs(ids: Iterable[int], *, by: str) -> int:
    """Removes finished jobs and their attempts; what they have written stays. Returns how many."""
    finished = Job.objects.filter(pk__in=list(ids), state__in=FINISHED)
    before = dict(finished.values_list("pk", "state"))
    deleted = sorted(before)
    finished.filter(pk__in=deleted).delete()
    record("delete", by=by, before=_count("state", before, deleted), after=_sum_up(deleted))
    return len(deleted)


@transaction.atomic
def _update_waiting(ids: Iterable[int], *, only: Q | None = None, **values: Any) -> list[int]:
    """A job that a worker is just claiming is left to it."""
    waiting = Job.objects.waiting().filter(only or Q(), pk__in=list(ids)).order_by("pk")
    locked = list(waiting.select_for_update(skip_locked=True).values_list("pk", flat=True))
    Job.objects.filter(pk__in=locked).update(changed_at=Now(), **values)
    notify_workers()
    return locked


def _pause_of(queue: Queue) -> dict[str, Any]:
    return {
        "paused_by": queue.paused_by,
        "reason": queue.pause_reason,
        "until": queue.paused_until,
    }


def _values(ids: list[int], field: str) -> dict[int, Any]:
    return dict(Job.objects.filter(pk__in=ids).values_list("pk", field))


def _count(name: str, before: Mapping[int, Any], ids: Iterable[int]) -> dict[str, Any]:
    """How many of the jobs had which value: {"state": {"available": 3, "running": 1}}."""
    return {name: dict(Counter(str(before[id_]) for id_ in ids if id_ in before))}


def _sum_up(ids: list[int]) -> dict[str, Any]:
    return {"jobs": len(ids), "first": ids[:20]}


def _lock_queue(name: str) -> Queue:
    try:
        return Queue.objects.select_for_update().get(name=name)
    except Queue.DoesNotExist:
        raise UnknownQueue(f"There is no queue named {name}.") from None
