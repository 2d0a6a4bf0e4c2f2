"""For the tests of apps that use jobs: do them in the test's own process, see what was enqueued.

    keyword_list = start_list(...)
    assert_enqueued("keywords.search", queue="google")
    assert drain_queue("google") == {"completed": 3}

Jobs go through the real claim, handler and settlement; only the worker process is missing. Rates and
pauses are not looked at. Works within a test's transaction.
"""

import os
import socket
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from jobs import lifecycle, node_identity
from jobs.models import Attempt, Job, Node, Queue, Worker
from jobs.performing import Task, perform
from jobs.registry import ClaimedJob, get_handler
from jobs.settling import settle
from jobs.states import WAITING, State

# A job that enqueues itself would go on for ever.
MOST = 10_000


def drain_queue(name: str, *, also_later: bool = False, most: int = MOST) -> dict[str, int]:
    """Does what waits in the queue, what those jobs enqueue there too, and counts results by name.

    `also_later`: jobs that wait for a time, and retries, are done at once, to their end.
    Raises AssertionError after `most` jobs.
    """
    queue = Queue.objects.get(name=name)
    results: Counter[str] = Counter()
    while True:
        if also_later:
            _hurry(queue)
        lifecycle.stage()
        jobs, _ = lifecycle.claim(queue.pk, worker_id=_worker().pk, count=100)
        if not jobs:
            return dict(results)
        results.update(_do(jobs))
        if sum(results.values()) > most:
            raise AssertionError(f"More than {most} jobs were done, and there are still some.")


def drain_all_queues(*, also_later: bool = False) -> dict[str, int]:
    """As drain_queue, until nothing waits in any of them."""
    results: Counter[str] = Counter()
    while True:
        names = Queue.objects.values_list("name", flat=True)
        done = sum((Counter(drain_queue(n, also_later=also_later)) for n in names), Counter[str]())
        if not done:
            return dict(results)
        results.update(done)


@contextmanager
def inline() -> Iterator[Counter[str]]:
    """Whatever is enqueued within, to start now, is done before the block is left, and what those jobs
    enqueue too: after it the results are there. Yields a count of them by name, filled at the end.

        with inline() as results:
            client.post("/reports/", {...})
        assert results == {"completed": 1}
    """
    results: Counter[str] = Counter()
    newest = Job.objects.aggregate(newest=Max("pk"))["newest"] or 0
    yield results
    while names := _queues_with_due_jobs(newest):
        for name in names:
            results.update(drain_queue(name))


def enqueued(
    kind: str = "", *, queue: str = "", args: Mapping[str, Any] | None = None
) -> QuerySet[Job]:
    """Unfinished jobs of the kind and queue whose arguments contain `args`."""
    wanted = Q()
    if kind:
        wanted &= Q(kind=kind)
    if queue:
        wanted &= Q(queue__name=queue)
    if args:
        wanted &= Q(args__contains=dict(args))
    return Job.objects.unfinished().filter(wanted).order_by("pk")


def assert_enqueued(
    kind: str = "",
    *,
    queue: str = "",
    args: Mapping[str, Any] | None = None,
    count: int | None = None,
) -> Job:
    """At least one, or exactly `count`; returns the newest."""
    jobs = list(enqueued(kind, queue=queue, args=args))
    fits = bool(jobs) if count is None else len(jobs) == count
    if not fits or not jobs:
        waiting = [f"{job.kind} {job.args}" for job in Job.objects.unfinished()[:20]]
        wanted = "at least one" if count is None else str(count)
        raise AssertionError(
            f"{len(jobs)} jobs like {kind or 'any'} {dict(args or {})} are enqueued, not {wanted}."
            f" Unfinished jobs: {waiting}"
        )
    return jobs[-1]


def assert_not_enqueued(
    kind: str = "", *, queue: str = "", args: Mapping[str, Any] | None = None
) -> None:
    jobs = list(enqueued(kind, queue=queue, args=args)[:20])
    if jobs:
        raise AssertionError(f"These are enqueued: {[f'{job.kind} {job.args}' for job in jobs]}")


def _queues_with_due_jobs(after: int) -> list[str]:
    new = Job.objects.filter(pk__gt=after, state=State.AVAILABLE, held_at=None)
    due = new.filter(scheduled_at__lte=timezone.now())
    return list(due.order_by().values_list("queue__name", flat=True).distinct())


def _hurry(queue: Queue) -> None:
    """An hour ago: within a test's transaction the database's clock stands still."""
    later = Job.objects.filter(queue=queue, state__in=WAITING, turn=None)
    later.update(scheduled_at=Now() - timedelta(hours=1))


def _do(jobs: list[ClaimedJob]) -> list[str]:
    tasks = []
    for kind in {job.kind for job in jobs}:
        handler = get_handler(kind)
        of_kind = [job for job in jobs if job.kind == kind]
        payloads = handler.load(of_kind)
        tasks += [
            Task(job=job, handler=handler, payload=payloads[job.id])
            for job in of_kind
            if job.id in payloads
        ]
        lifecycle.cancel(
            [job.id for job in of_kind if job.id not in payloads],
            reason="what it was about is gone",
        )
    for task in tasks:
        task.outcome = perform(task)
    settle(tasks, worker_name="test")
    newest = {attempt.job_id: attempt.result for attempt in _attempts(jobs)}
    return [newest[job.id] for job in jobs]


def _attempts(jobs: list[ClaimedJob]) -> QuerySet[Attempt]:
    return Attempt.objects.filter(job__in=[job.id for job in jobs]).order_by("pk")


def _worker() -> Worker:
    """This process as a worker that nobody counts as alive."""
    node, _ = Node.objects.get_or_create(
        pk=node_identity.NODE_ID,
        defaults={"host": socket.gethostname(), "pid": os.getpid(), "stopped_at": Now()},
    )
    worker, _ = Worker.objects.get_or_create(
        node=node,
        pid=os.getpid(),
        defaults={"host": socket.gethostname(), "machine": "test", "stopped_at": Now()},
    )
    return worker
