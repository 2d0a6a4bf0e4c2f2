"""The saved page as evidence: what was seen on it, marked; and its source, line by line."""

from collections.abc import Sequence
from dataclasses import dataclass

from keywords.models import ResultLink, SavedPage, Search
from keywords.saved_pages import read_page
from serp.encoding import decode_page
from serp.marking import Mark, MarkedPage, mark_page

AD_NAMES = {"ad_top": "Ad", "ad_bottom": "Ad ↓", "ad_right": "Ad →"}
MOST_LINES = 20_000
MOST_CHARACTERS = 3_000_000


@dataclass(frozen=True, slots=True)
class Source:
    """The page's text, cut where it is longer than a browser shows at ease."""

    lines: Sequence[str]
    characters: int
    cut: bool


def list_marks(search: Search) -> list[Mark]:
    """In the order of the page. Labels are the ranks that the other tabs show."""
    links = search.result_links.exclude(block=ResultLink.Block.OTHER)
    rows = links.order_by("absolute_rank", "rank", "pk").values_list(
        "block", "rank", "title", "href_raw"
    )
    return [make_mark(*row) for row in rows]


def make_mark(block: str, rank: int, title: str, href: str) -> Mark:
    is_organic = block == ResultLink.Block.ORGANIC
    return Mark(
        kind="organic" if is_organic else "ad",
        label=str(rank) if is_organic else f"{AD_NAMES[block]} {rank}",
        title=title,
        href=href,
    )


def mark_saved_page(search: Search, saved: SavedPage) -> MarkedPage:
    return mark_page(read_page(saved), saved.content_type, list_marks(search))


def read_source(saved: SavedPage) -> Source:
    text = decode_page(read_page(saved), saved.content_type)
    lines = text[:MOST_CHARACTERS].splitlines()
    cut = len(text) > MOST_CHARACTERS or len(lines) > MOST_LINES
    return Source(lines[:MOST_LINES], len(text), cut)
