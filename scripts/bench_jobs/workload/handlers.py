"""Jobs that do nothing, wait, or tell when they began."""

import time
from pathlib import Path
from typing import ClassVar

from jobs.outcomes import Done, Outcome
from jobs.registry import BaseHandler, ClaimedJob, Context, handler


@handler
class EmptyHandler(BaseHandler):
    kind: ClassVar[str] = "bench.empty"

    def perform(self, payload: ClaimedJob, context: Context) -> Outcome:
        return Done()


@handler
class SleepHandler(BaseHandler):
    """args: seconds. Stands for a request: the thread waits, and the processor is free."""

    kind: ClassVar[str] = "bench.sleep"

    def perform(self, payload: ClaimedJob, context: Context) -> Outcome:
        time.sleep(payload.args["seconds"])
        return Done()


@handler
class MarkHandler(BaseHandler):
    """args: file. Appends the time at which it runs, in one write."""

    kind: ClassVar[str] = "bench.mark"

    def perform(self, payload: ClaimedJob, context: Context) -> Outcome:
        context.started()
        now = time.time()
        with Path(payload.args["file"]).open("a") as file:
            file.write(f"{now!r}\n")
        return Done()
