"""Results and ads of a listing: first by the marks of the engine's table, else by what repeats."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from serp.document import Document, Node
from serp.engines.box_kinds import MORE_LINKS
from serp.engines.guessing import RepeatedLink, find_repeated_links, is_search_page
from serp.engines.listing_table import Listing
from serp.engines.page_boxes import box_around
from serp.selectors import select, select_one
from serp.types import Target
from serp.urls import is_engine_host, read_target

MOST_BOXES = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """A box with its title and link."""

    box: Node
    heading: Node
    anchor: Node
    target: Target
    end: int = 0  # where what belongs to it ends, if that is beyond the box

    def select_one(self, selector: str) -> Node | None:
        """The first node that belongs to the entry and fits."""
        if not self.end:
            return select_one(self.box, selector)
        found = select(self.box.document, selector) if selector else []
        return next((node for node in found if self.box.index < node.index < self.end), None)


@dataclass(frozen=True, slots=True)
class Entries:
    """`frame` is None where the page has no known frame; `guessed` where its marks are gone."""

    frame: Node | None
    organic: list[Entry]
    ads: list[Entry]
    guessed: bool = False


def find_entries(listing: Listing, document: Document, base_url: str) -> Entries:
    frame = select_one(document, listing.frame)
    if frame is None:
        return _guess_without_frame(listing, document, base_url)
    ads = find_marked(listing, document, base_url, listing.ads, listing.ad_title)
    found = find_marked(listing, document, base_url, listing.results, listing.result_title)
    found = found or _find_rows(listing, document, base_url)
    guessed = not found and listing.guesses
    if guessed:
        found = _guess_in_frame(listing, base_url, frame) or _guess(listing, document, base_url)
    outside = [entry for entry in found if not is_inside(entry.box, [ad.box for ad in ads])]
    entries = _part_paid(listing, outside, ads)
    if not ads and (guessed or not entries.ads):
        entries = _add_unmarked_ads(listing, document, base_url, entries)
    return replace(entries, frame=frame, guessed=guessed)


def _add_unmarked_ads(
    listing: Listing, document: Document, base_url: str, entries: Entries
) -> Entries:
    """Titles of the highest rank that lead over a counter of ads, where no ad has the marks known."""
    known = [*entries.organic, *entries.ads]
    taken = [entry.box for entry in known]
    titles = [
        (heading, anchor)
        for heading in document.headings[:MOST_BOXES]
        if heading.name in {"h2", "h3"}
        and heading.text
        and not is_inside(heading, taken)
        and (anchor := _anchor_of(heading)) is not None
        and listing.is_paid(anchor.get("href"))
    ]
    highest = min((heading.name for heading, _ in titles), default="")
    chosen = [(heading, anchor) for heading, anchor in titles if heading.name == highest]
    neighbours = [*(entry.heading for entry in known), *(heading for heading, _ in chosen)]
    neighbours.sort(key=lambda node: node.index)
    found = [
        Entry(
            box_around(heading, neighbours, frozenset()),
            heading,
            anchor,
            read_target(anchor.get("href"), base_url),
        )
        for heading, anchor in chosen
    ]
    ads = sorted([*entries.ads, *found], key=lambda entry: entry.heading.index)
    return replace(entries, ads=ads)


def _part_paid(listing: Listing, found: list[Entry], ads: list[Entry]) -> Entries:
    """A result that leads over a counter of ads is one, whatever it looks like."""
    paid = [entry for entry in found if listing.is_paid(entry.anchor.get("href"))]
    organic = [entry for entry in found if entry not in paid]
    return Entries(None, organic, sorted([*ads, *paid], key=lambda entry: entry.box.index))


def find_marked(
    listing: Listing, document: Document, base_url: str, boxes: str, title: str
) -> list[Entry]:
    if not boxes:
        return []
    aside = select(document, listing.aside) if listing.aside else []
    entries: list[Entry] = []
    for box in select(document, boxes)[:MOST_BOXES]:
        if is_inside(box, aside) or is_inside(box, [entry.box for entry in entries[-3:]]):
            continue
        entry = _read_entry(listing, box, title, base_url)
        if entry is not None and not _is_other_search(listing, entry):
            entries.append(entry)
    return entries


def _is_other_search(listing: Listing, entry: Entry) -> bool:
    """A box of videos or pictures that looks like a result: it leads to more of the same."""
    if not is_engine_host(entry.target.domain, listing.host_label):
        return False
    return any(more.search(entry.target.url or "") for more in MORE_LINKS.values())


def _read_entry(listing: Listing, box: Node, title: str, base_url: str) -> Entry | None:
    heading = select_one(box, title)
    if heading is None or not heading.text:
        return None
    anchor = select_one(box, listing.link) if listing.link else _anchor_of(heading)
    if anchor is None or listing.link_attribute not in anchor.attributes:
        return None
    return Entry(box, heading, anchor, _read_box_target(listing, box, anchor, base_url))


def _read_box_target(listing: Listing, box: Node, anchor: Node, base_url: str) -> Target:
    target = read_target(anchor.get(listing.link_attribute), base_url)
    told = box.get(listing.target_attribute) if listing.target_attribute else ""
    if not told.startswith(("http://", "https://")):
        return target
    return replace(read_target(told, base_url), href_raw=target.href_raw)


def _anchor_of(heading: Node) -> Node | None:
    if heading.name == "a" and "href" in heading.attributes:
        return heading
    around = [node for node in heading.ancestors if node.name == "a" and "href" in node.attributes]
    return next(iter([*around, *heading.links()]), None)


def _find_rows(listing: Listing, document: Document, base_url: str) -> list[Entry]:
    anchors = select(document, listing.rows)[:MOST_BOXES] if listing.rows else []
    ends = [anchor.index for anchor in anchors[1:]] + [len(document.nodes)]
    return [
        Entry(anchor, anchor, anchor, read_target(anchor.get("href"), base_url), end)
        for anchor, end in zip(anchors, ends, strict=False)
    ]


def _guess_in_frame(listing: Listing, base_url: str, frame: Node) -> list[Entry]:
    """Inside the engine's own frame headed links that lead elsewhere are results, be they ever so few."""
    repeated = find_repeated_links(frame, base_url, listing.host_label)
    if repeated:
        return _as_entries(repeated)
    entries = list(_find_headed_links(listing, base_url, frame))
    return [entry for entry in entries if entry.heading.name == entries[0].heading.name]


