"""The boxes between results: each is told by its heading or by a link to more of the same, and reaches
as far as nothing else does."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from serp.document import Document, Node
from serp.engines.box_items import find_entry, is_heading, read_items
from serp.engines.box_kinds import LONGEST_HEADING, kind_of_heading
from serp.features import Box, Item, make_box, make_item
from serp.text import clean_text
from serp.types import Target
from serp.urls import read_target

MOST_SIGNALS = 40
MOST_HEADINGS = 1000
MOST_BOXES_OF_A_KIND = 5
LONGEST_HREF = 2000
MOST_PLACES = 20
LONGEST_ABOUT = 300
MOST_PIECES_OF_HEADING = 12
MOST_NODES = 2000  # of a box
MOST_ANCESTORS = 40
SHORTEST_OWN_TITLE = 12

LeadsOut = Callable[[str, Target], bool]


@dataclass(frozen=True, slots=True)
class FoundBox:
    """A box with its name among the features. `node` is what its rank counts by, None beside the results."""

    name: str
    node: Node | None
    box: Box


@dataclass(frozen=True, slots=True)
class _Signal:
    """What tells that a box of this kind is here."""

    kind: str
    node: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxSearch:
    """Where to look for boxes, and by what."""

    base_url: str
    area: Node
    taken: list[Node]  # of results and ads, in which no box lies
    more_links: Mapping[str, re.Pattern[str]]
    leads_out: LeadsOut  # whether a link, with its target, leads away from the engine
    without: list[Node] = field(
        default_factory=list
    )  # parts of the page in which no box is looked for
    fences: frozenset[str] = frozenset()  # ids beyond which no box reaches
    sure_by_link: frozenset[str] = frozenset()  # kinds that a link tells though no item can be read


def find_page_boxes(document: Document, search: BoxSearch) -> list[FoundBox]:
    signals = list(_find_signals(document, search))
    by_kind = {
        signal.kind: _choose([each.node for each in signals if each.kind == signal.kind])
        for signal in signals
    }
    chosen = [node for nodes in by_kind.values() for node in nodes]
    neighbours = sorted([*search.taken, *chosen], key=lambda node: node.index)
    found = [_read_box(kind, nodes, neighbours, search) for kind, nodes in by_kind.items()]
    return [each for each in found if each.box.get("items") or _is_sure(each, by_kind, search)]


def _is_sure(found: FoundBox, by_kind: Mapping[str, list[Node]], search: BoxSearch) -> bool:
    """A link to more pictures alone is no row of them, unless the engine shows it nowhere else."""
    return found.name in search.sure_by_link or is_heading(by_kind[found.name][0])


def _choose(nodes: list[Node]) -> list[Node]:
    """Every heading, for a kind may have two boxes; without one the first link."""
    return [node for node in nodes if is_heading(node)][:MOST_BOXES_OF_A_KIND] or nodes[:1]


def _find_signals(document: Document, search: BoxSearch) -> Iterator[_Signal]:
    for heading in document.headings[:MOST_HEADINGS]:
        if search.area.contains(heading) and not _inside(heading, search.without):
            kind = _kind_of_heading(heading)
            if kind:
                yield _Signal(kind, heading)
    count = 0
    for anchor in search.area.links():
        kind = _kind_of_link(anchor, search)
        if (
            kind
            and count < MOST_SIGNALS
            and not _inside(anchor, search.without)
            and not _is_tab(anchor)
        ):
            count += 1
            yield _Signal(kind, anchor)


def _kind_of_heading(heading: Node) -> str:
    if heading.last_text - heading.first_text > MOST_PIECES_OF_HEADING:
        return ""
    if heading.get("aria-level") not in {"", "1", "2"}:
        return ""
    kind = kind_of_heading(heading.text)
    return kind if kind and not _titles_a_page(heading) else ""


def _titles_a_page(heading: Node) -> bool:
    """Whether it titles a link to a page of its own: "Images for kettles" leads to a search."""
    around = [
        node for _, node in zip(range(8), heading.ancestors, strict=False) if node.name == "a"
    ]
    hrefs = [anchor.get("href") for anchor in (around[:1] or heading.links())]
    return any("search" not in href for href in hrefs if href)


def _kind_of_link(anchor: Node, search: BoxSearch) -> str:
    href = anchor.get("href")[:LONGEST_HREF]
    return next((kind for kind, more in search.more_links.items() if more.search(href)), "")


def _is_tab(anchor: Node) -> bool:
    """Some frames hold the tabs "Images" and "News" too."""
    for _, node in zip(range(MOST_ANCESTORS), anchor.ancestors, strict=False):
        if node.name == "nav" or node.attributes.get("role") in {"navigation", "tablist"}:
            return True
    return anchor.parent is not None and len(anchor.parent.links()) > 3


def _inside(node: Node, sections: list[Node]) -> bool:
    return any(section.contains(node) for section in sections)


def _read_box(
    kind: str, signals: list[Node], neighbours: list[Node], search: BoxSearch
) -> FoundBox:
    nodes = [box_around(signal, neighbours, search.fences) for signal in signals]
    read = _READERS.get(kind, read_linked)
    items = [item for node in nodes for item in read(node, search.base_url, search.leads_out)]
    if not items and is_heading(signals[0]):
        items = read_linked(nodes[0], search.base_url, search.leads_out)
    if not items and kind in _KEPT_INSIDE:
        items = _read_own_pages(nodes[0], search)
    heading = signals[0].text if _is_title(signals[0]) else ""
    text = nodes[0].text if kind == "ai_overview" else ""
    title = heading if len(heading) <= LONGEST_HEADING else ""
    return FoundBox(kind, nodes[0], make_box(items, title=title, text=text))


def _read_own_pages(box: Node, search: BoxSearch) -> list[Item]:
    """Some engines show videos, pictures and stories on pages of their own."""

    def is_entry(anchor: Node, target: Target) -> bool:
        is_card = bool(anchor.named("div", "img", "p"))  # "see more" is a mere text
        return target.url is not None and is_card and len(anchor.text) >= SHORTEST_OWN_TITLE

    return read_items(box, search.base_url, is_entry)


def _is_title(node: Node) -> bool:
    """A link "View all" is no title; one in a heading, "Images for kettles", is."""
    return is_heading(node) or (node.parent is not None and is_heading(node.parent))


def box_around(signal: Node, neighbours: list[Node], fences: frozenset[str]) -> Node:
    """The largest ancestor that holds none of the other things on the page."""
    before = [
        node for node in neighbours if node.index < signal.index and not node.contains(signal)
    ]
    after = [node for node in neighbours if node.index > signal.index and not signal.contains(node)]
    return find_box(signal, before[-1] if before else None, after[0] if after else None, fences)


def find_box(title: Node, before: Node | None, after: Node | None, fences: frozenset[str]) -> Node:
    """The largest ancestor of a node that is no frame and holds neither of its neighbours."""
    box = title
    for ancestor in title.ancestors:
        if ancestor.name == "body" or ancestor.get("id") in fences:
            break
        if (before and ancestor.contains(before)) or (after and ancestor.contains(after)):
            break
        box = ancestor
    return box


def read_linked(box: Node, base_url: str, leads_out: LeadsOut) -> list[Item]:
    return read_items(box, base_url, lambda anchor, target: leads_out(anchor.get("href"), target))


def _read_pictures(box: Node, base_url: str, leads_out: LeadsOut) -> list[Item]:
    """At Google since 2023 a picture's page stands in an attribute, and its link only opens it."""
    framed = [
        node for node in box.first_descendants(MOST_NODES) if node.attributes.get("data-lpage")
    ]
    if not framed:
        return read_linked(box, base_url, leads_out)
    return [
        make_item(_picture_title(node), read_target(node.get("data-lpage"), base_url))
        for node in framed
    ]


