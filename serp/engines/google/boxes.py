"""The boxes between results: pictures, videos, news, places. Each is told by where its own links
lead or by its heading, and reaches as far as nothing else does."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from serp.document import Document, Node
from serp.engines.box_items import find_entry, is_heading, read_items
from serp.engines.google import marks
from serp.engines.google.links import is_own_page
from serp.engines.google.result_boxes import find_box
from serp.features import Box, Item, make_box, make_item
from serp.text import clean_text, fold_text
from serp.types import Target
from serp.urls import is_engine_host, read_target

MOST_SIGNALS = 40
MOST_PLACES = 20
LONGEST_ABOUT = 300
LONGEST_HEADING = 60


@dataclass(frozen=True, slots=True)
class FoundBox:
    """A box with its name among the features. `node` is what its rank counts by, None beside the results."""

    name: str
    node: Node | None
    box: Box


@dataclass(frozen=True, slots=True)
class _Kind:
    more: re.Pattern[str]  # where the link "more of these" leads: before 2024, and since
    words: re.Pattern[str]  # the heading, folded


@dataclass(frozen=True, slots=True)
class _Signal:
    """What tells that a box of this kind is here: its heading, or a link to more of the same."""

    kind: str
    node: Node


_KINDS = {
    "images": _Kind(
        re.compile(r"[?&](tbm=isch|udm=2)(&|$)|/images\?|/imgres\?"),
        re.compile(
            r"^(images|bilder|im\u00e1genes|imagens|immagini|afbeeldingen|obrazy|\u043a\u0430\u0440\u0442\u0438\u043d\u043a\u0438|\u0437\u043e\u0431\u0440\u0430\u0436\u0435\u043d\u043d\u044f|h\u00ecnh \u1ea3nh|\u753b\u50cf|\u56fe\u7247)\b"
        ),
    ),
    "videos": _Kind(
        re.compile(r"[?&](tbm=vid|udm=(7|39))(&|$)"),
        re.compile(
            r"^(short videos|kurze videos|videos?|v[i\u00ed]deos( curtos| cortos)?|video's|filmy|\u0432\u0438\u0434\u0435\u043e|\u0432\u0456\u0434\u0435\u043e|\u52d5\u753b|\u89c6\u9891)$"
        ),
    ),
    "news": _Kind(
        re.compile(r"[?&](tbm=nws|udm=12)(&|$)"),
        re.compile(
            r"^(top stories|latest (news|from)|news about|news|schlagzeilen|aktuelle (nachrichten|meldungen)|\u00e0 la une|actualit\u00e9s|noticias( destacadas| principales)?"
            r"|not\u00edcias|principais not\u00edcias|notizie( principali)?|hoofdnieuws|\u0433\u043b\u0430\u0432\u043d\u044b\u0435 \u043d\u043e\u0432\u043e\u0441\u0442\u0438|\u043d\u043e\u0432\u043e\u0441\u0442\u0438|\u30c8\u30c3\u30d7\u30cb\u30e5\u30fc\u30b9)\b"
        ),
    ),
    "local_pack": _Kind(
        re.compile(
            r"[?&](ludocid|rlst|rldimm)=|[?&]tbm=lcl(&|$)|^https?://maps\.google\.|/maps\?|/maps/(place|dir|search)"
        ),
        re.compile(
            r"^hotels \||^(places|businesses|locations|orte|standorte|unternehmen|lieux|lugares|locais|luoghi|locaties|\u043c\u0435\u0441\u0442\u0430|\u043e\u0440\u0433\u0430\u043d\u0438\u0437\u0430\u0446\u0438\u0438)(\b|$)"
        ),
    ),
}


def find_boxes(
    document: Document, taken: list[Node], featured: Node | None, base_url: str
) -> list[FoundBox]:
    """`taken` are the nodes of results and ads, in which no box lies."""
    frame = find_area(document)
    signals = list(_find_signals(document, frame)) if frame else []
    if featured is not None:
        signals = [signal for signal in signals if not featured.contains(signal.node)]
    by_kind = {
        signal.kind: _choose([s for s in signals if s.kind == signal.kind]) for signal in signals
    }
    fences = sorted(
        [*taken, *(node for nodes in by_kind.values() for node in nodes)], key=lambda n: n.index
    )
    boxes = [_read_box(kind, nodes, fences, base_url) for kind, nodes in by_kind.items()]
    # A link to a map alone is no list of places.
    return [found for found in boxes if found.name != "local_pack" or found.box.get("items")]


def _choose(signals: list[_Signal]) -> list[Node]:
    """Every heading, for a kind may have two boxes; without one the first link."""
    headings = [signal.node for signal in signals if is_heading(signal.node)]
    return headings or [signals[0].node]


def find_area(document: Document) -> Node | None:
    """The part of the page that holds results and boxes, without the tabs above where it can be told."""
    names = ("rcnt", "center_col", *marks.ORGANIC_FRAMES, "main")
    return next((document.by_id[name] for name in names if name in document.by_id), None)


def _find_signals(document: Document, frame: Node) -> Iterator[_Signal]:
    aside = document.all_with_id(*marks.RIGHT_SECTIONS, "hdtb", "top_nav", "appbar", "foot")
    count = 0
    for heading in _section_headings(document, frame):
        kind = _kind_of_heading(heading)
        if kind and not _inside(heading, aside):
            yield _Signal(kind, heading)
    for anchor in frame.links():
        kind = _kind_of_link(anchor)
        if kind and count < MOST_SIGNALS and not _inside(anchor, aside) and not _is_tab(anchor):
            count += 1
            yield _Signal(kind, anchor)


def _section_headings(document: Document, frame: Node) -> Iterator[Node]:
    for node in document.headings:
        if frame.contains(node) and node.last_text - node.first_text < 12:
            yield node


def _kind_of_heading(heading: Node) -> str:
    if heading.name == "h3" and heading.get("role") != "heading" and _is_result_link(heading):
        return ""
    if heading.get("aria-level") not in {"", "1", "2"}:
        return ""
    text = fold_text(heading.text)
    if not text or len(text) > LONGEST_HEADING:
        return ""
    return next((name for name, kind in _KINDS.items() if kind.words.search(text)), "")


def _is_result_link(heading: Node) -> bool:
    """Whether it titles a link to a page of its own: "Images for kettles" leads to a search."""
    around = next((node for node in heading.ancestors if node.name == "a"), None)
    anchors = [around] if around else heading.links()
    return any("/search?" not in anchor.get("href") for anchor in anchors if anchor.get("href"))


def _kind_of_link(anchor: Node) -> str:
    href = anchor.get("href")
    if "tbm=" not in href and "udm=" not in href and not _OTHER_SIGNS.search(href):
        return ""
    return next((name for name, kind in _KINDS.items() if kind.more.search(href)), "")


_OTHER_SIGNS = re.compile(r"/images\?|/imgres\?|ludocid=|rlst=|rldimm=|maps\.google\.|/maps[?/]")


def _is_tab(anchor: Node) -> bool:
    """Without JavaScript the frame holds the tabs "Images" and "News" too."""
    if any(node.get("role") in {"navigation", "tablist"} for node in anchor.ancestors):
        return True
    return anchor.parent is not None and len(anchor.parent.links()) > 3


def _inside(node: Node, sections: list[Node]) -> bool:
    return any(section.contains(node) for section in sections)


def _read_box(kind: str, signals: list[Node], fences: list[Node], base_url: str) -> FoundBox:
    nodes = [box_around(signal, fences) for signal in signals]
    items = [item for node in nodes for item in _ITEMS[kind](node, base_url)]
    heading = signals[0].text if _is_heading_or_inside(signals[0]) else ""
    title = heading if len(heading) <= LONGEST_HEADING else ""
    return FoundBox(kind, nodes[0], make_box(items, title=title))


def _is_heading_or_inside(node: Node) -> bool:
    """A link "View all" is no title; one in a heading, "Images for kettles", is."""
    return is_heading(node) or (node.parent is not None and is_heading(node.parent))


def box_around(signal: Node, fences: list[Node]) -> Node:
    """The largest ancestor that holds none of the other things on the page."""
    before = [each for each in fences if each.index < signal.index and not each.contains(signal)]
    after = [each for each in fences if each.index > signal.index and not signal.contains(each)]
    return find_box(signal, before[-1] if before else None, after[0] if after else None)


def read_linked(box: Node, base_url: str) -> list[Item]:
    return read_items(
        box, base_url, lambda anchor, target: leads_out(anchor.get("href"), target, base_url)
    )


def leads_out(href: str, target: Target, base_url: str) -> bool:
    if target.url is None or target.domain == "gstatic.com":
        return False
    if is_engine_host(target.domain, "google"):
        return False
    return not is_own_page(target.url, href, base_url)


def _read_pictures(box: Node, base_url: str) -> list[Item]:
    """Since 2023 a picture's page stands in an attribute, and its link only opens it."""
    framed = [node for node in box.first_descendants(2000) if node.attributes.get("data-lpage")]
    if not framed:
        return read_linked(box, base_url)
    return [
        make_item(_picture_title(node), read_target(node.get("data-lpage"), base_url))
        for node in framed
    ]


