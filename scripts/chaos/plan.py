"""What happens in one seed: which keywords, under which limits, and which faults in which order."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

# How often each kind of fault is drawn.
FAULTS = {
    "worker": 6,  # kill -9
    "pusher": 2,
    "monitor": 2,
    "sentinel": 2,
    "main": 2,
    "node": 2,  # every process of a node at once
    "drain": 2,  # SIGTERM, as a deployment does
    "postgres restart": 2,  # a fast shutdown and a start
    "postgres kill": 2,  # kill -9 of the postmaster
    "cut": 4,  # pg_terminate_backend of a random half of the connections
}
# Seconds between two faults, at least and at most.
PAUSE = (3.0, 9.0)
# What the engine does to some keywords, once each: then it answers well.
ENGINE_FAULTS = ("503x1", "503x2", "429x1", "resetx1", "truncatedx1", "delayx1")
SHARE_OF_FAULTS = 0.03
# A slow drip holds its job for the fetcher's whole deadline.
DRIPS = 1


@dataclass(frozen=True, slots=True)
class QueuePlan:
    """A source of its own with its queue. `share` of all keywords."""

    name: str
    share: float
    latency_ms: int
    limits: dict[str, Any] = field(default_factory=dict)


QUEUES = (
    QueuePlan("paced", 0.2, 20, {"rate_limit": 100, "rate_period": 10.0, "max_running": None}),
    QueuePlan("narrow", 0.3, 60, {"max_running": 5}),
    QueuePlan("both", 0.1, 60, {"rate_limit": 60, "rate_period": 10.0, "max_running": 4}),
    QueuePlan("free", 0.4, 30, {"max_running": None}),
)


def choose_keywords(queue: QueuePlan, total: int, dice: random.Random) -> list[str]:
    words = [f"{queue.name} {number}" for number in range(round(total * queue.share))]
    for place in dice.sample(range(len(words)), round(len(words) * SHARE_OF_FAULTS)):
        words[place] += f" fault:{dice.choice(ENGINE_FAULTS)}"
    for place in dice.sample(range(len(words)), DRIPS if queue.name == "free" else 0):
        words[place] = f"{queue.name} {place} fault:dripx1"
    return words


def choose_faults(
    dice: random.Random, pause: tuple[float, float] = PAUSE
) -> Iterator[tuple[str, float]]:
    """Kinds of fault, each with the seconds to wait before it; without end."""
    kinds, weights = list(FAULTS), list(FAULTS.values())
    while True:
        (kind,) = dice.choices(kinds, weights)
        yield kind, dice.uniform(*pause)