def _picture_title(node: Node) -> str:
    images = [image.get("alt") for image in node.named("img") if image.get("alt")]
    return images[0] if images else node.text


def _read_places(box: Node, base_url: str, leads_out: LeadsOut) -> list[Item]:
    """Each place has a heading under the box's own; its website is a link beside it."""
    names = [
        node
        for node in box.first_descendants(MOST_NODES)
        if node.get("role") == "heading" and node.get("aria-level") == "3" and node.text
    ]
    names = (names or _numbered_places(box))[:MOST_PLACES]
    return [_read_place(name, find_entry(name, names, box), base_url, leads_out) for name in names]


def _read_place(name: Node, entry: Node, base_url: str, leads_out: LeadsOut) -> Item:
    text = clean_text(entry.text.replace(name.text, " ", 1))
    targets = ((a.get("href"), read_target(a.get("href"), base_url)) for a in entry.links()[:20])
    website = next((target for href, target in targets if leads_out(href, target)), None)
    return make_item(name.text, website, text=text[:LONGEST_ABOUT])


def _numbered_places(box: Node) -> list[Node]:
    """Places by the number that their link carries."""
    found: dict[str, Node] = {}
    for anchor in box.links()[:100]:
        match = _PLACE_NUMBER.search(anchor.get("href"))
        number = anchor.get("data-cid") or (match[1] if match else "")
        if number and anchor.text and number not in found:
            found[number] = anchor
    return list(found.values())


_KEPT_INSIDE = frozenset({"images", "videos", "news"})
_PLACE_NUMBER = re.compile(r"ludocid=(\d+)")
_READERS: Mapping[str, Callable[[Node, str, LeadsOut], list[Item]]] = {
    "images": _read_pictures,
    "local_pack": _read_places,
}
