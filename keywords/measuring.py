"""What is measured on an answer: the rolling figures of its source are made of it."""

from dataclasses import dataclass
from hashlib import blake2b

from serp.relevance import count_related
from serp.text import fold_text
from serp.types import Exchange, Outcome, Query, Reading, Serp

# Fewer results may be the same for different keywords by chance.
FEWEST_TO_COMPARE = 3
LARGEST_INT = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Columns of PageHealth. None: not measured."""

    organic: int | None = None
    ads: int | None = None
    links: int | None = None
    size: int | None = None
    frame: bool | None = None
    echo: bool | None = None
    related: float | None = None
    fingerprint: str = ""
    keyword_hash: str = ""


def measure(exchange: Exchange | None, reading: Reading, query: Query) -> Measures:
    serp, marks = reading.serp, reading.marks
    links = serp.links_total if serp else marks.links if marks else None
    return Measures(
        organic=len(serp.organic) if serp else None,
        ads=len(serp.ads) if serp else None,
        links=min(links, LARGEST_INT) if links is not None else None,
        size=min(len(exchange.body), LARGEST_INT) if exchange and exchange.body else None,
        frame=marks.frame if marks else None,
        echo=find_echo(reading, query),
        related=find_share(serp, query) if serp else None,
        fingerprint=take_fingerprint(serp) if serp else "",
        keyword_hash=shorten(fold_text(query.text)),
    )


def find_echo(reading: Reading, query: Query) -> bool | None:
    """Whether the page repeats the keyword, in its title or search box; None without a page."""
    shown = [reading.serp.query_echo if reading.serp else ""]
    shown.append(reading.marks.title if reading.marks else "")
    if not any(shown) and reading.marks is None:
        return None
    asked = fold_text(query.text)
    return any(asked in fold_text(text) for text in shown)


def find_share(serp: Serp, query: Query) -> float | None:
    related = count_related(serp, query)
    return related / len(serp.organic) if serp.organic and related is not None else None


def take_fingerprint(serp: Serp) -> str:
    """Of the addresses of the results, in order; "" where there are too few to compare."""
    urls = [result.target.url or "" for result in serp.organic]
    return shorten("\n".join(urls)) if len(urls) >= FEWEST_TO_COMPARE and all(urls) else ""


def shorten(text: str) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


NOT_AN_ANSWER = frozenset({Outcome.CANCELLED, Outcome.BAD_REQUEST})
