"""The entries of a box: what it links to, with what stands around each link."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urldefrag

from serp.document import Node
from serp.engines.dates import find_date
from serp.features import MOST_ITEMS, Item, make_item
from serp.text import clean_text
from serp.types import Target
from serp.urls import read_target

MOST_LINKS = 300
LONGEST_TITLE = 200
LONGEST_TEXT = 300
_LENGTH = re.compile(r"^[\d:]{4,8}$")  # of a video
_HIGHEST = 12  # ancestors of a link that may be its entry

LeadsOutside = Callable[[Node, Target], bool]


def read_items(box: Node, base_url: str, leads_outside: LeadsOutside) -> list[Item]:
    """Each page that the box leads to, once, by the first link to it that has a title."""
    chosen: dict[str, tuple[Node, Target, str]] = {}
    for anchor, target in _links_outside(box, base_url, leads_outside):
        page = urldefrag(target.url or anchor.get("href")).url
        title = read_title(anchor)
        if page not in chosen or (title and not chosen[page][2]):
            chosen[page] = (anchor, target, title)
        if len(chosen) >= MOST_ITEMS:
            break
    anchors = [anchor for anchor, _, _ in chosen.values()]
    return [
        _make_linked_item(anchor, target, title, find_entry(anchor, anchors, box))
        for anchor, target, title in chosen.values()
    ]


def _links_outside(
    box: Node, base_url: str, leads_outside: LeadsOutside
) -> Iterator[tuple[Node, Target]]:
    for anchor in box.links()[:MOST_LINKS]:
        target = read_target(anchor.get("href"), base_url)
        if leads_outside(anchor, target):
            yield anchor, target


def _make_linked_item(anchor: Node, target: Target, title: str, entry: Node) -> Item:
    around = entry.text
    text = clean_text(around.replace(title, " ", 1)) if title else around
    return make_item(
        title or text[:LONGEST_TITLE],
        target,
        text=text[:LONGEST_TEXT] if title else "",
        date=find_date(text),
    )


def read_title(anchor: Node) -> str:
    """A link's heading, its words, or what its picture is said to show."""
    headings = [node for node in anchor.first_descendants(80) if is_heading(node)]
    texts = [node.text for node in headings] + [anchor.text, anchor.get("aria-label")]
    texts += [image.get("alt") for image in anchor.named("img")[:1]]
    cleaned = (clean_text(text)[:LONGEST_TITLE] for text in texts)
    return next((text for text in cleaned if text and not _LENGTH.match(text)), "")


def is_heading(node: Node) -> bool:
    return node.name in {"h1", "h2", "h3", "h4"} or node.attributes.get("role") == "heading"


def find_entry(node: Node, others: list[Node], box: Node) -> Node:
    """The largest ancestor inside the box that holds none of the other entries' nodes."""
    entry = node
    for _, ancestor in zip(range(_HIGHEST), node.ancestors, strict=False):
        if ancestor.index <= box.index or _holds_another(ancestor, node, others):
            break
        entry = ancestor
    return entry


def _holds_another(ancestor: Node, node: Node, others: list[Node]) -> bool:
    return any(other is not node and ancestor.contains(other) for other in others)
