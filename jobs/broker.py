"""Our broker for django-q2, and the only module that knows its Broker class.

django-q2 supervises processes; the jobs stay in Postgres. What it is given to carry are *shifts*: tasks
of about a minute in which a worker process works off jobs by itself. A shift that is lost is no loss.
"""

import logging
import os
import time
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone
from django_q.brokers import Broker
from django_q.signing import SignedPackage

from jobs.enqueue import NewJob, enqueue
from jobs.models import Queue
from jobs.packets import PacketQueue
from jobs.presence import beat_node

logger = logging.getLogger(__name__)

NODE_BEAT = 10.0  # less than half of what makes a node count as missing
LOOK_EVERY = 0.05  # seconds between looks whether a worker has taken the shift that lies ready
TASK_QUEUE = "tasks"
TASK_KIND = "django_q.task"


class ShiftBroker(Broker):  # type: ignore[misc]  # django-q2 is not typed
    """Made once in a node's sentinel, and inherited by its children."""

    def __init__(self, list_key: str | None = None) -> None:
        super().__init__(list_key=list_key)
        self.task_queue: PacketQueue | None = None  # the sentinel sets it
        self._beat_at = 0.0

    @staticmethod
    def get_connection(list_key: str | None = None) -> None:
        """None: the connection is Django's."""

    def ping(self) -> bool:
        """In the sentinel, before it forks: an answer, or the node does not start."""
        connection.ensure_connection()
        return True

    def dequeue(self) -> list[tuple[None, str]]:
        """In the pusher: one shift, whenever none lies ready. No acknowledgement is wanted."""
        until = time.monotonic() + 0.5
        while self.task_queue is not None and not self.task_queue.empty():
            if time.monotonic() >= until:
                return []
            time.sleep(LOOK_EVERY)
        return [(None, _shift_package())]

    def enqueue(self, task: str) -> int:
        """async_task and django-q2's schedules: their packages become jobs like any other."""
        Queue.objects.get_or_create(name=TASK_QUEUE)
        args = {"function": _name_function(SignedPackage.loads(task)["func"]), "package": task}
        return enqueue(NewJob(kind=TASK_KIND, queue=TASK_QUEUE, args=args))

    def queue_size(self) -> int:
        return 0

    def info(self) -> str:
        return "Athanor's jobs in PostgreSQL"

    def set_stat(self, key: str, value: str, timeout: int) -> None:
        """In the sentinel, every guard cycle and all through a drain: the node's heartbeat. What
        django-q2 would store in the cache is dropped: our Node and Worker rows say it."""
        if time.monotonic() < self._beat_at:
            return
        self._beat_at = time.monotonic() + NODE_BEAT
        try:
            beat_node()
        except DatabaseError:
            connection.close()  # a new one at the next beat
            raise


def _name_function(func: Any) -> str:
    """For operators: nobody can read a package."""
    return f"{func.__module__}.{func.__qualname__}" if callable(func) else str(func)


def _shift_package() -> str:
    number = uuid4().hex
    task: dict[str, Any] = {
        "id": number,
        "name": f"shift {number[:8]} from {os.getpid()}",
        "func": "jobs.shift.work",
        "args": (),
        "kwargs": {},
        "started": timezone.now(),
        "save": False,
        "timeout": settings.Q_CLUSTER["timeout"],
    }
    package: str = SignedPackage.dumps(task)
    return package
