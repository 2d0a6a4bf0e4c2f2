"""Putting jobs into the table: one, or a hundred thousand in one COPY."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from jobs.errors import UnknownQueue
from jobs.models import Queue
from jobs.plans import fetch_bound
from jobs.registry import get_handler
from jobs.telemetry import tell_moved
from jobs.wakeup import WAKE_CHANNEL, notify_workers


@dataclass(frozen=True, slots=True, kw_only=True)
class NewJob:
    """A job to be. `owner` is a user's id, or 0; `queue` a queue's name."""

    kind: str
    queue: str
    args: Mapping[str, Any] = field(default_factory=dict)
    owner: int = 0
    batch_id: int | None = None
    priority: int = 5
    scheduled_at: datetime | None = None  # None: now
    unique_key: str | None = None
    max_attempts: int | None = None  # None: the handler's


COLUMNS = (
    "id, turn, args, unique_key, kind, queue_id, batch_id, owner, priority, scheduled_at, max_attempts,"
    " state, attempt, error, created_at, changed_at"
)
NULL = r"\N"  # in COPY's text format
CHUNK = 2000  # rows written at once


def enqueue(job: NewJob) -> int:
    """Writes one job and returns its id. Raises UnknownQueue, UnknownKind; IntegrityError where an
    unfinished job has its unique key: an open transaction of the caller's survives both."""
    with transaction.atomic() if connection.in_atomic_block else nullcontext():
        id_ = _insert(job, timezone.now())
    if id_ is None:
        raise UnknownQueue(f"There is no queue named {job.queue}.")
    tell_moved("enqueue", [id_])
    return id_


def _insert(job: NewJob, now: datetime) -> int | None:
    """One statement that is a transaction of its own: somebody waits for a single job to start.
    None where there is no such queue."""
    values = {
        "queue": job.queue,
        "kind": job.kind,
        "args": json.dumps(dict(job.args)),
        "unique_key": job.unique_key,
        "batch": job.batch_id,
        "owner": job.owner,
        "priority": job.priority,
        "at": job.scheduled_at or now,
        "now": now,
        "is_due": job.scheduled_at is None or job.scheduled_at <= now,
        "max_attempts": _max_attempts(job),
        "channel": WAKE_CHANNEL,
    }
    rows = fetch_bound(INSERT, values)
    return int(rows[0][0]) if rows else None


@transaction.atomic
def enqueue_many(jobs: Sequence[NewJob], *, ids: Sequence[int] | None = None) -> list[int]:
    """Writes all or none, returns their ids in order, and wakes the workers at commit.

    `ids` are ids taken beforehand with `reserve_ids`, for rows that point at their jobs.
    """
    if not jobs:
        return []
    ids = reserve_ids(len(jobs)) if ids is None else ids
    queues = _queue_ids({job.queue for job in jobs})
    turns = _Turns(jobs, queues)
    now = timezone.now()
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY jobs_job ({COLUMNS}) FROM STDIN") as copy,
    ):
        lines = _lines(ids, jobs, queues, turns, now)
        while chunk := "".join(islice(lines, CHUNK)):
            copy.write(chunk)
    notify_workers(*queues.values() if len(queues) == 1 else ())
    tell_moved("enqueue", ids)
    return list(ids)


def reserve_ids(count: int) -> list[int]:
    """Ids for `count` jobs; unused ones leave a gap and nothing else."""
    with connection.cursor() as cursor:
        cursor.execute(
            # The name is looked up once and not for every row.
            "SELECT nextval(name) FROM generate_series(1, %s),"
            " (SELECT pg_get_serial_sequence('jobs_job', 'id')::regclass AS name OFFSET 0) AS sequence",
            [count],
        )
        return [row[0] for row in cursor.fetchall()]


def _lines(
    ids: Sequence[int],
    jobs: Sequence[NewJob],
    queues: Mapping[str, int],
    turns: "_Turns",
    now: datetime,
) -> Iterator[str]:
    """Rows as COPY's text. What many jobs have in common is written out once."""
    ends: dict[tuple[Any, ...], str] = {}
    for id_, job in zip(ids, jobs, strict=True):
        queue_id, at = queues[job.queue], job.scheduled_at
        turn = turns.take(queue_id, job.owner) if at is None or at <= now else NULL
        alike = (job.kind, queue_id, job.batch_id, job.owner, job.priority, at, job.max_attempts)
        end = ends.get(alike)
        if end is None:
            end = ends[alike] = _line_end(job, queue_id, now)
        args = _escape(json.dumps(dict(job.args))) if job.args else "{}"
        key = NULL if job.unique_key is None else _escape(job.unique_key)
        yield f"{id_}\t{turn}\t{args}\t{key}\t{end}"


def _line_end(job: NewJob, queue_id: int, now: datetime) -> str:
    values = (
        _escape(job.kind),
        queue_id,
        NULL if job.batch_id is None else job.batch_id,
        job.owner,
        job.priority,
        (job.scheduled_at or now).isoformat(),
        _max_attempts(job),
        "available",
        0,
        "",
        now.isoformat(),
        now.isoformat(),
    )
    return "\t".join(map(str, values)) + "\n"


def _max_attempts(job: NewJob) -> int:
    return job.max_attempts or get_handler(job.kind).retry.max_attempts


def _escape(text: str) -> str:
    """For COPY's text format."""
    text = text.replace("\\", "\\\\").replace("\t", "\\t")
    return text.replace("\n", "\\n").replace("\r", "\\r")


def _queue_ids(names: Iterable[str]) -> dict[str, int]:
    found = dict(Queue.objects.filter(name__in=names).values_list("name", "id"))
    if missing := sorted(set(names) - set(found)):
        raise UnknownQueue(f"There is no queue named {', '.join(missing)}.")
    return found


class _Turns:
    """Start-time fair queueing: an owner's next turn follows his last one that still waits, but
    never lies behind the queue's clock. So a newcomer stands beside everybody's next job, not
    behind their last."""

    def __init__(self, jobs: Sequence[NewJob], queues: Mapping[str, int]) -> None:
        pairs = {(queues[job.queue], job.owner) for job in jobs}
        self._last = {pair: _last_turn(*pair) for pair in pairs}

    def take(self, queue_id: int, owner: int) -> int:
        self._last[queue_id, owner] += 1
        return self._last[queue_id, owner]


def _last_turn(queue_id: int, owner: int) -> int:
    with connection.cursor() as cursor:
        sql = f"SELECT {LAST_TURN} FROM jobs_queue q WHERE q.id = %(queue)s"  # noqa: S608 - a constant
        cursor.execute(sql, {"queue": queue_id, "owner": owner})
        return int(cursor.fetchone()[0])


# Of the owner in the queue q.
LAST_TURN = """
greatest(q.turn, (SELECT max(turn) FROM jobs_job
    WHERE queue_id = q.id AND owner = %(owner)s AND state = 'available' AND turn IS NOT NULL
    AND held_at IS NULL))
"""

INSERT = f"""
INSERT INTO jobs_job (turn, args, unique_key, kind, queue_id, batch_id, owner, priority, scheduled_at,
    max_attempts, state, attempt, error, created_at, changed_at)
SELECT CASE WHEN %(is_due)s THEN {LAST_TURN} + 1 END, %(args)s::jsonb, %(unique_key)s, %(kind)s, q.id,
    %(batch)s, %(owner)s, %(priority)s, %(at)s, %(max_attempts)s, 'available', 0, '', %(now)s, %(now)s
FROM jobs_queue q WHERE q.name = %(queue)s
RETURNING id, pg_notify(%(channel)s, queue_id::text)
"""  # noqa: S608 - of our own constants
