"""Statements whose plan must not hang on the planner's statistics.

The statistics of a queue's table are always old. After a quiet hour they say that nothing waits: then
sorting all that waits looks as cheap as walking the index that has it in order, and a hundred thousand
jobs later each claim sorts them all. Without sorts, only the right index is left.
"""

from typing import Any

import psycopg
from django.db import connection

UNSORTED = "SET LOCAL enable_sort = off;"
# A crash of the server may forget what was committed so; a crash of ours may not.
NOT_WAITING_FOR_DISK = "SET LOCAL synchronous_commit = off;"


# For a claim that is prepared: with a plan that is made once, under these. They end with the
# transaction: outside of one, with the statement.
CLAIMING = """
SELECT set_config('enable_sort', 'off', true), set_config('synchronous_commit', 'off', true),
    set_config('plan_cache_mode', 'force_generic_plan', true)
"""
# Any number: that it is not None allows statements to be prepared, those that ask for it.
SOMETIMES = 1_000_000


def fetch_unsorted(sql: str, args: Any) -> list[tuple[Any, ...]]:
    """All rows of `sql`, in one round trip. The setting ends with the transaction: outside of one,
    with this statement."""
    with connection.cursor() as cursor:
        cursor.execute(UNSORTED + sql, args)
        while cursor.description is None:
            cursor.nextset()
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def fetch_bound(sql: str, args: Any) -> list[tuple[Any, ...]]:
    """All rows of `sql`, with `args` bound by the server: Django writes them into the text, in Python,
    which for a short statement with many of them costs a third of all. Where the connection has a
    `prepare_threshold`, which says that no pooler hands each transaction to another session, the
    statement is parsed and planned once, which costs as much again."""
    connection.ensure_connection()
    driver = connection.connection
    with connection.wrap_database_errors:
        rows: list[tuple[Any, ...]] = (
            psycopg.Cursor(driver).execute(sql, args, prepare=True).fetchall()
        )
    return rows


def fetch_prepared(sql: str, args: Any) -> list[tuple[Any, ...]]:
    """The same under CLAIMING, in one round trip: a process that has slept pays most for what it does
    seldom. It needs a session of its own: see `claim_session`."""
    driver = connection.connection
    with connection.wrap_database_errors:
        with driver.pipeline():
            psycopg.Cursor(driver).execute(CLAIMING, prepare=True)
            cursor = psycopg.Cursor(driver).execute(sql, args, prepare=True)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def claim_session() -> None:
    """Call it once for each new connection of a process that listens: it has a session of its own."""
    connection.connection.prepare_threshold = SOMETIMES
