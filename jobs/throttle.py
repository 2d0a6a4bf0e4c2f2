"""When a queue may start its next jobs: a pure decision on what the queue's row remembers.

The promise is strict: at most `limit` starts in *any* window of `period` seconds, seen by the engine
and not by us. So a period is stretched by MARGIN: a fifth of it covers a worker that starts a little
after its slot, the rest the different lengths of the ways to the engine. 98 % of the allowance stays.

Two rules together: slots keep a distance of period/limit, but for `burst` that may follow one another
after a quiet time; and no slot comes less than a period after the one `limit` slots before it.
Times are Unix seconds of the database's clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass

MARGIN = 0.018


@dataclass(frozen=True, slots=True)
class Rate:
    limit: int
    period: float
    burst: int = 1

    @property
    def window(self) -> float:
        return self.period * (1 + MARGIN)

    @property
    def spacing(self) -> float:
        return self.window / self.limit

    @property
    def lateness(self) -> float:
        """How late a start may be and still not move the slots after it."""
        return self.period * MARGIN / 5


@dataclass(frozen=True, slots=True)
class Pace:
    """What the throttle remembers of a queue."""

    next_slot_at: float = 0.0  # the slot after the last one, were there no burst
    starts: tuple[float, ...] = ()  # the latest starts, oldest first; kept only where burst > 1


@dataclass(frozen=True, slots=True)
class Grant:
    slots: tuple[float, ...]  # when the granted jobs may start, none later than the horizon
    pace: Pace
    next_at: float  # when to ask again


def grant(rate: Rate, pace: Pace, *, now: float, horizon: float, wanted: int) -> Grant:
    """Up to `wanted` slots that begin at `horizon` at the latest."""
    slots: list[float] = []
    while True:
        slot = next_slot(rate, pace, now)
        if len(slots) == wanted or slot > horizon:
            return Grant(tuple(slots), pace, slot)
        slots.append(slot)
        pace = _take(rate, pace, slot)


def next_slot(rate: Rate, pace: Pace, now: float) -> float:
    """The time of the next slot: the past, by a little, where we are only a little late."""
    early = pace.next_slot_at - (rate.burst - 1) * rate.spacing
    if len(pace.starts) >= rate.limit:
        early = max(early, pace.starts[-rate.limit] + rate.window)
    return early if early >= now - rate.lateness else now


def _take(rate: Rate, pace: Pace, slot: float) -> Pace:
    starts: Sequence[float] = ()
    if rate.burst > 1:
        starts = (*pace.starts, slot)[-rate.limit :]
    return Pace(max(pace.next_slot_at, slot) + rate.spacing, tuple(starts))
