"""Every write of `Job.state` after its birth: one function an arrow of jobs.states.TRANSITIONS.

Each arrow is one statement that says from which states, and under which lease, it starts; a row that
is elsewhere is not touched and not returned. So a worker whose lease was taken away is refused, and
two who press the same button do the work once.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import connection, transaction

from jobs.models import Attempt
from jobs.outcomes import Facts
from jobs.registry import ClaimedJob
from jobs.states import State
from jobs.telemetry import tell_moved
from jobs.wakeup import notify_cancelled, notify_workers

CHUNK = 5000  # jobs a statement, where people act on many


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How an attempt ends: the job's new state and the attempt's record."""

    job: ClaimedJob
    state: State
    result: Attempt.Result
    finished_at: datetime
    scheduled_at: datetime | None = None
    refund: bool = False  # the attempt does not count
    error_class: str = ""
    error: str = ""
    facts: Facts = field(default_factory=dict)


def claim(queue_id: int, *, worker_id: int, count: int) -> tuple[list[ClaimedJob], int]:
    """available → running, for the first `count` due jobs of a queue that nobody else is claiming.

    Returns them in order, and the highest turn among them (0 where there is none).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIM, {"queue": queue_id, "worker": worker_id, "token": uuid4(), "count": count}
        )
        rows = cursor.fetchall()
    rows.sort(key=lambda row: row[:3])
    tell_moved("claim", [row[2] for row in rows])
    return [_claimed(row[2:]) for row in rows], max((row[1] for row in rows), default=0)


def settle(endings: Sequence[Ending], *, worker_name: str) -> set[int]:
    """running → whatever each ending says, with its Attempt row. Returns the ids that were still
    under their leases: the caller writes results for those alone."""
    columns = zip(*(_ending_row(ending) for ending in endings), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, [*(list(column) for column in columns), worker_name])
        return {row[0] for row in cursor.fetchall()}


def hand_back(jobs: Iterable[ClaimedJob]) -> int:
    """running → available, as if it had never been claimed: for jobs that were not begun."""
    tokens = {job.id: job.lease_token for job in jobs}
    with connection.cursor() as cursor:
        cursor.execute(HAND_BACK, [list(tokens), list(tokens.values())])
        return _told("hand_back", cursor.fetchall())


def hand_back_others(worker_id: int, *, known: Sequence[int]) -> int:
    """running → available, for jobs of this worker that it does not know of: a connection broke
    between the claim and its answer. As if they had never been claimed."""
    with connection.cursor() as cursor:
        cursor.execute(HAND_BACK_OTHERS, [worker_id, list(known)])
        return _told("hand_back", cursor.fetchall())


def find_lost(jobs: Iterable[ClaimedJob]) -> list[int]:
    """Those of the jobs that are no longer running under their lease. Writes nothing."""
    tokens = {job.id: job.lease_token for job in jobs}
    with connection.cursor() as cursor:
        cursor.execute(FIND_LOST, [list(tokens), list(tokens.values())])
        return [row[0] for row in cursor.fetchall()]


def stage(limit: int = 1000) -> int:
    """Gives jobs whose time has come their place in the fair order. Returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(STAGE, [limit])
        return _told("stage", cursor.fetchall())


def rescue(worker_ids: Sequence[int]) -> int:
    """running → available again, or discarded when out of attempts, for the jobs of dead workers."""
    with connection.cursor() as cursor:
        cursor.execute(RESCUE, [list(worker_ids)])
        rescued = _told("rescue", cursor.fetchall())
    if rescued:
        notify_workers()
    return rescued


def cancel(job_ids: Iterable[int], *, reason: str = "") -> list[int]:
    """waiting or running → cancelled. A running one is fenced at once; its worker is told to stop.
    Returns the ids that were cancelled."""
    done: list[int] = []
    for chunk in _chunks(job_ids):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(CANCEL, [chunk, reason])
            rows = cursor.fetchall()
            done += [row[0] for row in rows]
            _told("cancel", rows)
            notify_cancelled()
            notify_workers()
    return done


def retry(job_ids: Iterable[int]) -> list[int]:
    """finished or retryable → available, with at least one more attempt allowed. Jobs whose unique
    key is taken by an unfinished job stay as they are. Returns the ids that were revived."""
    done: list[int] = []
    for chunk in _chunks(job_ids):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(RETRY, [chunk])
            rows = cursor.fetchall()
            done += [row[0] for row in rows]
            _told("retry", rows)
            notify_workers()
    return done


