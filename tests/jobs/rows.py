"""Rows for tests of the queue, with sensible defaults."""

from typing import Any
from uuid import uuid4

from jobs import control, lifecycle
from jobs.enqueue import NewJob, enqueue_many
from jobs.models import Job, Node, Queue, Worker
from jobs.registry import ClaimedJob


def make_queue(name: str = "work", **limits: Any) -> Queue:
    return control.create_queue(name, **limits)


def make_jobs(count: int = 1, *, queue: str = "work", **fields: Any) -> list[int]:
    make_queue(queue)
    return enqueue_many([NewJob(kind="test.work", queue=queue, **fields) for _ in range(count)])


def make_worker(**fields: Any) -> Worker:
    node, _ = Node.objects.get_or_create(host="host", pid=1, defaults={"id": uuid4()})
    return Worker.objects.create(
        **{"node": node, "host": "host", "machine": "elsewhere", "pid": 1} | fields
    )


def claim(count: int = 1, *, queue: str = "work", worker: Worker | None = None) -> list[ClaimedJob]:
    worker = worker or make_worker()
    jobs, _ = lifecycle.claim(Queue.objects.get(name=queue).pk, worker_id=worker.pk, count=count)
    return jobs


def state_of(job_id: int) -> str:
    return Job.objects.get(pk=job_id).state
