"""What goes on in the queues: each answer is one query whose cost does not grow with the history."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from jobs import tallies
from jobs.models import Attempt, Job, Node, Queue, Worker
from jobs.presence_state import NODE_MISSING_AFTER
from jobs.states import State
from jobs.tallies import RUN_BOUNDS, WAIT_BOUNDS, Counts, Span

# Depths are counted to here and no further.
DEPTH_LIMIT = 100_000
RATE_MINUTES = 5
LEAST_BUSY = 5.0  # seconds: a minute that has just begun tells little
# Attempts that ended their jobs.
FINAL = ("completed", "discarded", "cancelled")
FAILURES = tuple(map(str, Attempt.FAILURES))


@dataclass(frozen=True, slots=True)
class Depth:
    """Unfinished jobs of a queue, each number at most DEPTH_LIMIT + 1. `scheduled`: their time has
    not come; retryable and held ones are counted apart."""

    available: int = 0
    scheduled: int = 0
    retryable: int = 0
    running: int = 0
    held: int = 0

    @property
    def waiting(self) -> int:
        return self.available + self.retryable


@dataclass(frozen=True, slots=True)
class Rate:
    """Jobs that ended in the last minutes, and in how many seconds. `busy`: of those seconds, from the
    first minute in which one ended to the last, so that idle time before and after does not count.
    `attempts`: of those jobs and of others that will be tried again, each of which took a slot of the
    queue's rate."""

    jobs: int = 0
    seconds: float = RATE_MINUTES * 60.0
    busy: float = RATE_MINUTES * 60.0
    attempts: int = 0

    @property
    def per_minute(self) -> float:
        return self.jobs * 60 / self.seconds

    @property
    def per_busy_minute(self) -> float:
        """What the queue does while it has something to do."""
        return self.jobs * 60 / self.busy

    def at_most(self, per_second: float | None) -> "Rate":
        """What is to be expected of a queue that may do so much, None for as much as it can: it may have been
        faster until now, by a burst or under another limit."""
        if per_second is None or self.jobs <= per_second * self.busy:
            return self
        return replace(self, busy=self.jobs / per_second)

    def seconds_for(self, jobs: int) -> float | None:
        """How long so many jobs take at this rate; None where nothing has ended lately."""
        return self.seconds * jobs / self.jobs if self.jobs else None


@dataclass(frozen=True, slots=True)
class Slots:
    """Jobs that all living workers perform, and could perform, at once."""

    used: int
    total: int


@dataclass(frozen=True, slots=True)
class FailureGroup:
    queue: str
    error_class: str
    count: int
    last_at: datetime
    last_job: int
    example: str


def queue_depths(limit: int = DEPTH_LIMIT) -> dict[int, Depth]:
    """By queue id, for every queue."""
    with connection.cursor() as cursor:
        cursor.execute(DEPTHS, {"limit": limit + 1})
        return {row[0]: Depth(*row[1:]) for row in cursor.fetchall()}


def oldest_waiting() -> dict[int, datetime]:
    """By queue id: since when its oldest due job waits. Queues where nothing waits are left out.

    Looks at the first jobs of each of up to 1,000 owners: an owner's jobs are served in the order of
    their turns, so his oldest is among them.
    """
    with connection.cursor() as cursor:
        cursor.execute(OLDEST)
        return dict(cursor.fetchall())


def measured_rates(now: datetime | None = None) -> dict[int, Rate]:
    """By queue id: how fast jobs have ended in the last five minutes, the running one included."""
    now = now or timezone.now()
    since = _minute(now) - timedelta(minutes=RATE_MINUTES - 1)
    jobs: dict[int, int] = defaultdict(int)
    minutes: dict[int, set[datetime]] = defaultdict(set)
    attempts: dict[int, int] = defaultdict(int)
    for counts in tallies.read(Span.MINUTE, since=since):
        attempts[counts.queue_id] += counts.count
        if counts.result in FINAL:
            jobs[counts.queue_id] += counts.count
            minutes[counts.queue_id].add(counts.begins_at)
    seconds = (now - since).total_seconds()
    return {
        queue_id: Rate(jobs[queue_id], seconds, _busy_seconds(minutes[queue_id], now), count)
        for queue_id, count in attempts.items()
    }


