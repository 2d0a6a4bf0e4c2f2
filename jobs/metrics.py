"""Figures for Prometheus, read from the database at the moment of the scrape: right whatever process
answers, and nothing to keep between them. Names and meanings: docs/operations.md."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate

from django.utils import timezone
from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from jobs import stats, tallies
from jobs.models import Queue
from jobs.stats import Depth, Rate
from jobs.tallies import RUN_BOUNDS, WAIT_BOUNDS, Counts, Span

# Scrapes count further than pages do.
DEPTH_LIMIT = 10_000_000


class JobsCollector(Collector):
    def collect(self) -> Iterable[Metric]:
        tallies.roll_up()
        queues = list(Queue.objects.all())
        yield from _depths(queues)
        yield from _settings(queues)
        yield from _ended(queues)
        yield from _workers()


def make_registry() -> CollectorRegistry:
    """A registry of our figures alone: those of this process would say nothing of the cluster."""
    registry = CollectorRegistry()
    registry.register(JobsCollector())
    return registry


def _depths(queues: Sequence[Queue]) -> Iterator[Metric]:
    depths, oldest, now = stats.queue_depths(DEPTH_LIMIT), stats.oldest_waiting(), timezone.now()
    jobs = GaugeMetricFamily("athanor_queue_jobs", "Unfinished jobs.", labels=["queue", "state"])
    waits = GaugeMetricFamily(
        "athanor_queue_oldest_waiting_seconds",
        "How long the oldest due job waits; 0 where none does.",
        labels=["queue"],
    )
    for queue in queues:
        depth = depths.get(queue.pk, Depth())
        for state in ("available", "scheduled", "retryable", "held", "running"):
            jobs.add_metric([queue.name, state], getattr(depth, state))
        since = oldest.get(queue.pk)
        waits.add_metric([queue.name], (now - since).total_seconds() if since else 0)
    yield from (jobs, waits)


def _settings(queues: Sequence[Queue]) -> Iterator[Metric]:
    """What the queues are told to do, and how much of their allowance they use."""
    now, rates = timezone.now(), stats.measured_rates()
    gauges: list[tuple[str, str, Callable[[Queue], float | None]]] = [
        ("paused", "1 while the queue is paused.", lambda q: q.is_paused(now)),
        ("cooling", "1 while the queue cools down.", lambda q: q.is_cooling(now)),
        ("max_running", "Jobs that may run at once.", lambda q: q.max_running),
        ("rate_limit_per_second", "Starts allowed a second.", stats.allowed_per_second),
        (
            "rate_used_ratio",
            "Share of the allowance used in the last five minutes.",
            lambda q: stats.rate_used(q, rates.get(q.pk, Rate())),
        ),
    ]
    for name, meaning, read in gauges:
        gauge = GaugeMetricFamily(f"athanor_queue_{name}", meaning, labels=["queue"])
        for queue in queues:
            value = read(queue)
            if value is not None:
                gauge.add_metric([queue.name], float(value))
        yield gauge


def _ended(queues: Sequence[Queue]) -> Iterator[Metric]:
    """Since ever, so that nothing goes down when history is pruned."""
    names = {queue.pk: queue.name for queue in queues}
    ever = [counts for counts in tallies.read(Span.EVER) if counts.queue_id in names]
    attempts = CounterMetricFamily(
        "athanor_attempts", "Attempts that ended.", labels=["queue", "result"]
    )
    totals: dict[tuple[str, str], int] = {}
    for counts in ever:
        key = (names[counts.queue_id], counts.result)
        totals[key] = totals.get(key, 0) + counts.count
    for (queue, result), count in sorted(totals.items()):
        attempts.add_metric([queue, result], count)
    yield attempts
    waits = HistogramMetricFamily(
        "athanor_job_wait_seconds", "From due to the start of the last attempt.", labels=["queue"]
    )
    runs = HistogramMetricFamily(
        "athanor_attempt_run_seconds", "From start to end of an attempt.", labels=["queue"]
    )
    for queue_id, name in names.items():
        own = [counts for counts in ever if counts.queue_id == queue_id]
        _add_histogram(waits, name, WAIT_BOUNDS, [c.wait_buckets for c in own], _waited(own))
        _add_histogram(runs, name, RUN_BOUNDS, [c.run_buckets for c in own], _ran(own))
    yield from (waits, runs)


def _waited(many: Sequence[Counts]) -> float:
    return sum(counts.wait_seconds for counts in many)


def _ran(many: Sequence[Counts]) -> float:
    return sum(counts.run_seconds for counts in many)


def _add_histogram(
    family: HistogramMetricFamily,
    queue: str,
    bounds: Sequence[float],
    buckets: Sequence[Sequence[int]],
    total_seconds: float,
) -> None:
    empty = (0,) * (len(bounds) + 1)
    sums = [sum(column) for column in zip(empty, *buckets, strict=True)]
    names = [*(str(bound) for bound in bounds), "+Inf"]
    family.add_metric([queue], list(zip(names, accumulate(sums), strict=True)), total_seconds)


def _workers() -> Iterator[Metric]:
    now, slots = timezone.now(), stats.slots()
    yield GaugeMetricFamily("athanor_slots", "Jobs all workers can run at once.", slots.total)
    yield GaugeMetricFamily("athanor_slots_used", "Jobs that run now.", slots.used)
    yield GaugeMetricFamily("athanor_nodes", "Nodes that are alive.", len(stats.living_nodes()))
    beats = GaugeMetricFamily(
        "athanor_worker_heartbeat_age_seconds",
        "Since a worker that has not said goodbye was seen.",
        labels=["worker", "node"],
    )
    for worker in stats.living_workers():
        age = (now - worker.seen_at).total_seconds()
        beats.add_metric([f"{worker}/{worker.pk}", str(worker.node)], max(age, 0))
    yield beats
