"""Ads that are no text ads: products, and local services that Google vouches for."""

from serp.document import Document, Node
from serp.engines.box_items import find_entry
from serp.engines.google import marks
from serp.engines.page_boxes import FoundBox
from serp.engines.products import PRICE, read_product
from serp.features import make_box, make_item
from serp.types import Target
from serp.urls import read_target

MOST_UNITS = 60


def find_shopping(document: Document, base_url: str) -> list[FoundBox]:
    units = _find_units(document)[:MOST_UNITS]
    if not units:
        return []
    items = [read_product(unit, base_url) for unit in units]
    block = _block_of(units[0])
    box = make_box(items, block=block, count=len(units))
    return [FoundBox("shopping", None if block == "right" else units[0], box)]


def _find_units(document: Document) -> list[Node]:
    """Products offered; the tile that leads to all of them is none."""
    for name in marks.SHOPPING_UNIT_CLASSES:
        units = document.by_class.get(name, [])
        if units:
            return [unit for unit in units if not unit.has_class(marks.SHOPPING_MORE_CLASS)]
    return _find_priced_cards(document)


def _find_priced_cards(document: Document) -> list[Node]:
    """Whatever they are called: cards of a carousel that lead over the ad counter and show a price."""
    links = [
        anchor
        for anchor in document.links
        if "/aclk?" in anchor.get("href") or "googleadservices." in anchor.get("href")
    ]
    cards: dict[int, Node] = {}
    for anchor in links[:MOST_UNITS]:
        card = next((node for node in anchor.ancestors if node.name in marks.CAROUSEL_TAGS), None)
        if card is not None and card.name == "g-inner-card" and PRICE.search(card.text):
            cards[card.index] = card
    return list(cards.values())


def _block_of(unit: Node) -> str:
    names = {node.get("id") for node in unit.ancestors}
    if names & set(marks.RIGHT_SECTIONS):
        return "right"
    if names & {*marks.ORGANIC_FRAMES}:
        return "middle"
    return "bottom" if names & set(marks.BOTTOM_AD_SECTIONS) else "top"


def find_local_services(document: Document, base_url: str) -> list[FoundBox]:
    entries = [
        node for name in marks.LOCAL_SERVICE_TAGS for node in document.by_name.get(name, [])
    ] or [anchor for anchor in document.links if "/localservices/" in anchor.get("href")]
    entries = [entry for entry in entries if entry.text][:MOST_UNITS]
    if not entries:
        return []
    items = []
    for entry in entries:
        titles = [node for node in entry.descendants if node.get("role") == "heading"]
        title = titles[0].text if titles else _first_text(entry)
        rest = find_entry(entry, entries, document.nodes[0]).text.replace(title, "", 1)
        items.append(make_item(title, _target_of(entry, base_url), text=rest[:300].strip()))
    return [FoundBox("local_services", entries[0], make_box(items, block="top"))]


def _first_text(node: Node) -> str:
    leaves = (each.text for each in [*node.descendants, node] if each.end == each.index + 1)
    return next((text for text in leaves if text), node.text)


def _target_of(entry: Node, base_url: str) -> Target | None:
    anchors = [entry] if entry.name == "a" else entry.links()
    return read_target(anchors[0].get("href"), base_url) if anchors else None
