"""What a listing shows besides results and ads: boxes, questions, related searches, products."""

from urllib.parse import parse_qs, urlsplit

from serp.document import Document, Node
from serp.engines.box_items import find_entry, is_heading
from serp.engines.box_kinds import MORE_LINKS
from serp.engines.listing_entries import Entries, leads_outside
from serp.engines.listing_table import Listing
from serp.engines.page_boxes import (
    BoxSearch,
    FoundBox,
    find_page_boxes,
    read_linked,
)
from serp.engines.products import PRICE, read_product
from serp.features import LONGEST_TEXT, make_box, make_item
from serp.selectors import select, select_one
from serp.text import clean_text, fold_text
from serp.types import Target
from serp.urls import make_absolute, read_target

SHORTEST_OVERVIEW = 100
MOST_PRODUCTS = 40
MOST_QUESTIONS = 20
MOST_RELATED = 40
LONGEST_ANSWER = 600
HIGHEST_CARD = 5  # ancestors of a paid link that may be its card
MOST_PIECES_OF_CARD = 60


def find_listing_boxes(
    listing: Listing, document: Document, base_url: str, entries: Entries
) -> list[FoundBox]:
    if not listing.finds_boxes or not document.nodes:
        return []
    told = {box.name: box for box in _find_told(listing, document, base_url)}
    for box in (
        *_find_untold(listing, document, base_url, entries),
        *_find_questions(listing, document, base_url),
        *_find_products(listing, document, base_url, entries),
    ):
        told.setdefault(box.name, box)
    return list(told.values())


def _leads_out(listing: Listing, href: str, target: Target) -> bool:
    return bool(href and target.url) and leads_outside(listing, target)


def _find_told(listing: Listing, document: Document, base_url: str) -> list[FoundBox]:
    """Boxes that the engine's table names."""
    found = []
    for name, selector in listing.boxes.items():
        node = next((node for node in select(document, selector) if node.text), None)
        told = _read_told(listing, name, node, base_url) if node else None
        if told is not None and not _is_offer(told):
            found.append(told)
    return found


def _is_offer(told: FoundBox) -> bool:
    """A button "generate an answer" is none yet."""
    short = len(told.box.get("text", "")) < SHORTEST_OVERVIEW
    return told.name == "ai_overview" and short and not told.box.get("items")


def _read_told(listing: Listing, name: str, node: Node, base_url: str) -> FoundBox:
    headings = [each for each in node.descendants[:300] if is_heading(each) and each.text]
    title = headings[0].text if headings else ""
    items = read_linked(node, base_url, lambda href, target: _leads_out(listing, href, target))
    text = clean_text(node.text.replace(title, " ", 1))[:LONGEST_TEXT]
    if name in {"knowledge_panel", "featured_snippet"}:
        source = items[0] if items else {}
        box = make_box(
            None,
            title=title or source.get("title", ""),
            text=text,
            url=source.get("url", ""),
            domain=source.get("domain", ""),
        )
    else:
        box = make_box(items, title=title, text=text if name == "ai_overview" else "")
    beside = bool(listing.beside) and _is_beside(listing, node)
    return FoundBox(name, None if beside else node, box)


def _is_beside(listing: Listing, node: Node) -> bool:
    return any(column.contains(node) for column in select(node.document, listing.beside))


def _find_untold(
    listing: Listing, document: Document, base_url: str, entries: Entries
) -> list[FoundBox]:
    """Boxes told by their headings and links."""
    area = entries.frame or document.nodes[0]
    search = BoxSearch(
        base_url=base_url,
        area=area if not entries.guessed else document.nodes[0],
        taken=[entry.heading for entry in (*entries.organic, *entries.ads)],
        more_links=MORE_LINKS,
        leads_out=lambda href, target: _leads_out(listing, href, target),
        without=[node for name in ("nav", "header", "footer") for node in document.by_name[name]],
    )
    return find_page_boxes(document, search)


