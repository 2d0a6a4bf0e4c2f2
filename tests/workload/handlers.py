"""Jobs that do what their args say."""

import os
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar

from jobs.enqueue import NewJob
from jobs.outcomes import Cancel, Done, Fail, Outcome, Snooze
from jobs.registry import BaseHandler, ClaimedJob, Context, Settled, handler
from jobs.retry import RetryPolicy
from jobs.states import FINISHED
from jobs.unique import enqueue_unique
from tests.workload.models import Start


@handler
class WorkHandler(BaseHandler):
    """args: late (seconds it needs before it can begin, the first time in a process), seconds
    (sleep), fail (times), stubborn (ignores being told to stop), poison (cannot be
    saved), cancel, snooze (until that Unix time), asks (for an empty job of that unique key)."""

    kind: ClassVar[str] = "test.work"
    retry: ClassVar[RetryPolicy] = RetryPolicy(max_attempts=5, base=0.05, cap=0.2)
    deadline: ClassVar[float] = 30.0

    def __init__(self) -> None:
        self._were_late: set[int] = set()

    def perform(self, payload: ClaimedJob, context: Context) -> Outcome:
        if "late" in payload.args and payload.id not in self._were_late:
            self._were_late.add(payload.id)
            time.sleep(payload.args["late"])
        context.started()
        started, args = time.time(), payload.args
        self._sleep(args.get("seconds", 0.0), None if args.get("stubborn") else context)
        if payload.attempt <= args.get("fail", 0):
            return Fail(error="Wanted", message=f"failed as wanted in attempt {payload.attempt}")
        if started < args.get("snooze", 0):
            return Snooze(until=datetime.fromtimestamp(args["snooze"], UTC), reason="as wanted")
        if args.get("cancel"):
            return Cancel(reason="as wanted")
        if args.get("raise"):
            raise ValueError(args["raise"])
        return Done(value=(started, time.time(), "x" if args.get("poison") else os.getpid()))

    def save(self, settled: Sequence[Settled]) -> None:
        Start.objects.bulk_create(
            Start(
                job_id=s.job.id,
                attempt=s.job.attempt,
                started=s.outcome.value[0],
                ended=s.outcome.value[1],
                pid=s.outcome.value[2],
            )
            for s in settled
            if isinstance(s.outcome, Done)
        )

        for key in {s.job.args["asks"] for s in settled if "asks" in s.job.args}:
            enqueue_unique(
                NewJob(kind=EmptyHandler.kind, queue="asked"), key=key, finished=FINISHED
            )

    def _sleep(self, seconds: float, context: Context | None) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if context is not None:
                context.check()
            time.sleep(min(left, 0.05))


@handler
class EmptyHandler(BaseHandler):
    """Does nothing, as fast as it can."""

    kind: ClassVar[str] = "test.empty"

    def perform(self, payload: ClaimedJob, context: Context) -> Outcome:
        return Done()
