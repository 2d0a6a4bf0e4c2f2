"""Doing one job in a thread: no database here, and every way it can end is an Outcome."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from jobs.log_context import about_job
from jobs.outcomes import Cancel, Fail, JobCancelled, Outcome, fail_of
from jobs.registry import ClaimedJob, Handler
from jobs.slots import TimedSlot

logger = logging.getLogger(__name__)


class SlotMissed(BaseException):
    """Raised where a job begins, when it is too late for it. Not an Exception, so that no
    `except Exception` of a handler swallows it."""


class JobContext:
    """Tells a job to stop: because it was cancelled, or because its time is up."""

    __slots__ = ("_must_stop_at", "_waker", "is_cancelled", "started")

    def __init__(self, deadline: float, started: Callable[[], None]) -> None:
        self.started = started
        self.is_cancelled = False
        self._must_stop_at = time.monotonic() + deadline
        self._waker: threading.Event | None = None  # made by the first wait: few jobs wait

    def cancel(self) -> None:
        self.is_cancelled = True
        if self._waker is not None:
            self._waker.set()

    def overdue_for(self) -> float:
        """Seconds since the job should have ended; negative while it has time."""
        return time.monotonic() - self._must_stop_at

    def check(self) -> None:
        if self.is_cancelled or self.overdue_for() >= 0:
            raise JobCancelled

    def wait(self, seconds: float) -> None:
        """Sleeps, and raises JobCancelled as soon as the job should stop."""
        if seconds <= 0:
            return
        self._waker = threading.Event()
        # Looked at after the waker is there: a cancel before it is seen here, a later one wakes it.
        if self.is_cancelled or self._waker.wait(seconds):
            raise JobCancelled


@dataclass(slots=True, eq=False)
class Task:
    """A claimed job on its way through this process."""

    job: ClaimedJob
    handler: Handler
    payload: Any
    slot: TimedSlot | None = None  # None without a rate
    ready_late: float = 0.0  # seconds after its slot at which a thread was ready
    late: float = 0.0  # and at which it really began, or would have
    began: Callable[["Task"], None] | None = None  # told when it begins, in its thread
    context: JobContext = field(init=False)
    outcome: Outcome | None = None
    _has_begun: bool = False

    def __post_init__(self) -> None:
        self.context = JobContext(self.handler.deadline + self.delay, self.note_start)

    @property
    def delay(self) -> float:
        """Seconds until it may begin."""
        return max(self.slot.begins_at - time.monotonic(), 0.0) if self.slot else 0.0

    @property
    def must_be_told(self) -> bool:
        """It began so late that slots have to move."""
        return self.slot is not None and self.late > self.slot.slot.rate.lateness

    def wait_for_slot(self) -> None:
        if self.slot is not None:
            self.ready_late = self.slot.lateness()
            self.context.wait(self.delay)

    def note_start(self) -> None:
        """What the rate counts begins now: says by how much it missed its slot. Raises SlotMissed
        where it must not begin any more."""
        if self.slot is None or self._has_begun:
            return
        self._has_begun = True
        self.late = self.slot.lateness()
        if self.slot.is_missed(self.late):
            raise SlotMissed
        if self.began is not None:
            self.began(self)


def perform(task: Task) -> Outcome | None:
    """Whatever the handler does, this returns an Outcome; None where the job did not begin, since
    it had missed its slot."""
    try:
        task.wait_for_slot()
        with about_job(
            job_id=task.job.id,
            job_kind=task.job.kind,
            attempt=task.job.attempt,
            batch=task.job.batch_id,
        ):
            outcome = task.handler.perform(task.payload, task.context)
    except SlotMissed:
        return None
    except JobCancelled:
        return _stopped(task)
    except Exception as error:
        logger.exception("job failed", extra={"job_id": task.job.id, "job_kind": task.job.kind})
        return fail_of(error)
    return outcome


def _stopped(task: Task) -> Outcome:
    if task.context.is_cancelled:
        return Cancel(reason="cancelled while it ran")
    return Fail(
        error="DeadlineExceeded", message=f"took longer than {task.handler.deadline:g} seconds"
    )