def _find_questions(listing: Listing, document: Document, base_url: str) -> list[FoundBox]:
    nodes = question_nodes(listing, document)
    if not nodes:
        return []
    items = []
    for node in nodes:
        entry = find_entry(node, nodes, document.nodes[0])
        links = read_linked(entry, base_url, lambda href, target: _leads_out(listing, href, target))
        answer = clean_text(entry.text.replace(node.text, " ", 1))[:LONGEST_ANSWER]
        target = read_target(links[0]["url"], base_url) if links and "url" in links[0] else None
        items.append(make_item(node.text, target, text=answer))
    return [FoundBox("people_also_ask", nodes[0], make_box(items))]


def question_nodes(listing: Listing, document: Document) -> list[Node]:
    nodes = select(document, listing.questions)[:MOST_QUESTIONS] if listing.questions else []
    unique = {fold_text(node.text): node for node in reversed(nodes) if node.text}
    return sorted(unique.values(), key=lambda node: node.index)


def _find_products(
    listing: Listing, document: Document, base_url: str, entries: Entries
) -> list[FoundBox]:
    """Cards with a price that lead over the counter of ads and are no text ads."""
    ads = [entry.box for entry in entries.ads]
    cards: dict[int, Node] = {}
    for anchor in document.links:
        if len(cards) >= MOST_PRODUCTS:
            break
        if not listing.is_paid(anchor.get("href")):
            continue
        card = None if any(ad.contains(anchor) for ad in ads) else _card_of(anchor)
        if card is not None:
            cards.setdefault(card.index, card)
    if not cards:
        return []
    units = list(cards.values())
    box = make_box([read_product(unit, base_url) for unit in units], count=len(units))
    return [FoundBox("shopping", units[0], box)]


def _card_of(anchor: Node) -> Node | None:
    """The nearest element around the link that shows a price and little else."""
    for _, node in zip(range(HIGHEST_CARD), [anchor, *anchor.ancestors], strict=False):
        if node.last_text - node.first_text > MOST_PIECES_OF_CARD:
            return None
        if PRICE.search(node.text):
            return node
    return None


def read_related(
    listing: Listing, document: Document, base_url: str, entries: Entries
) -> tuple[str, ...]:
    """By the engine's marks; else links that search for just the words that they show."""
    marked = select(document, listing.related) if listing.related else []
    texts = [node.text for node in marked]
    if not marked and listing.finds_boxes:
        texts = _searches_of_their_text(listing, document, base_url, entries)
    return tuple(dict.fromkeys(text for text in texts if text))


def _searches_of_their_text(
    listing: Listing, document: Document, base_url: str, entries: Entries
) -> list[str]:
    own = fold_text(read_echo(listing, document))
    last = entries.organic[-1].heading.index if entries.organic else 0
    found = []
    for anchor in document.links:
        if anchor.index < last or f"{listing.query_field}=" not in anchor.get("href"):
            continue
        asked = fold_text(_asked_by(anchor, base_url, listing.query_field))
        if asked and asked == fold_text(anchor.text) != own:
            found.append(anchor.text)
    return found[:MOST_RELATED]


def _asked_by(anchor: Node, base_url: str, query_field: str) -> str:
    url = make_absolute(anchor.get("href"), base_url)
    parts = urlsplit(url or "")
    if parts.hostname != urlsplit(base_url).hostname:
        return ""
    return parse_qs(parts.query).get(query_field, [""])[0]


def read_echo(listing: Listing, document: Document) -> str:
    """The query as the page repeats it in its search field, "" where it does not."""
    for name in ("input", "textarea"):
        for node in document.by_name.get(name, []):
            if node.get("name") == listing.query_field:
                return clean_text(node.get("value") or node.text)
    return ""


def read_text(scope: Document | Node, selector: str) -> str:
    node = select_one(scope, selector)
    return node.text if node else ""
