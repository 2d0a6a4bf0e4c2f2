"""Graphs as SVG made on the server: shapes alone, coloured by classes, so no script and no style.

Words stand beside them in HTML, where they keep their size; every graph has a table of its values.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT = 600.0, 120.0


@dataclass(frozen=True, slots=True)
class Series:
    """One colour of a graph; `name` is its class as well. None: no value at that place."""

    name: str
    label: str
    values: Sequence[float | None]

    @property
    def is_empty(self) -> bool:
        return not any(self.values)


def draw_bars(series: Sequence[Series], titles: Sequence[str], *, label: str) -> SafeString:
    """Stacked bars from the bottom up; `titles` are shown at each bar."""
    columns = list(zip(*(each.values for each in series), strict=True))
    top = max((sum(value or 0 for value in column) for column in columns), default=0) or 1
    width = WIDTH / max(len(columns), 1)
    bars = (
        (_stack(column, series, top, i * width, width), title)
        for i, (column, title) in enumerate(zip(columns, titles, strict=True))
    )
    groups = format_html_join("", "<g>{}<title>{}</title></g>", bars)
    return _svg(groups, label)


def _stack(
    column: Sequence[float | None], series: Sequence[Series], top: float, x: float, width: float
) -> SafeString:
    y, rects = HEIGHT, []
    for value, each in zip(column, series, strict=True):
        if not value:
            continue
        height = value / top * HEIGHT
        y -= height
        rects.append((each.name, f"{x:.2f}", f"{y:.2f}", f"{width * 0.86:.2f}", f"{height:.2f}"))
    # An empty rect over the whole height, so that its title shows anywhere in the column.
    rects.append(("room", f"{x:.2f}", "0", f"{width:.2f}", f"{HEIGHT:g}"))
    return format_html_join(
        "", '<rect class="ops-c-{}" x="{}" y="{}" width="{}" height="{}"/>', rects
    )


def draw_lines(series: Sequence[Series], *, label: str) -> SafeString:
    """A line for each series; where values are missing, the line is broken. Some room is left above."""
    top = max((value for each in series for value in each.values if value), default=0) * 1.04 or 1
    lines = (
        (each.name, points)
        for each in series
        for points in _pieces(each.values, top, WIDTH, HEIGHT)
    )
    drawn = format_html_join("", '<polyline class="ops-l-{}" points="{}"/>', lines)
    return _svg(drawn, label)


def draw_sparkline(values: Sequence[float], *, label: str) -> SafeString:
    top = max(values, default=0) or 1
    [points] = _pieces(values, top, 100, 22) or [""]
    return format_html(
        '<svg class="ops-spark" viewBox="0 -1 100 24" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<polyline class="ops-l-completed" points="{}"/></svg>',
        label,
        points,
    )


def draw_gauge(used: float, total: float, *, label: str) -> SafeString:
    """A bar that is full at `total`, and red where `used` passes it."""
    share = min(used / total, 1.0) if total else 0.0
    name = "over" if total and used > total else "used"
    return format_html(
        '<svg class="ops-gauge" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="ops-c-track" width="100" height="8"/>'
        '<rect class="ops-c-{}" width="{}" height="8"/></svg>',
        label,
        name,
        f"{share * 100:.1f}",
    )


def _pieces(values: Sequence[float | None], top: float, width: float, height: float) -> list[str]:
    """Points of each unbroken run of values; a lonely value becomes a short dash."""
    step = width / max(len(values) - 1, 1)
    pieces: list[list[str]] = [[]]
    for i, value in enumerate(values):
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{i * step:.1f},{height - value / top * height:.1f}")
    return [
        " ".join(piece if len(piece) > 1 else _dash(piece[0], step * 0.4))
        for piece in pieces
        if piece
    ]


def _dash(point: str, half: float) -> list[str]:
    x, y = point.split(",")
    return [f"{float(x) - half:.1f},{y}", f"{float(x) + half:.1f},{y}"]


def _svg(inside: SafeString, label: str) -> SafeString:
    return format_html(
        '<svg class="ops-graph" viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        f"{WIDTH:g}",
        f"{HEIGHT:g}",
        label,
        inside,
    )
