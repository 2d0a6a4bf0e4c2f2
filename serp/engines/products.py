"""Products offered: what stands on a unit of a shopping box, on the pages of any engine."""

import re

from serp.document import Node
from serp.features import Item, make_item
from serp.types import Target
from serp.urls import read_target, shown_domain

_CURRENCY = r"(?:[$\u20ac\u00a3\u00a5\u20b9\u20bd\u20ba\u20b4\u20a9\u0e3f]|R\$|US\$|CHF|EUR|USD|GBP|PLN|SEK|NOK|DKK|kr\.?|z\u0142|K\u010d|Ft|lei|\u20ab)"
PRICE = re.compile(rf"{_CURRENCY}\s?\d[\d.,\s]{{0,14}}|\d[\d.,\s]{{0,14}}\s?{_CURRENCY}(?!\w)")
_PAID = re.compile(r"/aclk\?|googleadservices\.|/aclick\?|/pagead/")
_REPEATED = re.compile(r"^(.{3,150}?)\1+$")
LONGEST_LEAF = 200
MOST_NODES = 200


def read_product(unit: Node, base_url: str) -> Item:
    """Title, price (as `text`), merchant (as `display_url`) and landing page of one unit."""
    leaves = _leaf_texts(unit)
    price = next((leaf for leaf in leaves if PRICE.search(leaf)), "")
    title = _title_of(unit) or max((leaf for leaf in leaves if leaf != price), key=len, default="")
    others = [leaf for leaf in leaves if leaf not in {title, price} and leaf not in title]
    merchant = _after(leaves, price, others)
    anchor = _landing_link(unit)
    target = _target_of(anchor, base_url, merchant)
    paid = anchor is not None and _PAID.search(anchor.get("href"))
    return make_item(
        title,
        target,
        text=price,
        display_url=merchant,
        click_url=anchor.get("href") if paid and anchor is not None else "",
    )


def _leaf_texts(unit: Node) -> list[str]:
    leaves = [node for node in unit.first_descendants(MOST_NODES) if node.end == node.index + 1]
    texts = (leaf.text for leaf in leaves)
    return list(dict.fromkeys(text for text in texts if 1 < len(text) <= LONGEST_LEAF))


def _title_of(unit: Node) -> str:
    headings = [
        node
        for node in unit.first_descendants(MOST_NODES)
        if node.name in {"h3", "h4"} or node.get("role") == "heading"
    ]
    title = next((node.text for node in headings if node.text), "")
    repeated = _REPEATED.match(title)  # shown, for readers aloud, and when pointed at
    return repeated[1].strip() if repeated else title


def _after(leaves: list[str], price: str, others: list[str]) -> str:
    """The merchant stands below the price."""
    place = leaves.index(price) if price in leaves else -1
    below = [leaf for leaf in leaves[place + 1 :] if leaf in others and not PRICE.search(leaf)]
    return below[0] if below else ""


def _landing_link(unit: Node) -> Node | None:
    """The link over the counter, or the first."""
    around = [node for node in unit.ancestors if node.name == "a" and node.get("href")][:1]
    links = [*unit.links()[:20], *around]
    paid = [link for link in links if _PAID.search(link.get("href"))]
    return next(iter([*paid, *links]), None)


def _target_of(anchor: Node | None, base_url: str, merchant: str) -> Target | None:
    if anchor is None:
        return None
    return read_target(anchor.get("href"), base_url, shown_domain(merchant))
