"""When a queue may start its next jobs: a pure decision on what the queue's row remembers.

The promise is strict: at most `limit` starts in *any* window of `period` seconds, seen by the engine
and not by us. So a period is stretched by MARGIN: a fifth of it covers a worker that starts a little
after its slot, the rest the different lengths of the ways to the engine. 98 % of the allowance stays.
A start that is later than that fifth counts as late by just as much as is allowed, so that the slots
after it move by the rest: told before the slot comes that lies `limit` places after it, this keeps the
promise. One that is later than a quarter of the period must not happen any more: its job gives the
slot up.

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

    @property
    def patience(self) -> float:
        """How late a start may be at all."""
        return self.period / 4


@dataclass(frozen=True, slots=True)
class Pace:
    """What the throttle remembers of a queue."""

    next_slot_at: float = 0.0  # the slot after the last one, were there no burst
    starts: tuple[float, ...] = ()  # the latest starts, oldest first; kept only where burst > 1
    granted: int = 0  # how many slots the queue has given out


@dataclass(frozen=True, slots=True)
class Slot:
    at: float
    place: int  # counted from 1, over all slots that the queue has ever given out
    rate: Rate


@dataclass(frozen=True, slots=True)
class Grant:
    slots: tuple[Slot, ...]  # when the granted jobs may start, none later than the horizon
    pace: Pace
    next_at: float  # when to ask again


def grant(rate: Rate, pace: Pace, *, now: float, horizon: float, wanted: int) -> Grant:
    """Up to `wanted` slots that begin at `horizon` at the latest."""
    slots: list[Slot] = []
    while True:
        at = next_slot(rate, pace, now)
        if len(slots) == wanted or at > horizon:
            return Grant(tuple(slots), pace, at)
        pace = _take(rate, pace, at)
        slots.append(Slot(at, pace.granted, rate))


def next_slot(rate: Rate, pace: Pace, now: float) -> float:
    """The time of the next slot: the past, by a little, where we are only a little late; by half of
    what is allowed where we are later, so that a stall costs less than it lasted."""
    early = pace.next_slot_at - (rate.burst - 1) * rate.spacing
    if len(pace.starts) >= rate.limit:
        early = max(early, pace.starts[-rate.limit] + rate.window)
    late = now - early
    if late <= rate.lateness:
        return early
    return now - rate.lateness / 2 if late <= rate.patience else now


def begin_late(pace: Pace, slot: Slot, late: float) -> Pace:
    """The pace when a job began `late` seconds after its slot: no slot that follows comes too early
    for that. Several that were late together move the slots once."""
    counts_at = slot.at + max(late - slot.rate.lateness, 0.0)
    starts = list(pace.starts)
    if (since := max(pace.granted - slot.place, 0)) < len(starts):
        starts[-1 - since] = counts_at
    earliest = counts_at + (since + 1) * slot.rate.spacing
    return Pace(max(pace.next_slot_at, earliest), tuple(starts), pace.granted)


def change(pace: Pace, old: Rate, new: Rate) -> Pace:
    """The pace under another rate. A burst must not come on top of what started before, which counts
    as evenly paced where it was not kept."""
    if new.burst == 1:
        return Pace(pace.next_slot_at, (), pace.granted)
    kept = pace.starts[-new.limit :]
    oldest = kept[0] if kept else pace.next_slot_at
    before = [oldest - i * old.spacing for i in range(new.limit - len(kept), 0, -1)]
    return Pace(pace.next_slot_at, (*before, *kept), pace.granted)


def _take(rate: Rate, pace: Pace, slot: float) -> Pace:
    starts: Sequence[float] = ()
    if rate.burst > 1:
        starts = (*pace.starts, slot)[-rate.limit :]
    return Pace(
        max(pace.next_slot_at, slot) + rate.spacing, tuple(starts), granted=pace.granted + 1
    )
