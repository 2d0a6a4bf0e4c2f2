"""Jobs of which there should be one: by key, against unfinished ones, and finished ones too if asked."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from jobs.enqueue import NewJob, enqueue
from jobs.models import Job
from jobs.states import FINISHED, UNFINISHED, State

# The first key of the advisory locks of unique keys; the second is the key's hash.
LOCK_SPACE = 0x4A0B6


@dataclass(frozen=True, slots=True)
class Enqueued:
    """`is_new` is False where `id` is the job that stood already."""

    id: int
    is_new: bool


@transaction.atomic
def enqueue_unique(
    job: NewJob,
    *,
    key: str = "",
    finished: Collection[State] = (),
    within: timedelta | None = None,
) -> Enqueued:
    """Writes the job, or returns the standing one with its key.

    An unfinished job with the key always stands. A finished one does where its state is among
    `finished`, and it was made `within` that time; None: whenever. `key` overrides the job's own.
    Two who ask at the same time get the same job.
    """
    key = key or job.unique_key or ""
    if not key:
        raise ValueError("A unique job needs a key.")
    if not set(finished) <= FINISHED:
        raise ValueError("Unfinished jobs stand anyway: name finished states.")
    _lock_key(key)
    standing = _find_standing(key, finished, within)
    if standing is not None:
        return Enqueued(standing, is_new=False)
    return Enqueued(enqueue(replace(job, unique_key=key)), is_new=True)


def _find_standing(key: str, finished: Collection[State], within: timedelta | None) -> int | None:
    stands = Q(state__in=UNFINISHED)
    recent = Q() if within is None else Q(created_at__gt=Now() - within)
    if finished:
        stands |= Q(state__in=finished) & recent
    found = Job.objects.filter(stands, unique_key=key).order_by("-pk")
    return found.values_list("pk", flat=True).first()


def _lock_key(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_SPACE, key])
