"""Lines over time with honest gaps: where no good run was, nothing is drawn but a cross."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log10

from keywords.charts.sparkline import Point, split_at_gaps
from keywords.templatetags.figures import describe_day

WIDTH, HEIGHT = 720.0, 200.0
LEFT, RIGHT, TOP, BOTTOM = 40.0, 12.0, 12.0, 22.0
RANK_TICKS = (1, 3, 10, 30, 100)
MOST_TIMES = 6


@dataclass(frozen=True, slots=True)
class Series:
    label: str
    values: Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """`number` from 1 chooses its colour."""

    number: int
    label: str
    paths: tuple[str, ...]
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    place: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    lines: tuple[Line, ...]
    crosses: tuple[Dot, ...]
    rows: tuple[Tick, ...]
    times: tuple[Tick, ...]
    width: float = WIDTH
    height: float = HEIGHT
    left: float = LEFT
    right: float = WIDTH - RIGHT


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to places. A rank's 1 stands at the top, and the first places get the most room."""

    low: float
    high: float
    is_rank: bool

    def place(self, value: float) -> float:
        low, high, at = self.low, self.high, value
        if self.is_rank:
            low, high, at = log10(self.low), log10(self.high), log10(max(value, 1))
        share = (at - low) / (high - low) if high > low else 0.5
        return TOP + (HEIGHT - TOP - BOTTOM) * (share if self.is_rank else 1 - share)


def draw_lines(
    times: Sequence[datetime],
    series: Sequence[Series],
    failures: Sequence[str],
    *,
    is_rank: bool = False,
) -> Chart:
    """`failures`: what the run of that time was instead of good, "" for good ones."""
    known = [value for each in series for value in each.values if value is not None]
    scale = choose_scale(known, is_rank=is_rank)
    xs = place_times(times)
    return Chart(
        lines=tuple(
            draw_line(number, each, xs, times, scale) for number, each in enumerate(series, 1)
        ),
        crosses=tuple(
            Dot(x, HEIGHT - BOTTOM - 6, f"{show_time(at)}: {failure}")
            for x, at, failure in zip(xs, times, failures, strict=True)
            if failure
        ),
        rows=tuple(Tick(round(scale.place(value), 1), str(value)) for value in choose_ticks(scale)),
        times=label_times(xs, times),
    )


def choose_scale(known: Sequence[int], *, is_rank: bool) -> Scale:
    if is_rank:
        high = next((tick for tick in RANK_TICKS if tick >= max(known, default=10)), 100)
        return Scale(1, max(high, 10), is_rank=True)
    return Scale(0, max(max(known, default=1), 1), is_rank=False)


def choose_ticks(scale: Scale) -> list[int]:
    if scale.is_rank:
        return [tick for tick in RANK_TICKS if tick <= scale.high]
    high = int(scale.high)
    return sorted({0, high // 2, high})


def place_times(times: Sequence[datetime]) -> list[float]:
    """Where the times lie, and not one beside the other."""
    if not times:
        return []
    first = times[0].timestamp()
    length = times[-1].timestamp() - first
    room = WIDTH - LEFT - RIGHT - 12
    return [
        round(LEFT + 6 + (room * (at.timestamp() - first) / length if length else room / 2), 1)
        for at in times
    ]


def draw_line(
    number: int, series: Series, xs: Sequence[float], times: Sequence[datetime], scale: Scale
) -> Line:
    points: list[Point | None] = [
        None if value is None else (x, round(scale.place(value), 1))
        for x, value in zip(xs, series.values, strict=True)
    ]
    dots = tuple(
        Dot(*point, f"{show_time(at)}: {series.label} {value}")
        for point, at, value in zip(points, times, series.values, strict=True)
        if point is not None
    )
    paths = tuple(
        " ".join(f"{x},{y}" for x, y in line) for line in split_at_gaps(points) if len(line) > 1
    )
    return Line(number, series.label, paths, dots)


def label_times(xs: Sequence[float], times: Sequence[datetime]) -> tuple[Tick, ...]:
    """A few of them, none over another."""
    room = (WIDTH - LEFT - RIGHT) / MOST_TIMES
    found: list[Tick] = []
    for x, at in zip(xs, times, strict=True):
        if not found or x - found[-1].place >= room:
            found.append(Tick(x, describe_day(at)))
    return tuple(found)


def show_time(at: datetime) -> str:
    return describe_day(at, clock=True)