def _busy_seconds(minutes: set[datetime], now: datetime) -> float:
    if not minutes:
        return RATE_MINUTES * 60.0
    end = min(max(minutes) + timedelta(minutes=1), now)
    return max((end - min(minutes)).total_seconds(), LEAST_BUSY)


def measured_rate(queue_id: int) -> Rate:
    """For the time that is left: jobs waiting ÷ this."""
    return measured_rates().get(queue_id, Rate())


def ended_since(since: datetime, span: Span = Span.MINUTE) -> list[Counts]:
    return tallies.read(span, since=since)


def merge(many: Iterable[Counts]) -> dict[str, int]:
    """How many attempts by result."""
    merged: dict[str, int] = defaultdict(int)
    for counts in many:
        merged[counts.result] += counts.count
    return dict(merged)


def wait_percentile(many: Iterable[Counts], share: float) -> float | None:
    return percentile(WAIT_BOUNDS, [counts.wait_buckets for counts in many], share)


def run_percentile(many: Iterable[Counts], share: float) -> float | None:
    return percentile(RUN_BOUNDS, [counts.run_buckets for counts in many], share)


def percentile(
    bounds: Sequence[float], buckets: Sequence[Sequence[int]], share: float
) -> float | None:
    """Seconds below which that share of the values lies, straight between the bounds of its bucket.
    None without values; the last bound where it lies above."""
    sums: list[int] = [sum(column) for column in zip(*buckets, strict=True)]
    wanted: float = share * sum(sums)
    if not wanted:
        return None
    low: float = 0.0
    for bound, count in zip(bounds, sums, strict=False):
        if wanted <= count:
            return low + (bound - low) * wanted / count
        wanted -= count
        low = bound
    return low


def living_workers() -> list[Worker]:
    """Those that have not said goodbye, each with `running`: how many jobs it performs."""
    running = Coalesce(Subquery(running_of(OuterRef("pk"))), 0)
    workers = Worker.objects.filter(stopped_at=None).select_related("node")
    return list(workers.annotate(running=running).order_by("host", "pid"))


def running_of(worker: Any) -> QuerySet[Job, Any]:
    """For a subquery: how many jobs the worker performs, by the short index of running jobs."""
    running = Job.objects.filter(state=State.RUNNING, worker=worker).order_by()
    return running.values("worker").annotate(number=Count("pk")).values("number")


def living_nodes() -> list[Node]:
    alive = Node.objects.filter(stopped_at=None, seen_at__gte=Now() - NODE_MISSING_AFTER)
    return list(alive.order_by("host", "pid"))


def slots() -> Slots:
    """Of workers that showed themselves lately; `used` may pass `total` by a queue's extra thread."""
    with connection.cursor() as cursor:
        cursor.execute(SLOTS)
        used, total = cursor.fetchone()
        return Slots(used, total)


def count_failures(since: datetime, *, newest: int = 5000) -> list[FailureGroup]:
    """The newest failed attempts by queue and class of error, most frequent first."""
    recent = Attempt.objects.filter(result__in=FAILURES).order_by("-id").values("pk")[:newest]
    rows = (
        Attempt.objects.filter(pk__in=recent, finished_at__gte=since)
        .values(queue=F("job__queue__name"), what=F("error_class"))
        .annotate(number=Count("pk"), last=Max("pk"))
        .order_by("-number")[:50]
    )
    groups = list(rows)
    last = Attempt.objects.in_bulk([row["last"] for row in groups])
    return [
        FailureGroup(
            row["queue"],
            row["what"],
            row["number"],
            last[row["last"]].finished_at,
            last[row["last"]].job_id,
            last[row["last"]].error,
        )
        for row in groups
        if row["last"] in last
    ]


