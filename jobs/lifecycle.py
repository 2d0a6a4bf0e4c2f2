"""Every write of `Job.state` after its birth: one function an arrow of jobs.states.TRANSITIONS.

Each arrow is one statement that says from which states, and under which lease, it starts; a row that
is elsewhere is not touched and not returned. So a worker whose lease was taken away is refused, and
two who press the same button do the work once.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.db import connection, transaction

from jobs.models import Attempt
from jobs.outcomes import Facts
from jobs.plans import fetch_prepared, fetch_unsorted
from jobs.registry import ClaimedJob
from jobs.states import State
from jobs.telemetry import tell_moved
from jobs.wakeup import notify_cancelled, notify_workers

CHUNK = 5000  # jobs a statement, where people act on many
# Endings a statement, where each says something else: the planner may compare each with each.
MIXED_CHUNK = 100
NO_FACTS: Facts = MappingProxyType({})


class Ending(NamedTuple):
    """How an attempt ends: the job's new state and the attempt's record."""

    job: ClaimedJob
    state: State
    result: Attempt.Result
    finished_at: datetime
    scheduled_at: datetime | None = None
    refund: bool = False  # the attempt does not count
    error_class: str = ""
    error: str = ""
    facts: Facts = NO_FACTS


def claim(queue_id: int, *, worker_id: int, count: int) -> tuple[list[ClaimedJob], int]:
    """available → running, for the first `count` due jobs of a queue that nobody else is claiming.

    Returns them in order, and the highest turn among them (0 where there is none).
    """
    return _claim(fetch_unsorted, CLAIM, queue_id, worker_id, count)


def claim_unlimited(queue_id: int, *, worker_id: int, count: int) -> tuple[list[ClaimedJob], int]:
    """The same for a queue that is open and has no limits; of any other it takes nothing. Outside of
    a transaction it does not wait for the disk: a crash of the server may forget the claim, and the
    worker makes it again (claim_again)."""
    return _claim(fetch_prepared, CLAIM_UNLIMITED, queue_id, worker_id, count)


def _claim(
    fetch: Callable[[str, Any], list[tuple[Any, ...]]],
    sql: str,
    queue_id: int,
    worker_id: int,
    count: int,
) -> tuple[list[ClaimedJob], int]:
    token = uuid4()
    rows = fetch(sql, {"queue": queue_id, "worker": worker_id, "token": token, "count": count})
    rows.sort()  # by priority, turn and id, their first columns
    tell_moved("claim", [row[2] for row in rows])
    jobs = [_claimed(row, token) for row in rows]
    return jobs, max((row[1] for row in rows), default=0)


def claim_again(jobs: Iterable[ClaimedJob], *, worker_id: int) -> int:
    """available → running, under their old leases, for claims that a crash of the server forgot.
    Jobs that somebody else has claimed, or that have moved otherwise, stay as they are."""
    known = list(jobs)
    if not known:
        return 0
    columns = zip(*((job.id, job.attempt, job.lease_token) for job in known), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(CLAIM_AGAIN, [worker_id, *(list(column) for column in columns)])
        return _told("claim", cursor.fetchall())


def settle(endings: Sequence[Ending], *, worker_name: str) -> set[int]:
    """running → whatever each ending says, with its Attempt row. Returns the ids that were still
    under their leases: the caller writes results for those alone."""
    completed: dict[datetime, list[Ending]] = defaultdict(list)
    others: list[Ending] = []
    for ending in endings:
        if ending.state == State.COMPLETED and not (ending.error or ending.error_class):
            completed[ending.finished_at].append(ending)
        else:
            others.append(ending)
    ours: set[int] = set()
    for finished_at, alike in completed.items():
        ours |= _complete(alike, finished_at, worker_name)
    for start in range(0, len(others), MIXED_CHUNK):
        ours |= _settle_mixed(others[start : start + MIXED_CHUNK], worker_name)
    return ours


def _complete(endings: Sequence[Ending], finished_at: datetime, worker_name: str) -> set[int]:
    facts = {str(ending.job.id): dict(ending.facts) for ending in endings if ending.facts}
    arguments = _leases(ending.job for ending in endings)
    arguments |= {"finished_at": finished_at, "worker": worker_name, "facts": _dump(facts)}
    with connection.cursor() as cursor:
        cursor.execute(COMPLETE, arguments)
        return {row[0] for row in cursor.fetchall()}


def _settle_mixed(endings: Sequence[Ending], worker_name: str) -> set[int]:
    columns = zip(*(_ending_row(ending) for ending in endings), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, [*(list(column) for column in columns), worker_name])
        return {row[0] for row in cursor.fetchall()}


def hand_back(jobs: Iterable[ClaimedJob]) -> int:
    """running → available, as if it had never been claimed: for jobs that were not begun."""
    with connection.cursor() as cursor:
        cursor.execute(HAND_BACK, _leases(jobs))
        return _told("hand_back", cursor.fetchall())


def hand_back_others(worker_id: int, *, known: Sequence[int]) -> int:
    """running → available, for jobs of this worker that it does not know of: a connection broke
    between the claim and its answer. As if they had never been claimed."""
    with connection.cursor() as cursor:
        cursor.execute(HAND_BACK_OTHERS, [worker_id, list(known)])
        return _told("hand_back", cursor.fetchall())


def find_lost(jobs: Iterable[ClaimedJob]) -> list[int]:
    """Those of the jobs that are no longer running under their lease. Writes nothing."""
    known = list(jobs)
    with connection.cursor() as cursor:
        cursor.execute(FIND_HELD, _leases(known))
        held = {row[0] for row in cursor.fetchall()}
    return [job.id for job in known if job.id not in held]


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


def _claimed(row: Sequence[Any], token: UUID) -> ClaimedJob:
    _, _, id_, kind, queue_id, owner, batch_id, args, attempt, most, created, started = row
    # By place: by name it takes twice as long.
    return ClaimedJob(
        id_,
        kind,
        queue_id,
        owner,
        batch_id,
        _json(args),
        attempt,
        most,
        token,
        datetime.fromtimestamp(created, UTC),
        datetime.fromtimestamp(started, UTC),
    )


def _leases(jobs: Iterable[ClaimedJob]) -> dict[str, Any]:
    """The arguments of HELD. Arrays as Postgres writes them: psycopg takes many times as long to
    make them of lists."""
    ids, leases = [], []
    texts: dict[UUID, str] = {}  # jobs that were claimed together have one token
    for job in jobs:
        token = texts.get(job.lease_token)
        if token is None:
            token = texts[job.lease_token] = str(job.lease_token)
        ids.append(f"{job.id}")
        leases.append(f'"{job.id} {token}"')
    return {"ids": f"{{{','.join(ids)}}}", "leases": f"{{{','.join(leases)}}}"}


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
    if value == "{}":
        return {}
    return json.loads(value) if isinstance(value, str) else value


def clean_text(text: str) -> str:
    """Text as Postgres takes it: without NUL and lone surrogates."""
    text = text.replace("\x00", "").replace("\\u0000", "")
    return text.encode("utf-8", "replace").decode("utf-8")


# Rows under these leases. Not a join: the planner believes that next to nothing runs, and would
# compare each lease with each running job. Both arrays are looked up by hash.
HELD = """id = ANY(%(ids)s::bigint[]) AND state = 'running'
    AND id || ' ' || lease_token = ANY(%(leases)s::text[])"""

# The subselect is an array, so that it runs once and the update looks the rows up by key. Times
# travel as numbers: Django reads timestamps in Python, ten times as slowly.
CLAIM = """
UPDATE jobs_job SET state = 'running', attempt = attempt + 1, lease_token = %(token)s,
    worker_id = %(worker)s, started_at = clock_timestamp(), changed_at = clock_timestamp()
