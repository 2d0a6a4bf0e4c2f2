"""Bars that stand side by side, each made of parts: outcomes of runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from keywords.templatetags.figures import grouped

WIDTH, HEIGHT = 720.0, 160.0
LEFT, BOTTOM = 44.0, 18.0
GAP = 0.25  # of a bar's place
WIDEST = 84.0  # few bars have their names all, see LABEL
LABEL = 84.0  # the room that a label takes


@dataclass(frozen=True, slots=True)
class Part:
    tone: str
    label: str
    value: int


@dataclass(frozen=True, slots=True)
class Rectangle:
    tone: str
    title: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Label:
    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Chart:
    rectangles: tuple[Rectangle, ...]
    labels: tuple[Label, ...]
    highest: int
    width: float = WIDTH
    height: float = HEIGHT


def draw_bars(bars: Sequence[tuple[str, Sequence[Part]]]) -> Chart:
    """(label, parts) from left to right. Parts of nothing are left out; the others are at least 1 high."""
    highest = max((sum(part.value for part in parts) for _, parts in bars), default=0)
    place = min((WIDTH - LEFT) / max(len(bars), 1), WIDEST)
    rectangles: list[Rectangle] = []
    labels: list[Label] = []
    every = ceil(LABEL / place)
    for number, (name, parts) in enumerate(bars):
        x = LEFT + number * place + place * GAP / 2
        rectangles += stack(parts, name, x, place * (1 - GAP), highest)
        if number % every == 0:
            labels.append(Label(name, round(x + place * (1 - GAP) / 2, 1), HEIGHT - 4))
    return Chart(tuple(rectangles), tuple(labels), highest)


def stack(
    parts: Sequence[Part], name: str, x: float, width: float, highest: int
) -> list[Rectangle]:
    base = HEIGHT - BOTTOM
    found = []
    for part in parts:
        if not part.value:
            continue
        height = max(part.value / highest * (HEIGHT - BOTTOM - 8), 1.0)
        base -= height
        title = f"{name}: {part.label} {grouped(part.value)}"
        found.append(
            Rectangle(part.tone, title, *(round(each, 1) for each in (x, base, width, height)))
        )
    return found
