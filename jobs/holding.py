"""Holding jobs back: a pause of some jobs, such as those of one list, beside the pause of a queue.

A held job keeps its state and its turn; it is only not claimed. Meanwhile its owner's other jobs go on
as if it were not there. When it is released it stands where it stood in its owner's line; the line is
moved back as far as fairness to other owners wants it.
"""

from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import QuerySet

from jobs.models import Job
from jobs.wakeup import notify_workers

CHUNK = 5000

Chosen = Iterable[int] | QuerySet[Job]


def hold(chosen: Chosen) -> list[int]:
    """Nothing of them is claimed until they are released. A running one goes on, and is held when it
    comes back for another attempt. Returns the ids of the waiting ones that are held now."""
    ids, held = _ids(chosen), []
    for start in range(0, len(ids), CHUNK):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(HOLD, [ids[start : start + CHUNK]])
            held += [id_ for id_, state in cursor.fetchall() if state != "running"]
    return sorted(held)


@transaction.atomic
def release(chosen: Chosen) -> list[int]:
    """Returns the ids of the waiting ones that are free again."""
    with connection.cursor() as cursor:
        cursor.execute(RELEASE, [_ids(chosen)])
        rows = cursor.fetchall()
        lines = sorted({(queue, owner) for _, state, queue, owner in rows if state == "available"})
        for queue_id, owner in lines:
            cursor.execute(CLOSE_UP, {"queue": queue_id, "owner": owner})
    notify_workers()
    return sorted(id_ for id_, state, *_ in rows if state != "running")


def _ids(chosen: Chosen) -> list[int]:
    ids = chosen.values_list("pk", flat=True) if isinstance(chosen, QuerySet) else chosen
    return sorted(set(ids))


# In order of ids, as all that locks many jobs: two who do so wait for one another and no more.
HOLD = """
UPDATE jobs_job SET held_at = clock_timestamp(), changed_at = clock_timestamp()
WHERE id IN (
    SELECT id FROM jobs_job
    WHERE id = ANY(%s) AND held_at IS NULL AND state IN ('available', 'retryable', 'running')
    ORDER BY id FOR UPDATE)
RETURNING id, state
"""

RELEASE = """
UPDATE jobs_job SET held_at = NULL, changed_at = clock_timestamp()
WHERE id IN (
    SELECT id FROM jobs_job
    WHERE id = ANY(%s) AND held_at IS NOT NULL AND state IN ('available', 'retryable', 'running')
    ORDER BY id FOR UPDATE)
RETURNING id, state, queue_id, owner
"""

# The owner's line in its old order, each at the first turn that is its own, behind the queue's clock
# and behind the one before: a turn that was passed, or given to a newer job meanwhile, moves what
# follows, so that nobody gets two starts where others get one.
CLOSE_UP = """
WITH line AS (
    SELECT id, turn FROM jobs_job
    WHERE queue_id = %(queue)s AND owner = %(owner)s
        AND state = 'available' AND turn IS NOT NULL AND held_at IS NULL
    ORDER BY id FOR UPDATE
), numbered AS (
    SELECT id, greatest(line.turn, q.turn + 1) AS turn, row_number() OVER (ORDER BY line.turn, id) AS place
    FROM line, (SELECT turn FROM jobs_queue WHERE id = %(queue)s) q
), placed AS (
    SELECT id, place + max(turn - place) OVER (ORDER BY place) AS turn FROM numbered
)
UPDATE jobs_job j SET turn = placed.turn FROM placed WHERE j.id = placed.id AND j.turn <> placed.turn
"""
