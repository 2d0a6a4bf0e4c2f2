"""Waking the workers: one NOTIFY per transaction, however many jobs it holds."""

from django.db import connection

WAKE_CHANNEL = "jobs_wake"
CANCEL_CHANNEL = "jobs_cancel"


def notify_workers() -> None:
    """Sent by Postgres when the transaction commits; equal ones of a transaction are sent once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [WAKE_CHANNEL])


def notify_cancelled() -> None:
    """Tells the workers to look whether a job of theirs was cancelled."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CANCEL_CHANNEL])
