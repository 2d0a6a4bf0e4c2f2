"""Waking the workers: one NOTIFY per transaction, however many jobs it holds."""

from django.db import connection

WAKE_CHANNEL = "jobs_wake"
CANCEL_CHANNEL = "jobs_cancel"


def notify_workers(queue_id: int | None = None) -> None:
    """Sent by Postgres when the transaction commits; equal ones of a transaction are sent once. The
    queue, where all that is new waits in one: a worker with nothing to do begins there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [WAKE_CHANNEL, str(queue_id or "")])


def notify_cancelled() -> None:
    """Tells the workers to look whether a job of theirs was cancelled."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CANCEL_CHANNEL])