def _told(transition: str, rows: Sequence[tuple[int]]) -> int:
    """How many jobs were moved, after telling whoever listens."""
    tell_moved(transition, [row[0] for row in rows])
    return len(rows)


def _chunks(ids: Iterable[int]) -> Iterable[list[int]]:
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def _claimed(row: Sequence[Any]) -> ClaimedJob:
    id_, kind, queue_id, owner, batch_id, args, attempt, max_attempts, token, created, started = row
    return ClaimedJob(
        id=id_,
        kind=kind,
        queue_id=queue_id,
        owner=owner,
        batch_id=batch_id,
        args=_json(args),
        attempt=attempt,
        max_attempts=max_attempts,
        lease_token=token,
        created_at=created,
        started_at=started,
    )


def _ending_row(ending: Ending) -> tuple[Any, ...]:
    job = ending.job
    return (
        job.id,
        job.lease_token,
        str(ending.state),
        ending.scheduled_at,
        ending.refund,
        str(ending.result),
        ending.finished_at,
        clean_text(ending.error_class),
        clean_text(ending.error),
        _dump(ending.facts),
    )


def _dump(facts: Facts) -> str:
    return clean_text(json.dumps(dict(facts), default=str))


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def clean_text(text: str) -> str:
    """Text as Postgres takes it: without NUL and lone surrogates."""
    text = text.replace("\x00", "").replace("\\u0000", "")
    return text.encode("utf-8", "replace").decode("utf-8")


# The subselect is an array, so that it runs once and the update looks the rows up by key.
CLAIM = """
UPDATE jobs_job SET state = 'running', attempt = attempt + 1, lease_token = %(token)s,
    worker_id = %(worker)s, started_at = clock_timestamp(), changed_at = clock_timestamp()
WHERE id = ANY(ARRAY(
    SELECT id FROM jobs_job
    WHERE queue_id = %(queue)s AND state = 'available' AND turn IS NOT NULL AND held_at IS NULL
    ORDER BY priority, turn, id LIMIT %(count)s FOR UPDATE SKIP LOCKED))
RETURNING priority, turn, id, kind, queue_id, owner, batch_id, args, attempt, max_attempts,
    lease_token, created_at, started_at
"""

SETTLE = """
WITH ending AS (
    SELECT * FROM unnest(%s::bigint[], %s::uuid[], %s::text[], %s::timestamptz[], %s::boolean[],
        %s::text[], %s::timestamptz[], %s::text[], %s::text[], %s::text[])
    AS e(id, token, state, scheduled_at, refund, result, finished_at, error_class, error, facts)
), moved AS (
    UPDATE jobs_job j SET
        state = e.state,
        scheduled_at = coalesce(e.scheduled_at, j.scheduled_at),
        turn = CASE WHEN e.scheduled_at IS NULL THEN j.turn END,
        attempt = j.attempt - e.refund::int,
        error = e.error,
        lease_token = NULL,
        finished_at = CASE WHEN e.state IN ('completed', 'discarded', 'cancelled') THEN e.finished_at END,
        changed_at = clock_timestamp()
    FROM ending e
    WHERE j.id = e.id AND j.state = 'running' AND j.lease_token = e.token
    RETURNING j.id, j.attempt + e.refund::int AS number, j.started_at, e.result, e.finished_at,
        e.error_class, e.error, e.facts
)
INSERT INTO jobs_attempt
    (job_id, number, result, started_at, finished_at, worker_name, error_class, error, facts)
SELECT id, number, result, started_at, finished_at, %s, left(error_class, 200), error, facts::jsonb
FROM moved ORDER BY id
RETURNING job_id
"""

HAND_BACK = """
UPDATE jobs_job j SET state = 'available', attempt = j.attempt - 1, lease_token = NULL,
    started_at = NULL, changed_at = clock_timestamp()
FROM unnest(%s::bigint[], %s::uuid[]) AS mine(id, token)
WHERE j.id = mine.id AND j.state = 'running' AND j.lease_token = mine.token
RETURNING j.id
"""

HAND_BACK_OTHERS = """
UPDATE jobs_job SET state = 'available', attempt = attempt - 1, lease_token = NULL,
    started_at = NULL, changed_at = clock_timestamp()
WHERE state = 'running' AND worker_id = %s AND NOT id = ANY(%s)
RETURNING id
"""

FIND_LOST = """
SELECT mine.id FROM unnest(%s::bigint[], %s::uuid[]) AS mine(id, token)
LEFT JOIN jobs_job j ON j.id = mine.id AND j.state = 'running' AND j.lease_token = mine.token
WHERE j.id IS NULL
"""

