"""Doing jobs in this process: the handler's three parts and the real settling, without a node."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from jobs import lifecycle
from jobs.models import Job, Queue
from jobs.performing import Task, perform
from jobs.registry import ClaimedJob, get_handler
from jobs.settling import settle
from jobs.states import WAITING
from tests.jobs.rows import make_worker


def work_off(queue: str = "practice", *, count: int = 100) -> list[Task]:
    """Claims what waits, whenever it is scheduled for, and does it once."""
    hurry(queue)
    jobs, _ = lifecycle.claim(
        Queue.objects.get(name=queue).pk, worker_id=make_worker().pk, count=count
    )
    tasks = [task for kind in {job.kind for job in jobs} for task in load(kind, jobs)]
    for task in tasks:
        task.outcome = perform(task)
    settle(tasks, worker_name="test")
    return tasks


def load(kind: str, jobs: Sequence[ClaimedJob]) -> Iterator[Task]:
    handler, ours = get_handler(kind), [job for job in jobs if job.kind == kind]
    payloads = handler.load(ours)
    return (Task(job=job, handler=handler, payload=payloads[job.id]) for job in ours)


def hurry(queue: str) -> None:
    """Jobs that wait for a time need not wait for it."""
    waiting = Job.objects.filter(queue__name=queue, state__in=WAITING)
    waiting.update(
        state="available", turn=F("id"), scheduled_at=timezone.now() - timedelta(hours=1)
    )
