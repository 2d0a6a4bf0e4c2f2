"""When a source's newest answers differ so much from those before that somebody should look."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

from serp.types import Outcome

# Fewer answers than these say little.
FEWEST, FEWEST_BEFORE, FEWEST_FOR_SHARES = 20, 30, 5
# A share that was 0 may become this by chance.
SMALLEST_SHARE = 0.02
SIGMAS = 3
WRONG_SHARE = 0.2
FEWEST_ALIKE = 3


@dataclass(frozen=True, slots=True)
class Sample:
    """One answer that a parser had a say in."""

    outcome: str
    organic: int | None = None
    ads: int | None = None
    fingerprint: str = ""
    keyword_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Columns of SourceFigures. Shares from 0 to 1; None: nothing to count."""

    answers: int = 0
    empty_share: float | None = None
    changed_share: float | None = None
    degraded_share: float | None = None
    median_organic: float | None = None
    median_ads: float | None = None
    answers_before: int = 0
    empty_share_before: float | None = None
    median_organic_before: float | None = None


def sum_up(latest: Sequence[Sample], before: Sequence[Sample]) -> Figures:
    return Figures(
        answers=len(latest),
        empty_share=share_of(latest, Outcome.EMPTY),
        changed_share=share_of(latest, Outcome.LAYOUT_CHANGED),
        degraded_share=share_of(latest, Outcome.DEGRADED),
        median_organic=median_of(each.organic for each in with_results(latest)),
        median_ads=median_of(each.ads for each in with_results(latest)),
        answers_before=len(before),
        empty_share_before=share_of(before, Outcome.EMPTY),
        median_organic_before=median_of(each.organic for each in with_results(before)),
    )


def find_alarms(figures: Figures, latest: Sequence[Sample], canary: str = "") -> list[str]:
    """A sentence each. `canary`: the outcome of the last one, "" for none."""
    found = [
        warn_of_empties(figures),
        warn_of_few_results(figures),
        warn_of_share(figures, figures.changed_share, "could not be understood"),
        warn_of_share(figures, figures.degraded_share, "had nothing to do with the keyword"),
        warn_of_sameness(latest),
        warn_of_canary(canary),
    ]
    return [sentence for sentence in found if sentence]


def warn_of_empties(figures: Figures) -> str:
    now, before = figures.empty_share, figures.empty_share_before
    if now is None or before is None or not can_compare(figures):
        return ""
    usual = max(before, SMALLEST_SHARE)
    if now <= usual + SIGMAS * sqrt(usual * (1 - usual) / figures.answers):
        return ""
    return (
        f"{now:.0%} of the last {figures.answers} pages found nothing; before it was {before:.0%}."
    )


def warn_of_few_results(figures: Figures) -> str:
    now, before = figures.median_organic, figures.median_organic_before
    if now is None or not before or not can_compare(figures) or now > before / 2:
        return ""
    return f"A page has {now:g} results in the median; before it was {before:g}."


def warn_of_share(figures: Figures, share: float | None, what: str) -> str:
    if share is None or figures.answers < FEWEST_FOR_SHARES or share < WRONG_SHARE:
        return ""
    return f"{share:.0%} of the last {figures.answers} pages {what}."


def warn_of_sameness(latest: Sequence[Sample]) -> str:
    """Different keywords that get the same results: an engine may answer programs so."""
    keywords: dict[str, set[str]] = defaultdict(set)
    for each in latest:
        if each.fingerprint:
            keywords[each.fingerprint].add(each.keyword_hash)
    compared = len({each.keyword_hash for each in latest if each.fingerprint})
    alike = max(map(len, keywords.values()), default=0)
    if alike < FEWEST_ALIKE or alike < compared * WRONG_SHARE:
        return ""
    return f"{alike} different keywords got the very same results."


def warn_of_canary(outcome: str) -> str:
    if outcome not in {Outcome.EMPTY, Outcome.LAYOUT_CHANGED, Outcome.DEGRADED}:
        return ""
    return f"The canary, which always finds something, came back as {outcome.replace('_', ' ')}."


def can_compare(figures: Figures) -> bool:
    return figures.answers >= FEWEST and figures.answers_before >= FEWEST_BEFORE


def with_results(samples: Iterable[Sample]) -> Iterable[Sample]:
    return (each for each in samples if each.outcome in {Outcome.OK, Outcome.DEGRADED})


def share_of(samples: Sequence[Sample], outcome: Outcome) -> float | None:
    if not samples:
        return None
    return sum(each.outcome == outcome for each in samples) / len(samples)


def median_of(numbers: Iterable[int | None]) -> float | None:
    known = [number for number in numbers if number is not None]
    return float(median(known)) if known else None
