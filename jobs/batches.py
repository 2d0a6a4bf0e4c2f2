"""Batches: jobs that belong together. How far they are, what follows when the last has finished, and
stopping them all.

A batch is finished by whoever finishes its last job, right after that commit: of two who finish at the
same time the later sees both. `finish_forgotten` mends what a killed process left undone.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Count
from django.dispatch import Signal

from jobs import lifecycle
from jobs.audit import record
from jobs.enqueue import NewJob, enqueue_many
from jobs.lifecycle import Ending
from jobs.models import Batch, Job, Queue
from jobs.states import FINISHED, UNFINISHED, State
from jobs.telemetry import attempts_settled_together

# Where the jobs run that follow upon a batch.
HOOK_QUEUE = "tasks"

# Sent after the commit that finished them; `batch_ids`.
batches_finished = Signal()


@dataclass(frozen=True, slots=True)
class Progress:
    by_state: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.by_state.values())

    @property
    def finished(self) -> int:
        return sum(self.by_state.get(state, 0) for state in FINISHED)

    @property
    def share(self) -> float:
        """From 0 to 1; 1 for a batch without jobs."""
        return self.finished / self.total if self.total else 1.0


def measure(batch_ids: Collection[int]) -> dict[int, Progress]:
    """By batch id, in one query; those whose jobs are all pruned are left out."""
    rows = Job.objects.filter(batch__in=batch_ids).order_by().values_list("batch", "state")
    counts: dict[int, dict[str, int]] = {}
    for batch_id, state, count in rows.annotate(Count("pk")):
        counts.setdefault(batch_id, {})[state] = count
    return {batch_id: Progress(by_state) for batch_id, by_state in counts.items()}


def cancel(batch_id: int, *, by: str, reason: str = "") -> int:
    """Cancels what has not finished of it; returns how many."""
    before = _count_states(batch_id)
    unfinished = Job.objects.filter(batch=batch_id, state__in=UNFINISHED)
    cancelled = lifecycle.cancel(
        list(unfinished.values_list("pk", flat=True)), reason=reason or f"Cancelled by {by}."
    )
    after = {"batch": batch_id, "jobs": len(cancelled), "reason": reason}
    record("cancel batch", by=by, before=before, after=after)
    finish([batch_id])
    return len(cancelled)


def retry(
    batch_id: int, *, by: str, states: Collection[State] = (State.DISCARDED, State.CANCELLED)
) -> int:
    """Runs jobs of it again, by default those that did not succeed; returns how many. The batch is
    unfinished then, and finishes anew."""
    before = _count_states(batch_id)
    chosen = Job.objects.filter(batch=batch_id, state__in=states)
    revived = lifecycle.retry(list(chosen.values_list("pk", flat=True)))
    after = {"batch": batch_id, "jobs": len(revived)}
    record("retry batch", by=by, before=before, after=after)
    reopen(revived)
    return len(revived)


def _count_states(batch_id: int) -> dict[str, Any]:
    measured = measure([batch_id]).get(batch_id)
    return {"state": dict(measured.by_state) if measured else {}}


def finish(batch_ids: Collection[int]) -> list[int]:
    """Marks those as finished of which no job is left to do, and enqueues what follows: once, however
    many processes ask. Returns their ids."""
    if not batch_ids:
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FINISH, [sorted(set(batch_ids)), sorted(UNFINISHED)])
        rows: list[tuple[int, str, int]] = cursor.fetchall()
        _enqueue_hooks(rows)
    ids = [row[0] for row in rows]
    if ids:
        batches_finished.send_robust(sender=None, batch_ids=ids)
    return ids


def finish_of(job_ids: Sequence[int]) -> list[int]:
    """The batches of these jobs, where they are finished now."""
    return finish(_batches_of(job_ids))


def finish_forgotten() -> list[int]:
    """All that nobody has marked, because a process died between its commit and the mark."""
    open_ones = Batch.objects.filter(finished_at=None).order_by("pk")
    return finish(list(open_ones.values_list("pk", flat=True)[:1000]))


def reopen(job_ids: Sequence[int]) -> None:
    Batch.objects.filter(pk__in=_batches_of(job_ids)).update(finished_at=None)


def finish_with_last_job(endings: Sequence[Ending], **_: Any) -> None:
    """A receiver: looks at the batches of which a job has just finished."""
    finish({e.job.batch_id for e in endings if e.job.batch_id is not None and e.state in FINISHED})


def _batches_of(job_ids: Sequence[int]) -> list[int]:
    jobs = Job.objects.filter(pk__in=job_ids, batch__isnull=False)
    return list(jobs.order_by().values_list("batch", flat=True).distinct())


def _enqueue_hooks(finished: Sequence[tuple[int, str, int]]) -> None:
    hooks = [
        NewJob(kind=kind, queue=HOOK_QUEUE, owner=owner, args={"batch": batch_id})
        for batch_id, kind, owner in finished
        if kind
    ]
    if hooks:
        Queue.objects.get_or_create(name=HOOK_QUEUE)
        enqueue_many(hooks)


def listen() -> None:
    attempts_settled_together.connect(finish_with_last_job)


# In order of ids, so that two who finish the same batches do not wait for one another. A batch is
# made in the transaction of its jobs, so none is seen before them.
FINISH = """
WITH done AS (
    SELECT b.id FROM jobs_batch b
    WHERE b.id = ANY(%s) AND b.finished_at IS NULL AND NOT EXISTS (
        SELECT 1 FROM jobs_job j WHERE j.batch_id = b.id AND j.state = ANY(%s))
    ORDER BY b.id FOR UPDATE SKIP LOCKED
)
UPDATE jobs_batch b SET finished_at = clock_timestamp() FROM done
WHERE b.id = done.id AND b.finished_at IS NULL
RETURNING b.id, b.on_finish, b.owner
"""