def _picture_title(node: Node) -> str:
    images = [image.get("alt") for image in node.named("img") if image.get("alt")]
    return images[0] if images else node.text


def _read_places(box: Node, base_url: str) -> list[Item]:
    """Each place has a heading under the box's own; its website is a link beside it."""
    names = [
        node
        for node in box.first_descendants(2000)
        if node.get("role") == "heading" and node.get("aria-level") == "3" and node.text
    ]
    names = (names or _numbered_places(box))[:MOST_PLACES]
    return [_read_place(node, find_entry(node, names, box), base_url) for node in names]


def _read_place(name: Node, entry: Node, base_url: str) -> Item:
    text = clean_text(entry.text.replace(name.text, " ", 1))
    return make_item(name.text, _website_of(entry, base_url), text=text[:LONGEST_ABOUT])


def _numbered_places(box: Node) -> list[Node]:
    """Places by the number that their link carries."""
    found: dict[str, Node] = {}
    for anchor in box.links()[:100]:
        number = anchor.get("data-cid") or _number_in(anchor.get("href"))
        if number and anchor.text and number not in found:
            found[number] = anchor
    return list(found.values())


def _number_in(href: str) -> str:
    match = re.search(r"ludocid=(\d+)", href)
    return match[1] if match else ""


def _website_of(entry: Node, base_url: str) -> Target | None:
    for anchor in entry.links()[:20]:
        target = read_target(anchor.get("href"), base_url)
        if leads_out(anchor.get("href"), target, base_url):
            return target
    return None


_ITEMS = {
    "images": _read_pictures,
    "videos": read_linked,
    "news": read_linked,
    "local_pack": _read_places,
}
