"""Jobs of which there should be one: by key, against unfinished ones, and finished ones too if asked."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256
from typing import Any, Literal

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from jobs.enqueue import NewJob, enqueue
from jobs.models import Job
from jobs.states import FINISHED, UNFINISHED, WAITING, State
from jobs.wakeup import notify_workers

# The first key of the advisory locks of unique keys; the second is the key's hash.
LOCK_SPACE = 0x4A0B6
# So many jobs of one key may run beside one another where running ones do not stand.
MOST_BESIDE = 8


@dataclass(frozen=True, slots=True)
class Enqueued:
    """`is_new` is False where `id` is the job that stood already; `replaced` is True where it took
    over what was asked of it."""

    id: int
    is_new: bool
    replaced: bool = False


# What a waiting job can take over from the one that comes too late.
REPLACEABLE = frozenset({"args", "priority", "scheduled_at", "max_attempts"})


def key_of(kind: str, **parts: Any) -> str:
    """One key for the same kind and parts, whatever their order and size: "report:3f2a…"."""
    digest = sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()
    return f"{kind[:100]}:{digest}"


@transaction.atomic
def enqueue_unique(
    job: NewJob,
    *,
    key: str = "",
    finished: Collection[State] = (),
    within: timedelta | None = None,
    since: Literal["created", "finished"] = "created",
    running_stands: bool = True,
    replace_in_waiting: Collection[str] = (),
) -> Enqueued:
    """Writes the job, or returns the standing one with its key.

    A waiting job with the key always stands, and a running one unless `running_stands` is False: then
    it may not see what the new one is about, and one more waits beside it. A finished one stands where
    its state is among `finished`, and it was made (or has `finished`: `since`) `within` that time;
    None: whenever.
    `key` overrides the job's own. A standing job that still waits takes over the new one's
    `replace_in_waiting`, any of REPLACEABLE. Two who ask at the same time get the same job.
    """
    key = key or job.unique_key or ""
    if not key:
        raise ValueError("A unique job needs a key.")
    if not set(finished) <= FINISHED:
        raise ValueError("Unfinished jobs stand anyway: name finished states.")
    if not set(replace_in_waiting) <= REPLACEABLE:
        raise ValueError(f"These can be replaced: {', '.join(sorted(REPLACEABLE))}.")
    _lock_key(key)
    keys = [key] if running_stands else _keys_beside(key)
    standing = _find_standing(
        keys, finished, within, since, UNFINISHED if running_stands else WAITING
    )
    free = key if running_stands else _first_free(keys)
    if standing is None and free is None:
        standing = _find_standing(keys, (), None, since, UNFINISHED)
    if standing is not None:
        replaced = bool(replace_in_waiting) and _replace(standing, job, replace_in_waiting)
        return Enqueued(standing, is_new=False, replaced=replaced)
    return Enqueued(enqueue(replace(job, unique_key=free)), is_new=True)


def _keys_beside(key: str) -> list[str]:
    """The key, and others for jobs that wait beside running ones: the database lets no two unfinished
    jobs have the same."""
    return [key, *(f"{key} #{number}" for number in range(2, MOST_BESIDE + 1))]


def _first_free(keys: Sequence[str]) -> str | None:
    taken = set(
        Job.objects.unfinished().filter(unique_key__in=keys).values_list("unique_key", flat=True)
    )
    return next((key for key in keys if key not in taken), None)


def _find_standing(
    keys: Sequence[str],
    finished: Collection[State],
    within: timedelta | None,
    since: str,
    unfinished: Collection[State],
) -> int | None:
    stands = Q(state__in=unfinished)
    recent = Q() if within is None else Q((f"{since}_at__gt", Now() - within))
    if finished:
        stands |= Q(state__in=finished) & recent
    found = Job.objects.filter(stands, unique_key__in=keys).order_by("-pk")
    return found.values_list("pk", flat=True).first()


def _replace(standing: int, job: NewJob, names: Collection[str]) -> bool:
    """False where the job does not wait any more."""
    values = {name: getattr(job, name) for name in names if getattr(job, name) is not None}
    if "args" in values:
        values["args"] = dict(job.args)
    if "scheduled_at" in names:  # it waits for its new time, and lines up then
        values |= {"scheduled_at": job.scheduled_at or Now(), "turn": None}
    waiting = Job.objects.waiting().filter(pk=standing)
    replaced = waiting.update(changed_at=Now(), **values)
    notify_workers()
    return bool(replaced)


def _lock_key(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_SPACE, key])
