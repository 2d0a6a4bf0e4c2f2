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
    """args: file, and when it was sent. Appends when it runs, and milliseconds since then."""

    kind: ClassVar[str] = "bench.mark"

    def perform(self, payload: ClaimedJob, context: Context) -> Outcome:
        context.started()
        now = time.time()
        waited = (now - payload.args.get("sent", now)) * 1000
        with Path(payload.args["file"]).open("a") as file:
            file.write(f"{now!r} {waited!r}\n")
        return Done()
