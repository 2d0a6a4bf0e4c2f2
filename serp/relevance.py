"""Whether results have anything to do with what was asked: some engines feed decoys to programs."""

from dataclasses import replace

from serp.text import fold_text
from serp.types import Outcome, Query, Reading, Serp

FEWEST_TO_DOUBT = 5  # results; fewer say nothing
SHARE_TO_DOUBT = 0.2
SHORTEST_WORD = 2


def doubt_irrelevant(reading: Reading, query: Query) -> Reading:
    """`degraded` instead of `ok` where next to no result holds a word of the query."""
    if reading.verdict.outcome is not Outcome.OK or reading.serp is None:
        return reading
    total = len(reading.serp.organic)
    related = count_related(reading.serp, query)
    if total < FEWEST_TO_DOUBT or related is None or related >= total * SHARE_TO_DOUBT:
        return reading
    verdict = replace(
        reading.verdict,
        outcome=Outcome.DEGRADED,
        reason="The results have nothing to do with the keyword.",
        evidence=f"{related} of {total} results hold a word of it",
    )
    return replace(reading, verdict=verdict)


def count_related(serp: Serp, query: Query) -> int | None:
    """How many organic results hold a word of the query; None where it has no word to look for."""
    words = {word for word in fold_text(query.text).split() if len(word) >= SHORTEST_WORD}
    if not words:
        return None
    texts = (
        fold_text(f"{result.title} {result.snippet} {result.target.url or ''}")
        for result in serp.organic
    )
    return sum(any(word in text for word in words) for text in texts)
