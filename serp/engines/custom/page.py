"""A page read by declared selectors.

Nobody guesses here: a page on which the declared boxes are gone is a changed layout, and "nothing
found" is believed only where a reader would see it and nothing on the page speaks against it.
"""

import re
from dataclasses import replace

from serp.document import Document, Node, is_hidden
from serp.engines.custom.declaration import Declaration, split_attribute
from serp.engines.listing import Listing, parse_listing
from serp.selectors import select, select_one
from serp.text import fold_text
from serp.types import Serp
from serp.verdicts import PageSigns

NO_LINKS = re.compile(r"(?!)")
ANY_TITLE = "h1, h2, h3, h4, h5, a"
# A page that found nothing may still suggest something; so many headed links are results.
MOST_SUGGESTIONS = 3


def make_listing(declaration: Declaration) -> Listing:
    chosen = declaration.selectors
    link, attribute = split_attribute(chosen.get("url", ""))
    return Listing(
        title=declaration.host,
        host_label="",
        frame=chosen.get("frame", "html"),
        results=chosen["result"],
        result_title=chosen.get("title", ANY_TITLE),
        link=link,
        link_attribute=attribute,
        guesses=False,
        finds_boxes=False,
        ad_links=NO_LINKS,
        snippet=chosen.get("snippet", ""),
        display_url=chosen.get("display_url", ""),
        ads=chosen.get("ad", ""),
        ad_title=chosen.get("title", ANY_TITLE),
        stats=chosen.get("stats", ""),
        related=chosen.get("related", ""),
    )


def parse_page(
    declaration: Declaration, listing: Listing, document: Document, base_url: str
) -> tuple[Serp, PageSigns]:
    serp, signs = parse_listing(listing, document, base_url)
    serp = replace(serp, layout="custom")
    nothing = "" if signs.results else _find_nothing(declaration, document, serp)
    frame = signs.frame if "frame" in declaration.selectors else nothing
    return serp, replace(signs, frame=frame, no_results=nothing)


def _find_nothing(declaration: Declaration, document: Document, serp: Serp) -> str:
    """Where the page itself says that it found nothing, "" where it does not, or cannot mean it."""
    seen = _find_empty_box(declaration, document) or _find_empty_text(declaration, document)
    if serp.total_results or _count_headed_links(declaration, document) > MOST_SUGGESTIONS:
        return ""
    return seen


def _find_empty_box(declaration: Declaration, document: Document) -> str:
    selector = declaration.selectors.get("empty", "")
    boxes = select(document, selector) if selector else []
    shown = [box for box in boxes if not is_hidden(box) and box.text]
    return f"{selector}: {shown[0].text[:120]}" if shown else ""


def _find_empty_text(declaration: Declaration, document: Document) -> str:
    wanted = fold_text(declaration.empty_text)
    if not wanted or wanted not in fold_text(document.visible_text):
        return ""
    return f'the page says "{declaration.empty_text}"'


def _count_headed_links(declaration: Declaration, document: Document) -> int:
    """Links in or around headings, inside the frame where one is declared."""
    frame = select_one(document, declaration.selectors.get("frame", "html"))
    headings = frame.named("h2", "h3", "h4") if frame else []
    return sum(1 for heading in headings if heading.links() or _is_linked(heading))


def _is_linked(heading: Node) -> bool:
    return any(node.name == "a" for node in heading.ancestors)


def version_of(declaration: Declaration) -> str:
    """What is read depends on the declaration: another one is another parser."""
    return repr((sorted(declaration.selectors.items()), declaration.empty_text))