# A retry goes to the front: its owner has paid for that turn. A scheduled job lines up behind what
# its owner has waiting already, so that ten thousand due at nine do not shut everybody else out.
STAGE = """
WITH due AS MATERIALIZED (
    SELECT id, queue_id, owner, state, scheduled_at FROM jobs_job
    WHERE turn IS NULL AND state IN ('available', 'retryable') AND scheduled_at <= now()
    ORDER BY scheduled_at LIMIT %s FOR UPDATE SKIP LOCKED
), lines AS (
    SELECT g.queue_id, g.owner, q.turn AS clock, greatest(q.turn, (
        SELECT max(turn) FROM jobs_job j
        WHERE j.queue_id = g.queue_id AND j.owner = g.owner
            AND j.state = 'available' AND j.turn IS NOT NULL AND j.held_at IS NULL)) AS last_turn
    FROM (SELECT DISTINCT queue_id, owner FROM due) g JOIN jobs_queue q ON q.id = g.queue_id
), placed AS (
    SELECT due.id, CASE WHEN due.state = 'retryable' THEN lines.clock ELSE lines.last_turn
        + row_number() OVER (PARTITION BY due.queue_id, due.owner, due.state
                             ORDER BY due.scheduled_at, due.id) END AS turn
    FROM due JOIN lines USING (queue_id, owner)
)
UPDATE jobs_job j SET state = 'available', turn = placed.turn, changed_at = clock_timestamp()
FROM placed WHERE j.id = placed.id
RETURNING j.id
"""

RESCUE = """
WITH orphan AS (
    SELECT id, attempt, max_attempts, started_at, worker_id, queue_id FROM jobs_job
    WHERE state = 'running' AND worker_id = ANY(%s) ORDER BY id FOR UPDATE
), moved AS (
    UPDATE jobs_job j SET
        state = CASE WHEN o.attempt < o.max_attempts THEN 'available' ELSE 'discarded' END,
        turn = q.turn,
        scheduled_at = now(),
        lease_token = NULL,
        finished_at = CASE WHEN o.attempt < o.max_attempts THEN NULL ELSE clock_timestamp() END,
        error = 'The worker died.',
        changed_at = clock_timestamp()
    FROM orphan o JOIN jobs_queue q ON q.id = o.queue_id
    WHERE j.id = o.id
)
INSERT INTO jobs_attempt
    (job_id, number, result, started_at, finished_at, worker_name, error_class, error, facts)
SELECT o.id, o.attempt, 'crashed', o.started_at, clock_timestamp(),
    coalesce((SELECT w.host || ':' || w.pid FROM jobs_worker w WHERE w.id = o.worker_id), ''),
    'WorkerDied', 'The worker died.', '{}'::jsonb
FROM orphan o
RETURNING job_id
"""

CANCEL = """
WITH target AS (
    SELECT id, state, attempt, started_at, worker_id FROM jobs_job
    WHERE id = ANY(%s) AND state IN ('available', 'retryable', 'running') ORDER BY id FOR UPDATE
), said AS (SELECT %s::text AS reason), record AS (
    INSERT INTO jobs_attempt
        (job_id, number, result, started_at, finished_at, worker_name, error_class, error, facts)
    SELECT t.id, t.attempt, 'cancelled', t.started_at, clock_timestamp(),
        coalesce((SELECT w.host || ':' || w.pid FROM jobs_worker w WHERE w.id = t.worker_id), ''),
        '', said.reason, '{}'::jsonb
    FROM target t, said WHERE t.state = 'running'
)
UPDATE jobs_job j SET state = 'cancelled', lease_token = NULL, error = said.reason,
    finished_at = clock_timestamp(), changed_at = clock_timestamp()
FROM target t, said WHERE j.id = t.id
RETURNING j.id
"""

RETRY = """
UPDATE jobs_job j SET state = 'available', turn = NULL, scheduled_at = now(), held_at = NULL,
    max_attempts = greatest(j.max_attempts, j.attempt + 1), finished_at = NULL,
    changed_at = clock_timestamp()
WHERE j.id IN (
    SELECT id FROM jobs_job
    WHERE id = ANY(%s) AND state IN ('completed', 'discarded', 'cancelled', 'retryable')
    ORDER BY id FOR UPDATE)
AND NOT EXISTS (
    SELECT 1 FROM jobs_job other
    WHERE other.unique_key = j.unique_key AND other.id <> j.id
        AND other.state IN ('available', 'running', 'retryable'))
RETURNING j.id
"""