WHERE id = ANY(ARRAY(
    SELECT id FROM jobs_job
    WHERE queue_id = %(queue)s AND state = 'available' AND turn IS NOT NULL AND held_at IS NULL
    ORDER BY priority, turn, id LIMIT %(count)s FOR UPDATE SKIP LOCKED))
RETURNING priority, turn, id, kind, queue_id, owner, batch_id, args, attempt, max_attempts,
    extract(epoch FROM created_at)::float8, extract(epoch FROM started_at)::float8
"""

CLAIM_UNLIMITED = CLAIM.replace(
    "WHERE queue_id = %(queue)s",
    """WHERE queue_id = (
        SELECT q.id FROM jobs_queue q WHERE q.id = %(queue)s AND NOT q.probing
            AND (q.paused_at IS NULL OR q.paused_until <= clock_timestamp())
            AND (q.cooling_until IS NULL OR q.cooling_until <= clock_timestamp())
            AND q.rate_limit IS NULL AND q.max_running IS NULL AND q.max_running_per_node IS NULL)""",
)

CLAIM_AGAIN = """
UPDATE jobs_job j SET state = 'running', attempt = lost.attempt, lease_token = lost.token,
    worker_id = %s, started_at = clock_timestamp(), changed_at = clock_timestamp()
FROM unnest(%s::bigint[], %s::int[], %s::uuid[]) AS lost(id, attempt, token)
WHERE j.id = lost.id AND j.state = 'available' AND j.turn IS NOT NULL
    AND j.attempt = lost.attempt - 1
RETURNING j.id
"""

COMPLETE = f"""
WITH moved AS (
    UPDATE jobs_job SET state = 'completed', error = '', lease_token = NULL,
        finished_at = %(finished_at)s, changed_at = clock_timestamp()
    WHERE {HELD}
    RETURNING id, attempt, started_at
)
INSERT INTO jobs_attempt
    (job_id, number, result, started_at, finished_at, worker_name, error_class, error, facts)
SELECT id, attempt, 'completed', started_at, %(finished_at)s, %(worker)s, '', '',
    coalesce(%(facts)s::jsonb -> id::text, '{{}}')
FROM moved
RETURNING job_id
"""  # noqa: S608 - of our own constants

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

HAND_BACK = f"""
UPDATE jobs_job SET state = 'available', attempt = attempt - 1, lease_token = NULL,
    started_at = NULL, changed_at = clock_timestamp()
WHERE {HELD}
RETURNING id
"""  # noqa: S608 - of our own constants

HAND_BACK_OTHERS = """
UPDATE jobs_job SET state = 'available', attempt = attempt - 1, lease_token = NULL,
    started_at = NULL, changed_at = clock_timestamp()
WHERE state = 'running' AND worker_id = %s AND NOT id = ANY(%s)
RETURNING id
"""

FIND_HELD = f"SELECT id FROM jobs_job WHERE {HELD}"  # noqa: S608 - of our own constants

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