def count_running(queue_name: str) -> int:
    return Job.objects.filter(queue__name=queue_name, state=State.RUNNING).count()


def rate_used(queue: Queue, rate: Rate) -> float | None:
    """Which share of a queue's allowance was used lately; None where it has no limit."""
    allowed = allowed_per_second(queue)
    return None if allowed is None else rate.attempts / (allowed * rate.seconds)


def allowed_per_second(queue: Queue) -> float | None:
    """As it is at this moment: a queue that was slowed down has less."""
    if queue.rate_limit is None:
        return None
    return queue.rate_limit / (queue.rate_period * queue.slowdown)


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


# Each count by a partial index of jobs_job; waiting ones without a turn are few: they are due later.
DEPTHS = """
WITH unstaged AS (
    SELECT queue_id, state, scheduled_at > now() AS later FROM jobs_job
    WHERE turn IS NULL AND held_at IS NULL AND state IN ('available', 'retryable') LIMIT %(limit)s
), parked AS (
    SELECT queue_id, count(*) FILTER (WHERE state = 'available' AND NOT later) AS due,
        count(*) FILTER (WHERE state = 'available' AND later) AS scheduled,
        count(*) FILTER (WHERE state = 'retryable') AS retryable
    FROM unstaged GROUP BY queue_id
), running AS (
    SELECT queue_id, count(*) AS running FROM jobs_job WHERE state = 'running' GROUP BY queue_id
)
SELECT q.id, coalesce(parked.due, 0) + staged.available, coalesce(parked.scheduled, 0),
    coalesce(parked.retryable, 0), coalesce(running.running, 0), held.held
FROM jobs_queue q
CROSS JOIN LATERAL (SELECT count(*) AS available FROM (
    SELECT 1 FROM jobs_job j WHERE j.queue_id = q.id AND j.state = 'available'
        AND j.turn IS NOT NULL AND j.held_at IS NULL LIMIT %(limit)s) first) staged
CROSS JOIN LATERAL (SELECT count(*) AS held FROM (
    SELECT 1 FROM jobs_job j WHERE j.queue_id = q.id AND j.state IN ('available', 'retryable')
        AND j.held_at IS NOT NULL LIMIT %(limit)s) first) held
LEFT JOIN parked ON parked.queue_id = q.id
LEFT JOIN running ON running.queue_id = q.id
ORDER BY q.name
"""

# A step from owner to owner through jobs_job_owner_turn, and each one's first jobs by the same index.
OLDEST = """
WITH RECURSIVE line AS (
    SELECT q.id AS queue_id, (SELECT min(j.owner) FROM jobs_job j WHERE j.queue_id = q.id
        AND j.state = 'available' AND j.turn IS NOT NULL AND j.held_at IS NULL) AS owner, 1 AS place
    FROM jobs_queue q
    UNION ALL
    SELECT line.queue_id, (SELECT min(j.owner) FROM jobs_job j WHERE j.queue_id = line.queue_id
        AND j.owner > line.owner AND j.state = 'available' AND j.turn IS NOT NULL AND j.held_at IS NULL), place + 1
    FROM line WHERE line.owner IS NOT NULL AND place < 1000
)
SELECT line.queue_id, min(first.scheduled_at) FROM line
CROSS JOIN LATERAL (SELECT j.scheduled_at FROM jobs_job j
    WHERE j.queue_id = line.queue_id AND j.owner = line.owner
        AND j.state = 'available' AND j.turn IS NOT NULL AND j.held_at IS NULL
    ORDER BY j.turn LIMIT 20) first
WHERE line.owner IS NOT NULL GROUP BY line.queue_id
"""

SLOTS = """
SELECT (SELECT count(*) FROM jobs_job WHERE state = 'running'),
    coalesce(sum(threads), 0) FROM jobs_worker
WHERE stopped_at IS NULL AND missing_since IS NULL AND seen_at > now() - interval '90 seconds'
"""
