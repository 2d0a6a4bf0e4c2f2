"""Our own engine's part: rows in, rows out, and how long it took."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import connection

from jobs import control
from jobs.enqueue import NewJob, enqueue, enqueue_many
from jobs.models import Queue
from jobs.states import UNFINISHED

QUEUE = "bench"


def make_queue(name: str = QUEUE, **limits: Any) -> None:
    control.create_queue(name, **limits)


def clear_jobs() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE jobs_attempt, jobs_job RESTART IDENTITY CASCADE")
        cursor.execute("UPDATE jobs_tallymark SET last_id = 0, seen_id = 0")
        cursor.execute("UPDATE jobs_queue SET turn = 0, next_slot_at = 0, starts = '{}'")


def remove_queue(name: str) -> None:
    clear_jobs()
    Queue.objects.filter(name=name).delete()


def fill(
    count: int, kind: str, args: Mapping[str, Any] | None = None, *, queue: str = QUEUE
) -> None:
    enqueue_many(make_batch(count, kind, args, queue=queue))


def make_batch(
    count: int, kind: str, args: Mapping[str, Any] | None = None, *, queue: str = QUEUE
) -> Sequence[NewJob]:
    return [NewJob(kind=kind, queue=queue, args=args or {}) for _ in range(count)]


def latencies(count: int, marks: Path) -> list[float]:
    """Milliseconds from the call that enqueues to the job's first line."""
    marks.unlink(missing_ok=True)
    for _ in range(count):
        args = {"file": str(marks), "sent": time.time()}
        enqueue(NewJob(kind="bench.mark", queue=QUEUE, args=args))
        time.sleep(0.1)
    wait_until_drained()
    return [float(line.split()[1]) for line in marks.read_text().splitlines()]


def wait_until_drained() -> None:
    while has_unfinished():
        time.sleep(0.02)


def has_unfinished() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM jobs_job WHERE state = ANY(%s))", [sorted(UNFINISHED)]
        )
        return bool(cursor.fetchone()[0])


def rate_of_run() -> float:
    """Jobs a second, from the first start to the last end as the attempts tell them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) / extract(epoch FROM max(finished_at) - min(started_at))::float8"
            " FROM jobs_attempt"
        )
        return float(cursor.fetchone()[0])
