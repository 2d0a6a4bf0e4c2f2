"""The graphs of Operations: what ended, and how long it waited and ran, over a range of time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from jobs import stats
from jobs.admin import cells, charts
from jobs.admin.charts import Series
from jobs.tallies import Counts, Span

RESULTS = (
    ("completed", "completed"),
    ("failed", "failed, tried again"),
    ("discarded", "failed for good"),
    ("crashed", "worker died"),
    ("cancelled", "cancelled"),
    ("snoozed", "put off"),
)


@dataclass(frozen=True, slots=True)
class Range:
    name: str
    label: str
    length: timedelta
    step: timedelta
    span: Span
    time_format: str

    @property
    def step_words(self) -> str:
        """ "a minute", "15 minutes", "an hour"."""
        minutes = int(self.step.total_seconds() // 60)
        return {1: "a minute", 60: "an hour"}.get(minutes, f"{minutes} minutes")


RANGES = {
    each.name: each
    for each in (
        Range("5m", "5 minutes", timedelta(minutes=5), timedelta(minutes=1), Span.MINUTE, "H:i"),
        Range("1h", "hour", timedelta(hours=1), timedelta(minutes=1), Span.MINUTE, "H:i"),
        Range("6h", "6 hours", timedelta(hours=6), timedelta(minutes=5), Span.MINUTE, "H:i"),
        Range("24h", "24 hours", timedelta(days=1), timedelta(minutes=15), Span.MINUTE, "H:i"),
        Range("7d", "7 days", timedelta(days=7), timedelta(hours=1), Span.HOUR, "j M H:i"),
    )
}
DEFAULT = "1h"


def draw_history(chosen: Range, now: datetime) -> dict[str, Any]:
    """Graphs, legends and tables of a range."""
    steps = list_steps(chosen, now)
    by_step = group(stats.ended_since(steps[0], chosen.span), steps, chosen.step)
    times = [date_format(timezone.localtime(at), chosen.time_format) for at in steps]
    results = [stats.merge(by_step[at]) for at in steps]
    ended = [
        Series(name, label, [found.get(name, 0) for found in results]) for name, label in RESULTS
    ]
    ended = [series for series in ended if not series.is_empty]
    waits = [
        Series(
            "p50", "half waited at most", [stats.wait_percentile(by_step[at], 0.5) for at in steps]
        ),
        Series(
            "p95", "95 % waited at most", [stats.wait_percentile(by_step[at], 0.95) for at in steps]
        ),
        Series(
            "run", "95 % ran at most", [stats.run_percentile(by_step[at], 0.95) for at in steps]
        ),
    ]
    return {
        "range": chosen,
        "ranges": RANGES.values(),
        "times": times,
        "ended": ended,
        "ended_top": max((sum(found.values()) for found in results), default=0),
        "ended_graph": _draw_ended(ended, times) if ended else None,
        "waits": [series for series in waits if not series.is_empty],
        "waits_top": cells.show_seconds(_top(waits)),
        "waits_graph": charts.draw_lines(waits, label="Waiting and running times")
        if ended
        else None,
        "table": _table(times, ended, waits),
    }


def list_steps(chosen: Range, now: datetime) -> list[datetime]:
    """Where the steps begin; the last one is still going on."""
    seconds = chosen.step.total_seconds()
    last = datetime.fromtimestamp(now.timestamp() // seconds * seconds, tz=now.tzinfo)
    count = int(chosen.length / chosen.step)
    return [last - chosen.step * i for i in range(count - 1, -1, -1)]


def group(
    many: Sequence[Counts], steps: Sequence[datetime], step: timedelta
) -> dict[datetime, list[Counts]]:
    grouped: dict[datetime, list[Counts]] = defaultdict(list)
    for counts in many:
        place = int((counts.begins_at - steps[0]) / step)
        if 0 <= place < len(steps):
            grouped[steps[place]].append(counts)
    return grouped


def _draw_ended(ended: Sequence[Series], times: Sequence[str]) -> Any:
    titles = [
        f"{time}: " + ", ".join(f"{series.values[i]} {series.label}" for series in ended)
        for i, time in enumerate(times)
    ]
    return charts.draw_bars(ended, titles, label="Attempts that ended, by result")


def _table(times: Sequence[str], ended: Sequence[Series], waits: Sequence[Series]) -> Any:
    """Newest first, without the rows where nothing happened."""
    rows = [
        (
            time,
            [series.values[i] for series in ended],
            [cells.show_seconds(series.values[i]) for series in waits],
        )
        for i, time in enumerate(times)
    ]
    return [row for row in reversed(rows) if any(row[1])]


def _top(series: Sequence[Series]) -> float | None:
    return max((value for each in series for value in each.values if value), default=None)
