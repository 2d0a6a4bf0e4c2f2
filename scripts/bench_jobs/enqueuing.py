"""Bulk enqueue against COPY of the very same rows."""

import time

import psycopg

from jobs.enqueue import enqueue_many
from scripts.bench_jobs import ours
from scripts.bench_jobs.figures import Rounds

OURS, INDEXED, BARE = "enqueue_many", "COPY, the same table", "COPY, a table without indexes"


def measure(url: str, rounds: int, count: int) -> Rounds:
    found = Rounds()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS raw_rows (LIKE jobs_job)")
        for _ in range(rounds):
            ours.clear_jobs()
            jobs = ours.make_batch(count, "bench.empty")
            started = time.perf_counter()
            enqueue_many(jobs)
            found.add(OURS, count / (time.perf_counter() - started))
            rows = read_rows(connection)
            for name, table in ((INDEXED, "jobs_job"), (BARE, "raw_rows")):
                ours.clear_jobs()
                connection.execute("TRUNCATE raw_rows")
                found.add(name, count / copy_rows(connection, table, rows))
        connection.execute("DROP TABLE raw_rows")
    ours.clear_jobs()
    return found


def read_rows(connection: psycopg.Connection) -> bytes:
    with connection.cursor().copy("COPY jobs_job TO STDOUT") as copy:
        return b"".join(bytes(part) for part in copy)


def copy_rows(connection: psycopg.Connection, table: str, rows: bytes) -> float:
    started = time.perf_counter()
    with connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
        for start in range(0, len(rows), 1 << 16):
            copy.write(rows[start : start + (1 << 16)])
    return time.perf_counter() - started
