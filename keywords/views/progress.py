"""How far a list is: segments for the bar, facets for the filter."""

from dataclasses import dataclass

from keywords.statuses import DONE_OUTCOMES, NO_OUTCOME, Counts, Status
from keywords.views.wording import OUTCOMES, STATUS_CHIPS, Chip
from serp.types import Outcome

BAR = 1000
# The order of the bar, from what is finished to what is not.
UNFINISHED_ORDER = (Status.RUNNING, Status.RETRYING, Status.WAITING)
FAILURES = frozenset(OUTCOMES) - {*DONE_OUTCOMES, Outcome.CANCELLED}


@dataclass(frozen=True)
class Part:
    """Keywords of one outcome or status; `key` is its value in the filter, `kind` its name there."""

    kind: str
    key: str
    chip: Chip
    count: int


@dataclass(frozen=True)
class Segment:
    """A part of the bar, in thousandths."""

    tone: str
    start: int
    width: int


@dataclass(frozen=True)
class Progress:
    counts: Counts
    parts: tuple[Part, ...]
    segments: tuple[Segment, ...]

    @property
    def is_finished(self) -> bool:
        return self.counts.unfinished == 0

    @property
    def percent(self) -> int:
        return self.counts.finished * 100 // self.counts.total if self.counts.total else 0

    @property
    def summary(self) -> list[tuple[Chip, int]]:
        """What came of it, all failures together."""
        counts: dict[Chip, int] = {}
        for part in self.parts:
            failed = part.key == NO_OUTCOME or part.key in FAILURES
            chip = STATUS_CHIPS[Status.FAILED] if failed else part.chip
            counts[chip] = counts.get(chip, 0) + part.count
        return list(counts.items())

    @property
    def version(self) -> str:
        """Changes with any of the numbers."""
        return "-".join(f"{part.key}.{part.count}" for part in self.parts)


def build_progress(counts: Counts) -> Progress:
    parts = tuple(part for part in find_parts(counts) if part.count > 0)
    return Progress(counts, parts, build_segments(parts, counts.total))


def find_parts(counts: Counts) -> list[Part]:
    of_outcomes = [
        Part("outcome", outcome, meaning.chip, counts.by_outcome.get(outcome, 0))
        for outcome, meaning in OUTCOMES.items()
    ]
    of_statuses = [
        Part("status", status, STATUS_CHIPS[status], counts.by_status[status])
        for status in UNFINISHED_ORDER
    ]
    return [*of_outcomes, *find_unjudged(counts), *of_statuses]


def find_unjudged(counts: Counts) -> list[Part]:
    """Failed without an outcome: the attempt itself did not come to an end."""
    judged = sum(counts.by_outcome.get(outcome, 0) for outcome in FAILURES)
    unjudged = counts.by_status[Status.FAILED] - judged
    return [Part("outcome", NO_OUTCOME, STATUS_CHIPS[Status.FAILED], unjudged)]


def build_segments(parts: tuple[Part, ...], total: int) -> tuple[Segment, ...]:
    """Neighbours of one tone are one segment. What there is of, is to be seen: at least 4 of 1000."""
    by_tone: dict[str, int] = {}
    for part in parts:
        by_tone[part.chip.tone] = by_tone.get(part.chip.tone, 0) + part.count
    widths = {tone: max(round(count * BAR / total), 4) for tone, count in by_tone.items()}
    segments, start = [], 0
    for tone, width in widths.items():
        segments.append(Segment(tone, start, width))
        start += width
    return tuple(segments)
