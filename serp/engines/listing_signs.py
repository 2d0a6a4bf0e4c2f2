"""The signs by which a listing's page is judged: its frame, and how it says that it found nothing."""

from serp.document import Document, Node, is_hidden
from serp.engines.listing_boxes import read_echo
from serp.engines.listing_entries import MOST_BOXES, leads_outside
from serp.engines.listing_table import Listing
from serp.engines.nothing_found import find_words, gives_advice, is_nearly_bare
from serp.selectors import select, select_one
from serp.urls import read_target
from serp.verdicts import PageSigns

# In the frame of a page that found nothing; with more, its words "no results" are a result's own.
MOST_LINKS_OUT = 5
FEW_LINKS_OUT = 2  # where the words are not the engine's own


def make_signs(
    listing: Listing, document: Document, base_url: str, frame: Node | None, results: int
) -> PageSigns:
    told = repr(frame)[:80] if frame else ""
    if results:  # nothing else is asked then
        return PageSigns(engine_title=listing.title, results=results, frame=told)
    return PageSigns(
        engine_title=listing.title,
        results=0,
        frame=told,
        no_results=_find_no_results(listing, document, base_url, frame),
        needs_js=_find_script_note(listing, document, frame),
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
    links_out = _count_links_out(listing, parts, base_url)
    if links_out > MOST_LINKS_OUT or not is_nearly_bare(parts):
        return ""
    matches = (listing.no_results_words.search(document.visible_text_of(part)) for part in parts)
    told = next((match.group() for match in matches if match), "")
    if not told and links_out <= FEW_LINKS_OUT:
        told = _find_words_of_any(listing, document, parts)
    return f'the page says "{told}"' if told else ""


def _find_words_of_any(listing: Listing, document: Document, parts: list[Node]) -> str:
    """In the words of other languages, or by the advice that stands in the place of results."""
    # The lightest pages have no frame but the form above their results.
    scopes = [document.nodes[0] if part.name == "form" else part for part in parts]
    texts = [document.title, *(document.visible_text_of(scope) for scope in scopes)]
    told = next((words for text in texts if (words := find_words(text))), "")
    if told:
        return told
    echo = read_echo(listing, document)
    advises = echo and any(gives_advice(scope, echo) for scope in scopes)
    return f"{echo}, and then gives advice" if advises else ""


def _count_links_out(listing: Listing, parts: list[Node], base_url: str) -> int:
    hrefs = {anchor.get("href") for part in parts for anchor in part.links()[:MOST_BOXES]}
    return sum(1 for href in hrefs if leads_outside(listing, read_target(href, base_url)))


def _find_script_note(listing: Listing, document: Document, frame: Node | None) -> str:
    """Pages that are complete keep such a note too: it counts where there is next to nothing else."""
    if frame and not is_nearly_bare([frame]):
        return ""
    return _describe(select_one(document, listing.needs_js))


def _find_refusal(listing: Listing, document: Document) -> str:
    match = listing.refusal_words.search(document.title)
    if match:
        return f'title says "{match.group()}"'
    return _describe(select_one(document, listing.refusal))


def _describe(node: Node | None) -> str:
    return f'<{node.name} id="{node.get("id")}" class="{node.get("class")[:60]}">' if node else ""
