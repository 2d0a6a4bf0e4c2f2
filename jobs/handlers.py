"""The kind of job that django-q2's own async_task and schedules become."""

import pydoc
from typing import Any, ClassVar

from django_q.signing import SignedPackage

from jobs.outcomes import Done, Outcome
from jobs.registry import BaseHandler, ClaimedJob, Context, handler
from jobs.retry import RetryPolicy


@handler
class PackageHandler(BaseHandler):
    """Calls the function of a package. In the main thread, since it may use the database."""

    kind: ClassVar[str] = "django_q.task"
    in_main_thread: ClassVar[bool] = True
    retry: ClassVar[RetryPolicy] = RetryPolicy(max_attempts=5)

    def perform(self, payload: ClaimedJob, context: Context) -> Outcome:
        task: dict[str, Any] = SignedPackage.loads(payload.args["package"])
        func = task["func"] if callable(task["func"]) else pydoc.locate(task["func"])
        if not callable(func):
            raise ValueError(f"There is no function {task['func']}.")
        return Done(facts={"result": repr(func(*task["args"], **task["kwargs"]))[:1000]})
