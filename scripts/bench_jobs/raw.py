"""What Postgres itself gives: jobs claimed and completed by plain psycopg, and rows in by COPY.

The loop does nothing but its two statements and their commits: no lease, no history, no limits, no
rescue. It runs on a bare table, and on the product's own with all its indexes and constraints.
"""

import multiprocessing
import time
from collections.abc import Callable

import psycopg

BATCH = 100
CONNECTIONS = 4

CREATE = """
CREATE TABLE IF NOT EXISTS raw_job (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text NOT NULL, queue text NOT NULL,
    state text NOT NULL DEFAULT 'available', priority smallint NOT NULL DEFAULT 5,
    args jsonb NOT NULL DEFAULT '{}', attempt smallint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(), started_at timestamptz, finished_at timestamptz);
CREATE INDEX IF NOT EXISTS raw_job_claim ON raw_job (queue, priority, id) WHERE state = 'available';
TRUNCATE raw_job
"""
FILL = "INSERT INTO raw_job (kind, queue) SELECT 'empty', 'bench' FROM generate_series(1, %s)"
CLAIM_BARE = """
UPDATE raw_job SET state = 'running', attempt = attempt + 1, started_at = clock_timestamp()
WHERE id = ANY(ARRAY(SELECT id FROM raw_job WHERE queue = 'bench' AND state = 'available'
    ORDER BY priority, id LIMIT %s FOR UPDATE SKIP LOCKED))
RETURNING id, kind, args, attempt
"""
COMPLETE_BARE = (
    "UPDATE raw_job SET state = 'completed', finished_at = clock_timestamp() WHERE id = ANY(%s)"
)
CLAIM_OURS = """
SET LOCAL enable_sort = off;
UPDATE jobs_job SET state = 'running', attempt = attempt + 1, started_at = clock_timestamp(),
    worker_id = 1, lease_token = '00000000-0000-0000-0000-000000000001'
WHERE id = ANY(ARRAY(SELECT id FROM jobs_job
    WHERE queue_id = (SELECT id FROM jobs_queue WHERE name = 'bench')
        AND state = 'available' AND turn IS NOT NULL AND held_at IS NULL
    ORDER BY priority, turn, id LIMIT %s FOR UPDATE SKIP LOCKED))
RETURNING id, kind, args, attempt
"""
COMPLETE_OURS = """
UPDATE jobs_job SET state = 'completed', lease_token = NULL, finished_at = clock_timestamp()
WHERE id = ANY(%s)
"""


def fill_bare(url: str, count: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(CREATE)
        connection.execute(FILL, [count])


def run_bare(url: str, count: int) -> float:
    return _race(url, count, CLAIM_BARE, COMPLETE_BARE)


def run_ours(url: str, count: int) -> float:
    return _race(url, count, CLAIM_OURS, COMPLETE_OURS)


def _race(url: str, count: int, claim: str, complete: str) -> float:
    """Jobs a second, by several processes from the moment in which all are connected."""
    context = multiprocessing.get_context("fork")
    ready = context.Barrier(CONNECTIONS + 1)
    arguments = (url, claim, complete, ready.wait)
    runners = [context.Process(target=_loop, args=arguments) for _ in range(CONNECTIONS)]
    for runner in runners:
        runner.start()
    ready.wait()
    started = time.perf_counter()
    for runner in runners:
        runner.join()
    return count / (time.perf_counter() - started)


def _loop(url: str, claim: str, complete: str, wait: Callable[[], int]) -> None:
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        wait()
        while rows := _claim(connection, claim):
            connection.execute(complete, [[row[0] for row in rows]])


def _claim(connection: psycopg.Connection, claim: str) -> list[tuple[int, ...]]:
    cursor = connection.execute(claim, [BATCH])
    while cursor.description is None:
        cursor.nextset()
    return cursor.fetchall()
