"""A line of a few values in the height of a row of text."""

from collections.abc import Sequence

WIDTH, HEIGHT, EDGE = 64.0, 18.0, 2.0

Point = tuple[float, float]


def place_points(values: Sequence[int | None], *, is_rank: bool) -> list[Point | None]:
    """A rank's best value stands at the top. What is not known has no point."""
    known = [value for value in values if value is not None]
    if not known:
        return [None] * len(values)
    low, high = min(known), max(known)
    step = (WIDTH - 2 * EDGE) / max(len(values) - 1, 1)
    return [
        None
        if value is None
        else (EDGE + number * step, place_value(value, low, high, is_rank=is_rank))
        for number, value in enumerate(values)
    ]


def place_value(value: int, low: int, high: int, *, is_rank: bool) -> float:
    share = (value - low) / (high - low) if high > low else 0.5
    return EDGE + (HEIGHT - 2 * EDGE) * (share if is_rank else 1 - share)


def split_at_gaps(points: Sequence[Point | None]) -> list[list[Point]]:
    """Lines between neighbours that are both known: a gap is not bridged."""
    lines: list[list[Point]] = [[]]
    for point in points:
        if point is None:
            lines.append([])
        else:
            lines[-1].append(point)
    return [line for line in lines if line]
