"""Figures of several rounds, and the Markdown that they become."""

import os
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass
class Rounds:
    """What was measured of each contestant, round by round."""

    by_name: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, value: float) -> None:
        self.by_name.setdefault(name, []).append(value)

    def median(self, name: str) -> float | None:
        values = self.by_name.get(name)
        return statistics.median(values) if values else None

    def spread(self, name: str) -> str:
        """Median (lowest to highest)."""
        values = self.by_name.get(name)
        if not values:
            return "-"
        return (
            f"{number(statistics.median(values))} ({number(min(values))} to {number(max(values))})"
        )


def number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def ratio(value: float | None, of: float | None) -> str:
    return f"{value / of:.2f}" if value and of else "-"


def quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def show_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    print(f"\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(row)} |", flush=True)


def show_aims(aims: Mapping[str, tuple[str, bool | None]]) -> None:
    """What was wanted, what came, and whether that is enough."""
    words = {True: "yes", False: "**no**", None: "not measured"}
    rows = [(aim, got, words[reached]) for aim, (got, reached) in aims.items()]
    show_table(("aim", "measured", "reached"), rows)


def load_average() -> str:
    return " ".join(f"{value:.1f}" for value in os.getloadavg())
