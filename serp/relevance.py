"""Whether results have anything to do with what was asked: some engines feed decoys to programs."""

import re
from dataclasses import replace

from serp.text import fold_text
from serp.types import Outcome, Query, Reading, Serp

FEWEST_TO_DOUBT = 5  # results; fewer say nothing
SHARE_TO_DOUBT = 0.2
SHORTEST_WORD = 2
# "recipes" is found in "recipe", "gebrauchten" in "gebraucht".
SHORTEST_STEM, LONGEST_ENDING = 5, 2
# Thai, Lao, Khmer, kana, Chinese characters.
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


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
    words = {part for word in fold_text(query.text).split() for part in split_word(word)}
    if not words:
        return None
    texts = (
        fold_text(f"{result.title} {result.snippet} {result.target.url or ''}")
        for result in serp.organic
    )
    return sum(any(word in text for word in words) for text in texts)


def split_word(word: str) -> set[str]:
    """The word without its ending; of scripts that write without spaces its pairs of signs, as a
    word may be a whole sentence there."""
    if len(word) < SHORTEST_WORD:
        return set()
    if not UNSPACED.search(word):
        return {word[: max(SHORTEST_STEM, len(word) - LONGEST_ENDING)]}
    return {word[start : start + 2] for start in range(len(word) - 1)}
