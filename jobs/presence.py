"""A worker's presence in the database: its row, its heartbeat, and the lock that dies with it."""

import os
import socket
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import psutil
from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from jobs import node_identity
from jobs.models import Node, Worker

# The high half of the key of every worker's advisory lock; the low half is the worker's id.
LOCK_CLASS = 0x4A0B5


def lock_key(worker_id: int) -> int:
    return (LOCK_CLASS << 32) | worker_id


def machine_id() -> str:
    """The same for processes that see each other's pids: one boot, one pid namespace."""
    boot_id = Path("/proc/sys/kernel/random/boot_id")
    if not boot_id.exists():
        return socket.gethostname()
    return f"{boot_id.read_text().strip()} {Path('/proc/self/ns/pid').readlink()}"


def process_started(pid: int) -> int:
    """When the process began, in milliseconds; 0 where there is none."""
    try:
        return round(float(psutil.Process(pid).create_time()) * 1000)
    except psutil.Error:
        return 0


def is_process_alive(pid: int, started: int) -> bool:
    """Whether that very process lives: a pid that was given to another does not count, nor a zombie."""
    try:
        process = psutil.Process(pid)
        same = abs(round(process.create_time() * 1000) - started) < 100
        return same and bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


@dataclass(slots=True)
class Presence:
    worker_id: int
    name: str
    _locked: bool = field(default=False)

    def beat(self) -> None:
        """Shows that this worker lives, and takes its lock where an earlier session still had it."""
        if not self._locked:
            self._locked = self._try_lock()
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE jobs_worker SET seen_at = now(), missing_since = NULL, stopped_at = NULL WHERE id = %s",
                [self.worker_id],
            )

    def leave(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE jobs_worker SET stopped_at = now() WHERE id = %s", [self.worker_id]
            )

    def _try_lock(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [lock_key(self.worker_id)])
            return bool(cursor.fetchone()[0])


def arrive(node_id: UUID, *, again: Presence | None) -> Presence:
    """Makes this process known on a new connection: anew, or under its old id after an outage."""
    if again is not None:
        presence = Presence(again.worker_id, again.name)
    else:
        beat_node()  # the sentinel's first beat may have met a database that was away
        worker = Worker.objects.create(
            node_id=node_id,
            host=socket.gethostname(),
            machine=machine_id(),
            pid=os.getpid(),
            pid_started=process_started(os.getpid()),
            threads=settings.WORKER_THREADS,
        )
        presence = Presence(worker.pk, str(worker))
    _notice_death_soon()
    presence.beat()
    return presence


def _notice_death_soon() -> None:
    """A machine that loses its power says nothing: the server asks after it, gives up after eight
    seconds of silence, and releases the locks of its workers. Of no effect on a Unix socket."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SET tcp_keepalives_idle = 4; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 2;"
            " SET tcp_user_timeout = 8000"
        )


def beat_node() -> None:
    """Shows that this node lives; makes it known the first time."""
    Node.objects.update_or_create(
        pk=node_identity.NODE_ID,
        defaults={"seen_at": Now()},
        create_defaults={"host": socket.gethostname(), "pid": node_identity.main_pid},
    )


def mark_node_draining() -> None:
    Node.objects.filter(pk=node_identity.NODE_ID).update(draining_at=Now())


def mark_node_stopped() -> None:
    Node.objects.filter(pk=node_identity.NODE_ID).update(stopped_at=Now())
