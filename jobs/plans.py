"""Statements whose plan must not hang on the planner's statistics.

The statistics of a queue's table are always old. After a quiet hour they say that nothing waits: then
sorting all that waits looks as cheap as walking the index that has it in order, and a hundred thousand
jobs later each claim sorts them all. Without sorts, only the right index is left.
"""

from typing import Any

from django.db import connection

UNSORTED = "SET LOCAL enable_sort = off;"
# A crash of the server may forget what was committed so; a crash of ours may not.
NOT_WAITING_FOR_DISK = "SET LOCAL synchronous_commit = off;"


def fetch_unsorted(sql: str, args: Any, *, durably: bool = True) -> list[tuple[Any, ...]]:
    """All rows of `sql`, in one round trip. The settings end with the transaction: outside of one,
    with these statements."""
    before = UNSORTED if durably else UNSORTED + NOT_WAITING_FOR_DISK
    with connection.cursor() as cursor:
        cursor.execute(before + sql, args)
        while cursor.description is None:
            cursor.nextset()
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
