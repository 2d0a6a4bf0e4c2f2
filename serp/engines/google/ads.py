"""Text ads: boxes at the top, at the bottom and, until 2014, at the right."""

from dataclasses import dataclass, replace

from serp.document import Document, Node
from serp.engines.google import marks
from serp.engines.google.links import TitledLink, leads_outside

MOST_SECTIONS = 10


@dataclass(frozen=True, slots=True)
class AdBox:
    """One ad: `link` is its title."""

    node: Node
    link: TitledLink
    block: str


@dataclass(frozen=True, slots=True)
class _Section:
    """A part of the page that is for ads, and whether its boxes are marked one by one."""

    node: Node
    has_marks: bool


def find_ad_boxes(document: Document, links: list[TitledLink], base_url: str) -> list[AdBox]:
    """The ads in document order; where they stand is settled by `place_ads`."""
    sections = _find_sections(document)
    strangers = [other for other in links if not other.paid and leads_outside(other, base_url)]
    boxes: dict[int, AdBox] = {}
    for link in links:
        if link.paid or leads_outside(link, base_url):  # else "Ads related to", "Why these ads?"
            section = next((each for each in sections if each.node.contains(link.anchor)), None)
            box = _find_box(link, section, strangers)
            if box is not None and box.index not in boxes:
                boxes[box.index] = AdBox(box, link, "top")
    return list(boxes.values())


def _find_sections(document: Document) -> list[_Section]:
    marked = document.with_attribute(marks.AD_BOX_ATTRIBUTE) + [
        node for name in marks.AD_BOX_CLASSES for node in document.by_class.get(name, [])
    ]
    nodes = document.all_with_id(marks.TOP_AD_SECTION, *marks.BOTTOM_AD_SECTIONS)[:MOST_SECTIONS]
    return [_Section(node, any(node.contains(box) for box in marked)) for node in nodes]


def _find_box(
    link: TitledLink, section: _Section | None, strangers: list[TitledLink]
) -> Node | None:
    """The box of the ad that a titled link belongs to; None where it is no ad."""
    if section is None and not link.paid:
        return None
    chain = _chain_up_to(section.node if section else None, link.anchor)
    if _is_shopping(chain):
        return None
    marked = _marked_box(chain)
    # Paid links between results are offers of hotels and the like, unless their boxes are marked.
    if marked or (section.has_marks if section else _is_among_results(chain)):
        return marked
    return _listed_box(chain) or _widest_box(chain, link, strangers)


def _is_among_results(chain: list[Node]) -> bool:
    return any(node.get("id") in marks.ORGANIC_FRAMES for node in chain)


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


def _widest_box(chain: list[Node], link: TitledLink, strangers: list[TitledLink]) -> Node | None:
    """The largest ancestor that is no frame and holds none: a child of the section or of the page.

    Where ids are new, what holds a link to another site that nobody paid for is a frame.
    """
    frames = chain[0].document.all_with_id(*marks.FRAMES)[:MOST_SECTIONS] if chain else []
    fences = [*frames, *(each.heading for each in _nearest(link, strangers))]
    widest = None
    for node in chain:
        if node.name == "body" or any(node.contains(fence) for fence in fences):
            break
        widest = node
    return widest


def _nearest(link: TitledLink, strangers: list[TitledLink]) -> list[TitledLink]:
    """The last before and the first after an ad: what grows to hold any of them holds one of these."""
    others = [each for each in strangers if each.target.domain != link.target.domain]
    before = [each for each in others if each.heading.index < link.heading.index][-1:]
    after = [each for each in others if each.heading.index > link.heading.index][:1]
    return before + after


def place_ads(document: Document, boxes: list[AdBox], organic: list[Node]) -> list[AdBox]:
    """The block of each ad: from its section, and from its place among the results."""
    right = document.all_with_id(*marks.RIGHT_SECTIONS)[:MOST_SECTIONS]
    bottom = document.all_with_id(*marks.BOTTOM_AD_SECTIONS)[:MOST_SECTIONS]
    first = organic[0].index if organic else len(document.nodes)
    return [replace(box, block=_find_block(box.node, right, bottom, first)) for box in boxes]


def _find_block(box: Node, right: list[Node], bottom: list[Node], first_result: int) -> str:
    if any(section.contains(box) for section in right):
        return "right"
    if box.index > first_result or any(section.contains(box) for section in bottom):
        return "bottom"
    return "top"
