"""The signs by which a listing's page is judged: its frame, and how it says that it found nothing."""

from serp.document import Document, Node, is_hidden
from serp.engines.listing_entries import MOST_BOXES, leads_outside
from serp.engines.listing_table import Listing
from serp.selectors import select, select_one
from serp.urls import read_target
from serp.verdicts import PageSigns

# In the frame of a page that found nothing; with more, its words "no results" are a result's own.
MOST_LINKS_OUT = 5


def make_signs(
    listing: Listing, document: Document, base_url: str, frame: Node | None, results: int
) -> PageSigns:
    return PageSigns(
        engine_title=listing.title,
        results=results,
        frame=repr(frame)[:80] if frame else "",
        no_results=_find_no_results(listing, document, base_url, frame),
        needs_js=_describe(select_one(document, listing.needs_js)),
        refusal=_find_refusal(listing, document),
    )


def _find_no_results(
    listing: Listing, document: Document, base_url: str, frame: Node | None
) -> str:
    boxes = select(document, listing.no_results) if listing.no_results else []
    shown = next((box for box in boxes if not is_hidden(box)), None)
    if shown is not None:
        return _describe(shown)
    parts = select(document, listing.frame)[:10] if frame else []
    if _count_links_out(listing, parts, base_url) > MOST_LINKS_OUT:
        return ""
    matches = (listing.no_results_words.search(document.visible_text_of(part)) for part in parts)
    return next((f'the page says "{match.group()}"' for match in matches if match), "")


def _count_links_out(listing: Listing, parts: list[Node], base_url: str) -> int:
    hrefs = {anchor.get("href") for part in parts for anchor in part.links()[:MOST_BOXES]}
    return sum(1 for href in hrefs if leads_outside(listing, read_target(href, base_url)))


def _find_refusal(listing: Listing, document: Document) -> str:
    match = listing.refusal_words.search(document.title)
    if match:
        return f'title says "{match.group()}"'
    return _describe(select_one(document, listing.refusal))


def _describe(node: Node | None) -> str:
    return f'<{node.name} id="{node.get("id")}" class="{node.get("class")[:60]}">' if node else ""
