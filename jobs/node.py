"""django-q2's cluster as our node: all that we change of its classes, each change with its reason.

- Event, Value and Queue of django-q2 hold locks. A process that is killed with one leaves a node that
  looks alive and does nothing: ours hold none.
- SIGTERM to the whole process group would kill sentinel and workers at once and leave the main process
  waiting for ever. Here every process that gets it drains, however it is signalled.
- Death of the main process or of the sentinel is noticed by nobody. Here the kernel tells the children.
- django-q2 waits for its workers without limit. Here a drain has a deadline.
"""

import ctypes
import gc
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import nullcontext
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import RawValue
from types import FrameType
from typing import Any

import django_q.cluster
from django.conf import settings
from django.db import connections
from django_q.worker import worker

from jobs import log_context, node_identity, registry, shift
from jobs.flags import SharedFlag, draining
from jobs.packets import LONGEST_WAIT, PacketQueue
from jobs.presence import mark_node_draining, mark_node_stopped

logger = logging.getLogger(__name__)

PR_SET_PDEATHSIG = 1


class LockFreeValue:
    """A number in shared memory. Two who write at once may lose one step of a countdown: no harm."""

    def __init__(self, _typecode: str, value: float) -> None:
        self._raw = RawValue("d", value)

    @property
    def value(self) -> float:
        return float(self._raw.value)

    @value.setter
    def value(self, value: float) -> None:
        self._raw.value = value

    def get_lock(self) -> nullcontext[None]:
        return nullcontext()


def die_with_parent(parent_pid: int, with_signal: int) -> None:
    """Asks the kernel to send us a signal when our parent dies, however it dies. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, with_signal)
    if os.getppid() != parent_pid:  # it died before we asked
        os.kill(os.getpid(), with_signal)


class NodeSentinel(django_q.cluster.Sentinel):  # type: ignore[misc]  # django-q2 is not typed
    """Keeps the workers alive, and drains them in a bounded time."""

    def start(self) -> None:
        signal.signal(signal.SIGTERM, self._drain_on_signal)
        # Not our parent as we find it: it may have died since it forked us.
        die_with_parent(node_identity.main_pid, signal.SIGTERM)
        self.broker.task_queue = self.task_queue
        super().start()

    def _drain_on_signal(self, _signum: int, _frame: FrameType | None) -> None:
        self.stop_event.set()

    def spawn_process(self, target: Callable[..., None], *args: Any) -> BaseProcess:
        ending = signal.SIGTERM if target is worker else signal.SIGKILL
        process: BaseProcess = django_q.cluster.get_mp_context().Process(
            target=_run_child, args=(os.getpid(), ending, target, args), daemon=True
        )
        if target is worker:
            process.timer = args[2]  # type: ignore[attr-defined]  # as django-q2 keeps it
            self.pool.append(process)
        process.start()
        return process

    def reincarnate(self, process: BaseProcess) -> None:
        if process in self.pool and process.timer.value == 0:  # type: ignore[attr-defined]
            _kill(process)  # it drains on SIGTERM: a stuck one would do so for ever
        super().reincarnate(process)

    def stop(self) -> None:
        draining.set()
        _try(mark_node_draining)
        for process in list(self.pool):
            _signal(process, signal.SIGTERM)  # wakes it
        threading.Thread(target=self._enforce_deadline, daemon=True).start()
        super().stop()
        _try(mark_node_stopped)

    def _enforce_deadline(self) -> None:
        """What has not ended by then is killed: its jobs are rescued by whoever comes next."""
        time.sleep(settings.DRAIN_SECONDS)
        for process in [*self.pool, self.pusher, self.monitor]:
            if process.is_alive():
                logger.error("process %s did not end in %d s", process.pid, settings.DRAIN_SECONDS)
                _kill(process)


class NodeCluster(django_q.cluster.Cluster):  # type: ignore[misc]
    """The main process: starts the sentinel, passes the wish to stop on, and tells how it ended."""

    def sig_handler(self, signum: int, frame: FrameType | None) -> None:
        """Only sets the flag: waiting is done in `wait`, outside of the signal handler."""
        if self.stop_event is not None:
            self.stop_event.set()

    def wait(self) -> int:
        """Until the node has ended; the exit code. A sentinel that died unasked is an error: its
        workers drain by themselves, and the service manager starts a new node."""
        while self.sentinel.is_alive():
            self.sentinel.join(LONGEST_WAIT)
        asked = self.stop_event is not None and self.stop_event.is_set()
        return 0 if asked and self.sentinel.exitcode == 0 else 1


def run_node() -> int:
    """Starts a node in this process and stays until it ends. Returns the exit code."""
    django_q.cluster.Sentinel = NodeSentinel
    django_q.cluster.Event = SharedFlag
    django_q.cluster.Value = LockFreeValue
    django_q.cluster.Queue = PacketQueue
    node_identity.main_pid = os.getpid()
    log_context.process_facts["node"] = f"{socket.gethostname()}:{os.getpid()}"
    logger.info("the node starts", extra={"kinds": registry.known_kinds()})
    registry.prepare_handlers()
    connections.close_all()
    # What is loaded by now stays: collections in the workers need not walk it, and so leave the
    # memory alone that they share with this process.
    gc.collect()
    gc.freeze()
    cluster = NodeCluster()
    try:
        cluster.start()
    except RuntimeError:
        return 1
    return cluster.wait()


_sentinel_pid = 0  # in the sentinel's children


def _run_child(parent_pid: int, ending: int, target: Callable[..., None], args: Any) -> None:
    """In a new process of the node. Only workers heed SIGTERM, and they by draining."""
    global _sentinel_pid  # noqa: PLW0603
    _sentinel_pid = parent_pid
    signal.signal(signal.SIGTERM, _drain_worker if target is worker else signal.SIG_IGN)
    die_with_parent(parent_pid, ending)
    target(*args)


def _drain_worker(_signum: int, _frame: FrameType | None) -> None:
    """The signal itself ends a shift's sleep; the flag ends the shift."""
    draining.set()
    threading.Thread(target=_leave_when_orphaned, daemon=True).start()


def _leave_when_orphaned() -> None:
    """Without a sentinel nobody sends the word to stop: the process ends after its shift by itself."""
    until = time.monotonic() + settings.DRAIN_SECONDS
    while os.getppid() == _sentinel_pid or (shift.is_working() and time.monotonic() < until):
        time.sleep(0.1)
    os._exit(0)


def _signal(process: BaseProcess, number: int) -> None:
    if process.pid is not None and process.is_alive():
        os.kill(process.pid, number)


def _kill(process: BaseProcess) -> None:
    _signal(process, signal.SIGKILL)


def _try(action: Callable[[], None]) -> None:
    """A drain goes on without the database."""
    try:
        action()
    except Exception as error:
        logger.warning("could not tell the database: %s", str(error).strip())
