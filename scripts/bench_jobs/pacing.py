"""Strict rates: the densest window, and how much of the allowance is used, by one to four nodes."""

import time
from bisect import bisect_left
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from scripts.bench_jobs import ours
from scripts.bench_jobs.node import Node

QUEUE = "paced"


@dataclass(frozen=True)
class Paced:
    nodes: int
    limit: int
    period: float
    densest: int
    share: float  # of the allowance between the first and the last start


def measure(nodes: int, limit: int, period: float, periods: float, marks: Path) -> Paced:
    """The starts are those that the jobs themselves see."""
    ours.clear_jobs()
    ours.make_queue(QUEUE, rate_limit=limit, rate_period=period)
    marks.unlink(missing_ok=True)
    marks.touch()
    count = int(limit * periods) + 1
    with ExitStack() as stack:
        for _ in range(nodes):
            stack.enter_context(Node(workers=1, threads=8))
        ours.fill(count, "bench.mark", {"file": str(marks)}, queue=QUEUE)
        while len(starts := read_starts(marks)) < count:
            time.sleep(0.5)
    ours.remove_queue(QUEUE)
    allowed = limit * (starts[-1] - starts[0]) / period
    return Paced(nodes, limit, period, densest(starts, period), (count - 1) / allowed)


def read_starts(marks: Path) -> list[float]:
    return sorted(float(line.split()[0]) for line in marks.read_text().splitlines())


def densest(starts: list[float], period: float) -> int:
    """Most starts in any window: one that begins with a start is as dense as any."""
    return max(bisect_left(starts, start + period) - i for i, start in enumerate(starts))
