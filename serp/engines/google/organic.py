"""Organic results: a link with a heading, inside the results frame, in no other box."""

from serp.document import Document, Node
from serp.engines.google import marks
from serp.engines.google.links import TitledLink, leads_outside
from serp.engines.guessing import find_container, find_repeated_links, is_search_page


def find_results_frame(document: Document, base_url: str) -> Node | None:
    """The frame by its id; on a search page whose ids are all new, what holds the results."""
    frame = next(
        (document.by_id[name] for name in marks.RESULT_FRAMES if name in document.by_id), None
    )
    if frame is None and document.nodes and is_search_page(document, base_url, "q"):
        frame = find_container(document.nodes[0], base_url, "google")
    return frame


def find_organic(
    frame: Node | None,
    links: list[TitledLink],
    base_url: str,
    ad_boxes: list[Node],
    featured: Node | None,
) -> list[TitledLink]:
    if frame is None:
        return []
    document = frame.document
    aside = [
        *ad_boxes,
        *document.all_with_id(*marks.RIGHT_SECTIONS),
        *([featured] if featured else []),
    ]
    found = [
        link
        for link in links
        if frame.contains(link.heading)
        and not _in_any(link.heading, aside)
        and link.anchor.get("role") != "button"  # apps to install
        and leads_outside(link, base_url)
        and _is_main_link(frame, link)
    ]
    return _titled_as_results(document, found)


def find_untitled(document: Document, base_url: str) -> list[TitledLink]:
    """On pages for browsers that know text alone (2021-2025) no title is a heading: what repeats."""
    if not document.nodes or not is_search_page(document, base_url, "q"):
        return []
    return [
        TitledLink(link.heading, link.anchor, link.target, paid=False)
        for link in find_repeated_links(document.nodes[0], base_url, "google")
    ]


def _titled_as_results(document: Document, links: list[TitledLink]) -> list[TitledLink]:
    """On desktop pages results have an h3, and boxes (videos, stories) other headings."""
    titled = [link for link in links if link.heading.name == "h3"]
    is_desktop = any(identifier in document.by_id for identifier in marks.DESKTOP_ONLY)
    return titled if is_desktop and titled else links


def _in_any(node: Node, boxes: list[Node]) -> bool:
    return any(box.contains(node) for box in boxes)


def _is_main_link(frame: Node, link: TitledLink) -> bool:
    for node in link.heading.ancestors:
        if node.index <= frame.index:
            break
        if node.name in marks.TABLE_TAGS:
            if _holds_sitelinks(node, link.heading):
                return False
        elif _is_foreign_box(node) or (link.heading.name != "h3" and _has_section_title(node)):
            return False
    return True


def _holds_sitelinks(table: Node, heading: Node) -> bool:
    """Tables hold sitelinks, but in 2008-2012 also the one title of a video beside its picture."""
    item = next((node for node in heading.ancestors if node.name in {"li", "blockquote"}), None)
    if item is None or not item.contains(table):
        return True
    titles = (node for node in heading.document.headings if item.contains(node))
    return next(titles, heading).index < heading.index


def _is_foreign_box(node: Node) -> bool:
    if node.name in marks.FOREIGN_TAGS:
        return True
    if marks.QUESTION_ATTRIBUTE in node.attributes or node.get("role") in {"listitem", "list"}:
        return True
    if node.attributes.get(marks.FACT_ATTRIBUTE):  # an answer of a panel, with its source
        return True
    return node.has_class(marks.QUESTION_CLASS, *marks.SITELINK_CLASSES, *marks.SHOPPING_CLASSES)


def _has_section_title(node: Node) -> bool:
    """Whether a box has a title of its own, as "Videos" and "Top stories" have."""
    return any(
        inner.get("aria-level") == "2" and inner.get("role") == "heading" and not inner.links()
        for inner in node.first_descendants(40)
    )
