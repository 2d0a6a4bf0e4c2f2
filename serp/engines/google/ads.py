"""Text ads: boxes at the top, at the bottom and, until 2014, at the right."""

from dataclasses import dataclass

from serp.document import Document, Node
from serp.engines.google import marks
from serp.engines.google.links import TitledLink, leads_outside


@dataclass(frozen=True, slots=True)
class AdBox:
    """One ad: `link` is its title."""

    node: Node
    link: TitledLink
    block: str


def find_ad_boxes(document: Document, links: list[TitledLink], base_url: str) -> list[AdBox]:
    """The ads in document order; their block as "top" or "right", until `place_ads` knows better."""
    boxes: dict[int, AdBox] = {}
    for link in links:
        node = _find_box(document, link, base_url)
        if node is not None and node.index not in boxes:
            boxes[node.index] = AdBox(node, link, "top")
    return list(boxes.values())


def _find_box(document: Document, link: TitledLink, base_url: str) -> Node | None:
    """The box of the ad that a titled link belongs to; None where it is no ad."""
    section = _find_section(document, link)
    if section is None and not link.paid:
        return None
    if not link.paid and not leads_outside(link, base_url):  # "Ads related to", "Why these ads?"
        return None
    chain = _chain_up_to(section, link.anchor)
    if _is_shopping(chain):
        return None
    marked = _marked_box(chain)
    if marked is not None or (section and any(_is_marked(node) for node in section.descendants)):
        return marked
    return _listed_box(chain) or _widest_box(chain)


def _find_section(document: Document, link: TitledLink) -> Node | None:
    for section in document.all_with_id("tads", *marks.BOTTOM_AD_SECTIONS):
        if section.contains(link.anchor):
            return section
    return None


def _chain_up_to(section: Node | None, node: Node) -> list[Node]:
    """The ancestors of a node, inside its section."""
    return [
        ancestor for ancestor in node.ancestors if section is None or ancestor.index > section.index
    ]


def _is_shopping(chain: list[Node]) -> bool:
    return any(
        node.name in marks.CAROUSEL_TAGS or node.has_class(*marks.SHOPPING_CLASSES)
        for node in chain
    )


def _marked_box(chain: list[Node]) -> Node | None:
    marked = [node for node in chain if _is_marked(node)]
    return marked[-1] if marked else None


def _is_marked(node: Node) -> bool:
    return marks.AD_BOX_ATTRIBUTE in node.attributes or node.has_class(*marks.AD_BOX_CLASSES)


def _listed_box(chain: list[Node]) -> Node | None:
    """The outermost item of a list: sitelinks are items of inner lists."""
    items = [node for node in chain if node.name == "li"]
    return items[-1] if items else None


def _widest_box(chain: list[Node]) -> Node | None:
    """The largest ancestor that is no frame and holds none: a child of the section or of the page."""
    widest = None
    for node in chain:
        if node.name == "body" or node.get("id") in marks.FRAMES or _holds_frame(node):
            break
        widest = node
    return widest


def _holds_frame(node: Node) -> bool:
    return any(node.contains(frame) for frame in node.document.all_with_id(*marks.FRAMES))


def place_ads(document: Document, boxes: list[AdBox], organic: list[Node]) -> list[AdBox]:
    """The block of each ad: from its section, and from its place among the results."""
    return [AdBox(box.node, box.link, _find_block(document, box.node, organic)) for box in boxes]


def _find_block(document: Document, node: Node, organic: list[Node]) -> str:
    if any(section.contains(node) for section in document.all_with_id(*marks.RIGHT_SECTIONS)):
        return "right"
    if any(section.contains(node) for section in document.all_with_id(*marks.BOTTOM_AD_SECTIONS)):
        return "bottom"
    if organic and node.index > organic[0].index:
        return "bottom"
    return "top"
