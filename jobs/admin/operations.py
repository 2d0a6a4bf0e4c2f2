"""The front page: what is wrong now, the figures, the queues, the workers, what failed lately."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from jobs import stats, tallies
from jobs.admin import cells, charts
from jobs.admin.history import DEFAULT, RANGES, draw_history
from jobs.admin.panels import render_panels
from jobs.admin.problems import Situation, find_problems
from jobs.admin.tiles import Tile, more_tiles
from jobs.groups import may_configure, may_operate
from jobs.models import Queue, Worker
from jobs.presence_state import LOST, name_worker_state
from jobs.stats import Depth, Rate
from jobs.tallies import Counts, Span

SPARK_MINUTES = 30


def describe_operations(request: HttpRequest) -> dict[str, Any]:
    """Everything on the page, in a number of queries that does not depend on the number of queues."""
    tallies.roll_up()
    situation = look()
    chosen = RANGES.get(request.GET.get("range", ""), RANGES[DEFAULT])
    return {
        "now": situation.now,
        "problems": find_problems(situation),
        "tiles": list_tiles(situation),
        "history": draw_history(chosen, situation.now),
        "queue_rows": [_queue_row(queue, situation) for queue in situation.queues],
        "worker_rows": [_worker_row(worker, situation.now) for worker in situation.workers],
        "failures": stats.count_failures(situation.now - timedelta(hours=1)),
        "panels": render_panels(request),
        "may_operate": may_operate(request.user),
        "may_configure": may_configure(request.user),
    }


def look() -> Situation:
    now = timezone.now()
    return Situation(
        now=now,
        queues=list(Queue.objects.all()),
        depths=stats.queue_depths(),
        oldest=stats.oldest_waiting(),
        rates=stats.measured_rates(now),
        workers=stats.living_workers(),
        living_nodes=len(stats.living_nodes()),
        last_hour=stats.ended_since(now - timedelta(hours=1), Span.MINUTE),
    )


def list_tiles(situation: Situation) -> list[Tile]:
    results = stats.merge(situation.last_hour)
    done = results.get("completed", 0)
    failed = results.get("discarded", 0)
    retried = results.get("failed", 0) + results.get("crashed", 0)
    ended = done + failed
    return [
        _running_tile(),
        _waiting_tile(situation),
        Tile("Done in the last hour", f"{done:,}", _waits(situation.last_hour)),
        Tile(
            "Failed for good in the last hour",
            f"{failed:,}",
            f"{failed / ended:.1%} of what ended" if ended else "nothing has ended",
            "bad" if failed and failed / ended > 0.1 else "",
        ),
        Tile(
            "Tried again in the last hour", f"{retried:,}", "attempts that failed and are repeated"
        ),
        *more_tiles(situation),
    ]


def _running_tile() -> Tile:
    slots = stats.slots()
    share = f"of {slots.total:,} slots" if slots.total else "no workers"
    extra = slots.used - slots.total
    if slots.total and extra > 0:
        share += f", and {extra:,} claimed beyond them"
    used = min(slots.used, slots.total)
    gauge = charts.draw_gauge(used, slots.total, label=f"{slots.used} of {slots.total} slots")
    return Tile("Running", f"{slots.used:,}", share, gauge=gauge)


def _waiting_tile(situation: Situation) -> Tile:
    waiting = sum(depth.waiting for depth in situation.depths.values())
    scheduled = sum(depth.scheduled for depth in situation.depths.values())
    notes = []
    if situation.oldest:
        waited = situation.now - min(situation.oldest.values())
        notes.append(f"the oldest for {cells.show_span(waited)}")
    if scheduled:
        notes.append(f"{scheduled:,} more for a later time")
    return Tile("Waiting", cells.show_count(waiting, stats.DEPTH_LIMIT), ", ".join(notes))


def _waits(counts: list[Counts]) -> str:
    wait = stats.wait_percentile(counts, 0.95)
    return f"95 % waited at most {cells.show_seconds(wait)}" if wait is not None else ""


def _queue_row(queue: Queue, situation: Situation) -> dict[str, Any]:
    depth = situation.depths.get(queue.pk, Depth())
    rate = situation.rates.get(queue.pk, Rate())
    counts = [each for each in situation.last_hour if each.queue_id == queue.pk]
    since = situation.oldest.get(queue.pk)
    used = stats.rate_used(queue, rate)
    return {
        "queue": queue,
        "state": cells.name_queue_state(queue, situation.now),
        "chip": cells.show_queue_chip(queue),
        "why": cells.explain_queue_state(queue, situation.now),
        "running": f"{depth.running}/{queue.max_running}" if queue.max_running else depth.running,
        "gauge": _gauge(depth.running, queue.max_running),
        "waiting": cells.show_count(depth.waiting, stats.DEPTH_LIMIT),
        "scheduled": depth.scheduled,
        "oldest": cells.show_span(situation.now - since) if since else "",
        "wait": cells.show_seconds(stats.wait_percentile(counts, 0.95)),
        "run": cells.show_seconds(stats.run_percentile(counts, 0.95)),
        "per_minute": f"{rate.per_minute:.1f}" if rate.jobs else "0",
        "limit": cells.show_rate(queue),
        "used": f"{cells.show_used(used)} used" if used is not None and rate.attempts else "",
        "spark": _spark(counts, situation.now),
        "is_closed": queue.is_paused(situation.now) or queue.is_cooling(situation.now),
        "is_paused": queue.is_paused(situation.now),
    }


def _gauge(used: int, total: int | None) -> SafeString | str:
    return charts.draw_gauge(used, total, label=f"{used} of {total} run") if total else ""


def _spark(counts: list[Counts], now: datetime) -> SafeString:
    """Jobs that ended in each of the last minutes."""
    by_minute = [0] * SPARK_MINUTES
    for each in counts:
        # A minute that began after the page looked at its clock is the latest one all the same.
        ago = max(int((now - each.begins_at).total_seconds() // 60), 0)
        if ago < SPARK_MINUTES and each.result in stats.FINAL:
            by_minute[SPARK_MINUTES - 1 - ago] += each.count
    label = f"{sum(by_minute)} ended in the last {SPARK_MINUTES} minutes"
    return charts.draw_sparkline(by_minute, label=label)


def _worker_row(worker: Worker, now: datetime) -> dict[str, Any]:
    state = name_worker_state(worker, now)
    running = int(getattr(worker, "running", 0))
    return {
        "worker": worker,
        "chip": cells.show_chip(state),
        "is_wrong": state != "alive",
        "may_be_rescued": state in LOST and running > 0,
        "running": running,
        "gauge": charts.draw_gauge(
            min(running, worker.threads), worker.threads, label=f"{running} of {worker.threads}"
        ),
        "seen": cells.show_span(now - worker.seen_at),
        "age": cells.show_span(now - worker.started_at),
        "draining": worker.node.draining_at is not None,
    }
