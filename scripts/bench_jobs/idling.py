"""Transactions a second that a node without work costs the server."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager

import psycopg

COUNT = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = %s"
SETTLING = 12  # seconds: starting is not idling, and statistics come late


def measure(
    admin_url: str, database: str, working: AbstractContextManager[object], seconds: float
) -> float:
    """`admin_url`: another database of the server, so that the asking does not count."""
    with working, psycopg.connect(admin_url, autocommit=True) as connection:

        def count() -> int:
            row = connection.execute(COUNT, [database]).fetchone()
            return int(row[0]) if row else 0

        # The server's own housekeeping counts as transactions of the database too.
        connection.execute("ALTER SYSTEM SET autovacuum = off")
        connection.execute("SELECT pg_reload_conf()")
        try:
            time.sleep(SETTLING)
            return rate(count, seconds)
        finally:
            connection.execute("ALTER SYSTEM RESET autovacuum")
            connection.execute("SELECT pg_reload_conf()")


def rate(count: Callable[[], int], seconds: float) -> float:
    before, started = count(), time.monotonic()
    time.sleep(seconds)
    return (count() - before) / (time.monotonic() - started)
