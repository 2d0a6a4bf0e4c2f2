"""Chores of the cluster: rescuing the jobs of dead workers, pruning history.

One worker process of a node looks after them at a time, and one of all nodes does each round.
"""

import logging
import os
import random
import signal
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing.sharedctypes import RawValue

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from jobs import chores, lifecycle, scheduling
from jobs.models import Job, Node, Worker
from jobs.presence import LOCK_CLASS, is_process_alive, machine_id
from jobs.states import State

logger = logging.getLogger(__name__)

EVERY = 3.0  # seconds between rounds of one node
CHORES_EVERY = 6.0
# Seconds by which the processes of a node wake one after the other: the first does the round.
STAGGER = 0.02
# How long a worker's lock must be free before somebody on another machine believes that it is dead:
# after a restart of the database every worker needs a moment to come back.
MISSING_FOR = timedelta(seconds=5)
# A worker that holds its lock and has not moved for so long is stuck.
STUCK_AFTER = timedelta(seconds=90)
PRUNE_EVERY = 60.0
PRUNE_CHUNK = 500
# At most so long (seconds) in one round: the worker that prunes has jobs of its own to look after.
PRUNE_SECONDS = 0.5
KEEP_DAYS: dict[str, float] = {"completed": 7, "cancelled": 7, "discarded": 30}
KEEP_WORKERS = timedelta(days=1)
ROUND_LOCK = (LOCK_CLASS << 32) - 1

# Monotonic time of the next round, shared by the processes of a node.
_next_round = RawValue("d", 0.0)
_next_prune = RawValue("d", 0.0)
_next_chores = RawValue("d", 0.0)


@dataclass(frozen=True, slots=True)
class Suspect:
    """A worker that should be alive, as one look found it."""

    worker: Worker
    has_lock: bool


def next_at() -> float:
    return float(_next_round.value) + os.getpid() % 10 * STAGGER


def is_due() -> bool:
    return time.monotonic() >= next_at()


def run(node_id: object) -> None:
    """One round, unless another node is at it."""
    _next_round.value = time.monotonic() + EVERY * random.uniform(0.9, 1.1)  # noqa: S311
    with transaction.atomic():  # one, since an idle node shall cost less than one a second
        found = _look_at_workers()
        is_schedule_due = scheduling.has_due()
    _rescue(*found)
    if is_schedule_due:
        chores.SCHEDULES.run_if_due()
    if time.monotonic() >= _next_prune.value:
        there_may_be_more = prune() >= PRUNE_CHUNK
        _next_prune.value = time.monotonic() + (0 if there_may_be_more else PRUNE_EVERY)
    if time.monotonic() >= _next_chores.value:
        _next_chores.value = time.monotonic() + CHORES_EVERY - EVERY / 2
        chores.run_due()


def rescue_orphans() -> int:
    """Gives back the jobs of workers that died, and of those that nobody knows any more.

    A living worker's jobs are never touched: its session holds its lock. Time alone rescues nothing.
    """
    return _rescue(*_look_at_workers())


def _rescue(workers: list[Suspect], strays: list[int]) -> int:
    suspects = [s for s in workers if not s.has_lock or _is_stuck(s)]
    if not suspects and not strays:
        return 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ROUND_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        dead = [s.worker.pk for s in suspects if _is_dead(s)]
        rescued = lifecycle.rescue([*dead, *strays])
        Worker.objects.filter(pk__in=dead).update(stopped_at=timezone.now())
    if rescued:
        logger.warning("%d jobs of dead workers will run again", rescued, extra={"workers": dead})
    return rescued


def _look_at_workers() -> tuple[list[Suspect], list[int]]:
    """The workers that should be alive, and the ids of those that have running jobs and are gone."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK_AT_WORKERS, [LOCK_CLASS])
        rows = cursor.fetchall()
    names = ("id", "machine", "pid", "pid_started", "seen_at", "missing_since")
    known = [row for row in rows if row[1] is not None]
    suspects = [Suspect(Worker(**dict(zip(names, row[:6], strict=True))), row[6]) for row in known]
    return suspects, [row[0] for row in rows if row[1] is None]


def _is_stuck(suspect: Suspect) -> bool:
    return timezone.now() - suspect.worker.seen_at > STUCK_AFTER


def _is_dead(suspect: Suspect) -> bool:
    """On its own machine a process is dead when it is gone. One that lives and has lost its lock is
    about to connect again, however long that takes; one that hangs is killed first."""
    worker = suspect.worker
    if worker.machine == machine_id():
        is_alive = is_process_alive(worker.pid, worker.pid_started)
        if is_alive and _is_stuck(suspect):
            _kill_stuck(worker)
        return not is_alive
    if suspect.has_lock:
        return False
    if worker.missing_since is None:
        Worker.objects.filter(pk=worker.pk).update(missing_since=timezone.now())
        return False
    return timezone.now() - worker.missing_since > MISSING_FOR


def _kill_stuck(worker: Worker) -> None:
    """Ends a process of this machine whose main thread hangs; its node starts another."""
    if worker.pid != os.getpid():
        logger.critical("worker %s has not moved for %s: killing it", worker.pid, STUCK_AFTER)
        os.kill(worker.pid, signal.SIGKILL)


def prune(now: datetime | None = None) -> int:
    """Deletes finished jobs that are older than their state is kept, in small batches, each of its
    own transaction. Rows that somebody uses, and what the time does not suffice for, are left to the
    next round. Returns how many."""
    now = now or timezone.now()
    until = time.monotonic() + PRUNE_SECONDS
    deleted = sum(_prune_state(State(state), now - keep, until) for state, keep in retention())
    Worker.objects.filter(stopped_at__lt=now - KEEP_WORKERS).delete()
    Node.objects.filter(seen_at__lt=now - KEEP_WORKERS, workers=None).delete()
    return deleted


def retention() -> Iterable[tuple[str, timedelta]]:
    """The setting JOBS_KEEP_DAYS: days by state, over the defaults."""
    days = KEEP_DAYS | getattr(settings, "JOBS_KEEP_DAYS", {})
    return [(state, timedelta(days=days[state])) for state in days]


def _prune_state(state: State, before: datetime, until: float) -> int:
    deleted = 0
    while time.monotonic() < until:
        with transaction.atomic():
            old = Job.objects.filter(state=state, finished_at__lt=before).order_by("finished_at")
            unused = old.select_for_update(skip_locked=True).values_list("pk", flat=True)
            ids = list(unused[:PRUNE_CHUNK])
            Job.objects.filter(pk__in=ids).delete()
        deleted += len(ids)
        if len(ids) < PRUNE_CHUNK:
            break
    return deleted


LOOK_AT_WORKERS = """
SELECT w.id, w.machine, w.pid, w.pid_started, w.seen_at, w.missing_since, EXISTS (
    SELECT 1 FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND l.classid = %s AND l.objid = w.id AND l.objsubid = 1)
FROM jobs_worker w WHERE w.stopped_at IS NULL
UNION ALL
SELECT DISTINCT j.worker_id, NULL, NULL::int, NULL::bigint, NULL::timestamptz, NULL::timestamptz, false
FROM jobs_job j
LEFT JOIN jobs_worker w ON w.id = j.worker_id AND w.stopped_at IS NULL
WHERE j.state = 'running' AND w.id IS NULL
"""
