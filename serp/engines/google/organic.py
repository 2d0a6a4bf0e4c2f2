"""Organic results: a link with a heading, inside the results frame, in no other box."""

from serp.document import Document, Node
from serp.engines.google import marks
from serp.engines.google.links import TitledLink, leads_outside


def find_results_frame(document: Document) -> Node | None:
    return next(
        (document.by_id[name] for name in marks.RESULT_FRAMES if name in document.by_id), None
    )


def find_organic(
    document: Document, links: list[TitledLink], base_url: str, ad_boxes: list[Node]
) -> list[TitledLink]:
    frame = find_results_frame(document)
    if frame is None:
        return []
    inside = [
        link
        for link in links
        if frame.contains(link.heading) and not _in_any(link.heading, ad_boxes)
    ]
    return [link for link in inside if leads_outside(link, base_url) and _is_main_link(frame, link)]


def _in_any(node: Node, boxes: list[Node]) -> bool:
    return any(box.contains(node) for box in boxes)


def _is_main_link(frame: Node, link: TitledLink) -> bool:
    chain = [ancestor for ancestor in link.heading.ancestors if ancestor.index > frame.index]
    return not any(_is_foreign_box(node) for node in chain)


def _is_foreign_box(node: Node) -> bool:
    if node.name in {"table", "tr"} or node.name in marks.CAROUSEL_TAGS:
        return True
    if marks.QUESTION_ATTRIBUTE in node.attributes or node.get("role") in {"listitem", "list"}:
        return True
    return node.has_class(marks.QUESTION_CLASS, *marks.SITELINK_CLASSES, *marks.SHOPPING_CLASSES)
