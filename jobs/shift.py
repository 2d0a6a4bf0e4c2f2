"""What a django-q2 worker executes: one shift of this process."""

import os
import time

from django.conf import settings

from jobs import node_identity
from jobs.flags import draining
from jobs.worker import WorkerOptions, WorkerProcess

SHIFT_SECONDS = 60.0

_process: WorkerProcess | None = None
_working = False


def work() -> None:
    """Works off jobs for about a minute, or until the node drains."""
    global _working  # noqa: PLW0603
    process = worker_process()
    _working = True
    process.work(until=time.monotonic() + SHIFT_SECONDS)
    _working = False
    if draining.is_set() or process.is_stuck:
        process.leave()
    if process.is_stuck:
        os._exit(1)  # a thread holds on to its job; the sentinel forks another worker


def is_working() -> bool:
    """Whether this process is in a shift."""
    return _working


def worker_process() -> WorkerProcess:
    """The one of this process, made at its first shift and kept through all of them."""
    global _process  # noqa: PLW0603 - django-q2 gives a worker no place of its own
    if _process is None:
        _process = WorkerProcess(
            WorkerOptions(
                threads=settings.WORKER_THREADS,
                node_id=node_identity.NODE_ID,
                only_queues=node_identity.only_queues,
            )
        )
    return _process
