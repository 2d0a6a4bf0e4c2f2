"""Reading again through the cluster: a batch of jobs that looks, and, when the operator has seen what would
change, a batch that writes."""

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils import timezone

from jobs import batches
from jobs.audit import record
from jobs.enqueue import NewJob, enqueue_many
from jobs.models import Batch, Queue
from keywords.reparsing.passes import PORTION
from keywords.reparsing.records import Reparse
from keywords.reparsing.selection import Selection, choose_searches, iterate_ids
from keywords.reparsing.tally import Tally, add_up, new_tally

KIND = "keywords.reparse"
QUEUE = "reparse"
Stage = Reparse.Stage


class NothingToRead(Exception):
    """No stored page is chosen."""


@transaction.atomic
def start_look(selection: Selection, *, owner: int, by: str) -> Reparse:
    """Raises NothingToRead."""
    reparse = Reparse.objects.create(
        selection=selection.write(), created_by=by, seen=new_tally(), written=new_tally()
    )
    batch = enqueue_portions(reparse, write=False, owner=owner)
    if batch is None:
        raise NothingToRead
    Reparse.objects.filter(pk=reparse.pk).update(look_batch=batch)
    record("look through stored pages", by=by, after={"reading": reparse.pk, **selection.write()})
    reparse.refresh_from_db()
    return reparse


@transaction.atomic
def start_write(reparse: Reparse, *, also_worse: bool, owner: int, by: str) -> bool:
    """False where it is not the time for it: twice pressed, or not yet looked through."""
    locked = Reparse.objects.select_for_update().get(pk=reparse.pk)
    if settle_stage(locked).stage != Stage.LOOKED:
        return False
    locked.also_worse = also_worse
    locked.write_batch = enqueue_portions(locked, write=True, owner=owner)
    locked.stage = Stage.WRITING if locked.write_batch else Stage.DONE
    locked.save(update_fields=["also_worse", "write_batch", "stage"])
    record("write new readings", by=by, after={"reading": locked.pk, "also_worse": also_worse})
    return True


def enqueue_portions(reparse: Reparse, *, write: bool, owner: int) -> int | None:
    """The batch's id; None where there is nothing to read."""
    Queue.objects.get_or_create(name=QUEUE, defaults={"max_running": 4})
    jobs = list(make_jobs(reparse, write=write, owner=owner))
    if not jobs:
        return None
    name = f"{'Writing' if write else 'Looking through'} stored pages, {reparse}"
    batch = Batch.objects.create(owner=owner, name=name)
    enqueue_many([NewJob(**job, batch_id=batch.pk) for job in jobs])
    return batch.pk


def make_jobs(reparse: Reparse, *, write: bool, owner: int) -> Iterator[dict[str, Any]]:
    searches = choose_searches(Selection.read(reparse.selection))
    for ids in iterate_ids(searches, PORTION):
        args = {"reparse": reparse.pk, "searches": ids, "write": write}
        yield {"kind": KIND, "queue": QUEUE, "owner": owner, "args": args}


def note_tally(reparse_id: int, tally: Tally, *, write: bool) -> None:
    """In the transaction that settles the job, so that each page counts once."""
    reparse = Reparse.objects.select_for_update().filter(pk=reparse_id).first()
    if reparse is None:
        return
    field = "written" if write else "seen"
    setattr(reparse, field, add_up(getattr(reparse, field), tally))
    reparse.save(update_fields=[field])


def settle_stage(reparse: Reparse) -> Reparse:
    """What is done by now: the batches tell."""
    batch = {Stage.LOOKING: reparse.look_batch, Stage.WRITING: reparse.write_batch}.get(
        Stage(reparse.stage)
    )
    if batch and batches.measure([batch]).get(batch, batches.Progress({})).share == 1.0:
        is_written = reparse.stage == Stage.WRITING
        reparse.stage = Stage.DONE if is_written else Stage.LOOKED
        reparse.finished_at = timezone.now() if is_written else None
        reparse.save(update_fields=["stage", "finished_at"])
    return reparse


@transaction.atomic
def stop(reparse: Reparse, *, by: str) -> None:
    """What is written stays; what has not been read is left."""
    locked = Reparse.objects.select_for_update().get(pk=reparse.pk)
    if settle_stage(locked).stage not in {Stage.LOOKING, Stage.LOOKED, Stage.WRITING}:
        return
    for batch in (locked.look_batch, locked.write_batch):
        if batch:
            batches.cancel(batch, by=by, reason=f"{locked} was stopped.")
    locked.stage, locked.finished_at = Stage.STOPPED, timezone.now()
    locked.save(update_fields=["stage", "finished_at"])
