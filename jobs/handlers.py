"""The kind of job that django-q2's own async_task and schedules become."""

import pydoc
from collections.abc import Sequence
from typing import Any, ClassVar

from django_q.signing import SignedPackage

from jobs.models import Job
from jobs.outcomes import Done, Outcome
from jobs.registry import BaseHandler, ClaimedJob, Context, handler
from jobs.retry import RetryPolicy
from jobs.subjects import Subject, Subjects, register_subjects


def describe_packages(jobs: Sequence[Job]) -> dict[int, list[Subject]]:
    """The function that is called. Those enqueued by earlier versions do not tell it."""
    names = {job.pk: job.args.get("function") for job in jobs}
    return {pk: [Subject("function", name)] for pk, name in names.items() if name}


register_subjects("django_q.task", Subjects(describe=describe_packages))


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
