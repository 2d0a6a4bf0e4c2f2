"""Slots as a worker process sees them: when its jobs may begin, and what it does about lateness."""

import time
from dataclasses import dataclass
from typing import NamedTuple

from jobs.throttle import Rate, Slot

# The furthest (seconds) that a slow machine plans ahead.
LONGEST_LEAD = 2.0


class Clock(NamedTuple):
    """The database's clock, by which slots are told, beside ours (monotonic). Between question and
    answer lies the moment that the database calls now; so what to add to its time for ours lies
    between `earliest` and `latest`."""

    now: float
    earliest: float
    latest: float


@dataclass(frozen=True, slots=True)
class TimedSlot:
    """A slot for a job of this process."""

    slot: Slot
    clock: Clock
    lead: float = 0.0  # how far ahead it was planned
    is_patient: bool = False  # the job begins, however late

    @property
    def begins_at(self) -> float:
        """By our clock, and not too early for the database's."""
        return self.slot.at + self.clock.latest

    def lateness(self) -> float:
        """Seconds by which a start would be late now, at most."""
        return time.monotonic() - self.slot.at - self.clock.earliest

    def is_missed(self, late: float) -> bool:
        return late > self.slot.rate.patience and not self.is_patient


class Lead:
    """How far ahead (seconds) this process plans its slots: as long as it lately took from a claim
    to a thread that was ready, where a rate does not put up with that. Where the disk takes 0.2 s for
    a commit, a job whose slot is now would always be late."""

    def __init__(self) -> None:
        self._seconds = 0.0
        self._has_missed = False

    def under(self, rate: Rate) -> float:
        return self._seconds if self._seconds > rate.lateness / 2 else 0.0

    def learn(self, slot: TimedSlot, late: float) -> None:
        """`late`: when a thread was ready."""
        if late > 0:
            self._seconds = min(max(self._seconds, slot.lead + late), LONGEST_LEAD)

    def relax(self) -> None:
        self._seconds *= 0.9

    def miss(self) -> None:
        self._has_missed = True

    def take_patience(self) -> bool:
        """Whether the next jobs begin however late: those that follow a missed slot do, so that
        where all are late not all give up."""
        patient, self._has_missed = self._has_missed, False
        return patient
