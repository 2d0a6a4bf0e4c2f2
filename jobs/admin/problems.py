"""What is wrong now, each in a sentence, the worst first."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.text import capfirst

from jobs import stats
from jobs.admin import cells
from jobs.models import Queue, Worker
from jobs.presence_state import LOST, name_worker_state
from jobs.stats import Depth, Rate
from jobs.tallies import Counts

# A queue that is open and has jobs should end one in this time.
QUIET_FOR = timedelta(minutes=5)
# Of the last hour's attempts; fewer than these say little.
FAILING_SHARE, FAILING_FROM = 0.25, 20


@dataclass(frozen=True, slots=True)
class Problem:
    """`level`: "bad" or "warn"."""

    level: str
    sentence: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    now: datetime
    queues: list[Queue]
    depths: Mapping[int, Depth]
    oldest: Mapping[int, datetime]
    rates: Mapping[int, Rate]
    workers: list[Worker]
    living_nodes: int
    last_hour: list[Counts]

    @property
    def waiting(self) -> int:
        return sum(depth.waiting for depth in self.depths.values())


Finder = Callable[[Situation], Iterable[Problem]]
_finders: list[Finder] = []


def register_finder(finder: Finder) -> None:
    """For what other apps know to be wrong."""
    _finders.append(finder)


def find_problems(situation: Situation) -> list[Problem]:
    found = [
        *_missing_workers(situation),
        *_lost_workers(situation),
        *_closed_queues(situation),
        *_quiet_queues(situation),
        *_failing_queues(situation),
        *(problem for find in _finders for problem in find(situation)),
    ]
    return sorted(found, key=lambda problem: problem.level != "bad")


def _missing_workers(situation: Situation) -> Iterator[Problem]:
    if situation.living_nodes:
        return
    yield Problem(
        "bad" if situation.waiting else "warn",
        f"No worker node is alive, so nothing runs; {_tell_waiting(situation.waiting)}. Start one with “manage.py qcluster”.",
        reverse("admin:jobs_node_changelist"),
    )


def _lost_workers(situation: Situation) -> Iterator[Problem]:
    for worker in situation.workers:
        state = name_worker_state(worker, situation.now)
        if state in LOST:
            silent = cells.show_span(situation.now - worker.seen_at)
            yield Problem(
                "bad",
                f"Worker {worker} is {state}: last seen {silent} ago.",
                reverse("admin:jobs_worker_change", args=[worker.pk]),
            )


def _closed_queues(situation: Situation) -> Iterator[Problem]:
    for queue in situation.queues:
        why = cells.explain_queue_state(queue, situation.now)
        if why:
            waiting = situation.depths.get(queue.pk, Depth()).waiting
            level = "bad" if queue.is_paused(situation.now) and waiting else "warn"
            waits = str(capfirst(_tell_waiting(waiting)))
            sentence = f"{queue.name} is closed, {why.rstrip('.')}. {waits}."
            yield Problem(level, sentence, _url(queue))


def _quiet_queues(situation: Situation) -> Iterator[Problem]:
    for queue in situation.queues:
        depth = situation.depths.get(queue.pk, Depth())
        waits_since = situation.oldest.get(queue.pk)
        if (
            waits_since is None
            or situation.now - waits_since < QUIET_FOR
            or cells.explain_queue_state(queue, situation.now)
            or situation.rates.get(queue.pk, Rate()).jobs
            or depth.running
            or not situation.living_nodes
        ):
            continue
        waited = cells.show_span(situation.now - waits_since)
        yield Problem(
            "bad",
            f"{queue.name} is open, and nothing of it runs: {_tell_waiting(depth.available)}, the oldest for {waited}.",
            _url(queue),
        )


def _failing_queues(situation: Situation) -> Iterator[Problem]:
    for queue in situation.queues:
        results = stats.merge(c for c in situation.last_hour if c.queue_id == queue.pk)
        tried = sum(results.get(result, 0) for result in ("completed", *stats.FAILURES))
        failed = sum(results.get(result, 0) for result in stats.FAILURES)
        if tried >= FAILING_FROM and failed / tried >= FAILING_SHARE:
            yield Problem(
                "warn",
                f"{queue.name}: {failed:,} of {tried:,} attempts failed in the last hour.",
                _url(queue),
            )


def _tell_waiting(count: int) -> str:
    if not count:
        return "nothing waits"
    return f"{cells.show_jobs(count)} {'waits' if count == 1 else 'wait'}"


def _url(queue: Queue) -> str:
    return reverse("admin:jobs_queue_change", args=[queue.pk])