def _find_headed_links(listing: Listing, base_url: str, frame: Node) -> Iterator[Entry]:
    for heading in frame.named("h2", "h3")[:MOST_BOXES]:
        anchor = _anchor_of(heading)
        if anchor is None or not heading.text:
            continue
        target = read_target(anchor.get("href"), base_url)
        if leads_outside(listing, target):
            yield Entry(heading.parent or heading, heading, anchor, target)


def _guess_without_frame(listing: Listing, document: Document, base_url: str) -> Entries:
    """Where every name is new: what repeats, but only on a page that repeats the query too."""
    found = _guess(listing, document, base_url) if listing.guesses else []
    entries = _part_paid(listing, found, [])
    if found:
        entries = _add_unmarked_ads(listing, document, base_url, entries)
    return replace(entries, guessed=bool(found))


def _guess(listing: Listing, document: Document, base_url: str) -> list[Entry]:
    if not document.nodes or not is_search_page(document, base_url, listing.query_field):
        return []
    return _as_entries(find_repeated_links(document.nodes[0], base_url, listing.host_label))


def _as_entries(links: list[RepeatedLink]) -> list[Entry]:
    return [Entry(link.box, link.heading, link.anchor, link.target, link.end) for link in links]


def leads_outside(listing: Listing, target: Target) -> bool:
    if target.opaque:
        return True
    return bool(target.url) and not is_engine_host(target.domain, listing.host_label)


def is_inside(node: Node, boxes: list[Node]) -> bool:
    return any(box.contains(node) for box in boxes)
