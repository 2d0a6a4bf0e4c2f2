"""Engines whose pages are lists of marked boxes: a table of selectors says what is where.

An engine of this kind is a `Listing` and a function that builds the request. Where the marks are
gone, what repeats is read instead (`serp.engines.guessing`), so that new names alone lose nothing.
"""

from dataclasses import replace

from serp.document import Document
from serp.engines.dates import read_leading_date
from serp.engines.listing_boxes import (
    find_listing_boxes,
    question_nodes,
    read_echo,
    read_related,
    read_text,
)
from serp.engines.listing_entries import Entries, Entry, find_entries, is_inside
from serp.engines.listing_signs import make_signs
from serp.engines.listing_table import Listing
from serp.engines.page_boxes import FoundBox
from serp.engines.result_text import read_display_url, read_snippet
from serp.engines.sitelinks import read_sitelinks
from serp.selectors import select
from serp.text import read_total_results
from serp.types import Ad, OrganicResult, Serp, Target
from serp.urls import read_target, shown_domain
from serp.verdicts import PageSigns

__all__ = ["Listing", "parse_listing"]


def parse_listing(listing: Listing, document: Document, base_url: str) -> tuple[Serp, PageSigns]:
    entries = find_entries(listing, document, base_url)
    results = len(entries.organic) + len(entries.ads)
    serp = _make_serp(listing, document, base_url, entries)
    return serp, make_signs(listing, document, base_url, entries.frame, results)


def _make_serp(listing: Listing, document: Document, base_url: str, entries: Entries) -> Serp:
    stats = read_text(document, listing.stats)
    boxes = find_listing_boxes(listing, document, base_url, entries)
    ranks = _rank_blocks(entries, boxes)
    return Serp(
        query_echo=read_echo(listing, document),
        ads=_make_ads(listing, document, entries, ranks),
        organic=tuple(
            _make_organic(listing, entry, rank, ranks, base_url)
            for rank, entry in enumerate(entries.organic, start=1)
        ),
        links=tuple(read_target(anchor.get("href"), base_url) for anchor in document.links),
        links_total=len(document.links),
        stats_raw=stats,
        total_results=read_total_results(stats),
        related_searches=read_related(listing, document, base_url, entries),
        people_also_ask=tuple(node.text for node in question_nodes(listing, document)),
        features={
            found.name: {**({"rank": ranks[found.node.index]} if found.node else {}), **found.box}
            for found in boxes
        },
        layout="guessed" if entries.guessed else "",
    )


def _rank_blocks(entries: Entries, boxes: list[FoundBox]) -> dict[int, int]:
    """The rank of each block of the page by the index of its node."""
    places = {entry.heading.index for entry in (*entries.organic, *entries.ads)}
    places |= {found.node.index for found in boxes if found.node}
    return {index: rank for rank, index in enumerate(sorted(places), start=1)}


def _make_organic(
    listing: Listing, entry: Entry, rank: int, ranks: dict[int, int], base_url: str
) -> OrganicResult:
    display_url, snippet = _read_display_url(listing, entry), _read_snippet(listing, entry)
    return OrganicResult(
        rank=rank,
        absolute_rank=ranks[entry.heading.index],
        title=entry.heading.text,
        target=_complete(entry.target, display_url),
        display_url=display_url,
        snippet=snippet,
        date=read_leading_date(snippet),
        sitelinks=read_sitelinks(entry.box, entry.heading, entry.target, base_url),
    )


def _make_ads(
    listing: Listing, document: Document, entries: Entries, ranks: dict[int, int]
) -> tuple[Ad, ...]:
    bottom = select(document, listing.ads_bottom) if listing.ads_bottom else []
    right = select(document, listing.ads_right) if listing.ads_right else []
    first = entries.organic[0].box.index if entries.organic else len(document.nodes)
    ads: list[Ad] = []
    for entry in entries.ads:
        below = is_inside(entry.box, bottom) or entry.box.index > first
        block = "right" if is_inside(entry.box, right) else "bottom" if below else "top"
        position = 1 + sum(1 for ad in ads if ad.block == block)
        ads.append(_make_ad(listing, entry, block, position, ranks[entry.heading.index]))
    return tuple(ads)


def _make_ad(listing: Listing, entry: Entry, block: str, position: int, rank: int) -> Ad:
    display_url = _read_display_url(listing, entry)
    return Ad(
        block=block,
        position=position,
        absolute_rank=rank,
        title=entry.heading.text,
        target=_complete(entry.target, display_url),
        click_url=entry.anchor.get("href"),
        display_url=display_url,
        snippet=_read_snippet(listing, entry),
    )


def _read_snippet(listing: Listing, entry: Entry) -> str:
    node = entry.select_one(listing.snippet)
    return (node.text if node else "") or read_snippet(entry.box, entry.heading, entry.end)


def _read_display_url(listing: Listing, entry: Entry) -> str:
    node = entry.select_one(listing.display_url)
    return (node.text if node else "") or read_display_url(entry.box, entry.heading, entry.end)


def _complete(target: Target, display_url: str) -> Target:
    return target if target.url else replace(target, domain=shown_domain(display_url))
