"""Engines whose pages are a plain list of marked boxes: a table of selectors says what is where.

An engine of this kind is a `Listing` and a function that builds the request. Where a page has the
frame but none of the boxes, headed links inside the frame that lead elsewhere are taken instead, so
that a new class name alone does not lose the results.
"""

import re
from dataclasses import dataclass, replace

from serp.document import Document, Node, is_hidden
from serp.engines.result_text import read_display_url, read_snippet
from serp.selectors import select, select_one
from serp.text import clean_text, read_total_results
from serp.types import Ad, OrganicResult, Serp, Target
from serp.urls import is_engine_host, read_target, shown_domain
from serp.verdicts import PageSigns

MOST_BOXES = 300
# In the frame of a page that found nothing; with more, its words "no results" are a result's own.
MOST_LINKS_OUT = 5
_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Selectors of one engine's pages. In a box they are looked for inside the box."""

    title: str  # the engine's name for users
    host_label: str  # "bing" of www.bing.com: links that lead there are no results
    frame: str
    results: str
    result_title: str
    rows: str = ""  # titles of results that have no boxes: each reaches to the next
    snippet: str = ""
    display_url: str = ""
    ads: str = ""
    ad_title: str = ""
    ads_bottom: str = ""  # what an ad at the bottom stands in, where its place does not tell
    ads_right: str = ""
    ad_links: re.Pattern[str] = _NEVER  # a result whose link is such is an ad
    aside: str = ""  # what holds no results, whatever it looks like
    stats: str = ""
    related: str = ""
    questions: str = ""
    no_results: str = ""
    no_results_words: re.Pattern[str] = _NEVER  # looked for in the frame
    needs_js: str = ""
    refusal: str = ""
    refusal_words: re.Pattern[str] = _NEVER  # looked for in the title
    target_attribute: str = ""  # of the box, where it tells the target that the link hides
    link: str = ""  # the link, where the title neither is one nor is in one
    link_attribute: str = "href"
    guesses: bool = True  # whether headed links are taken where there are no boxes
    query_field: str = "q"


@dataclass(frozen=True, slots=True)
class _Entry:
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


def parse_listing(listing: Listing, document: Document, base_url: str) -> tuple[Serp, PageSigns]:
    frame = select_one(document, listing.frame)
    ads = _find_entries(listing, document, base_url, listing.ads, listing.ad_title) if frame else []
    found = _find_results(listing, document, base_url, frame) if frame else []
    organic = [entry for entry in found if not _is_inside(entry.box, [ad.box for ad in ads])]
    paid = [entry for entry in organic if listing.ad_links.search(entry.anchor.get("href"))]
    organic = [entry for entry in organic if entry not in paid]
    ads = sorted([*ads, *paid], key=lambda entry: entry.box.index)
    serp = _make_serp(listing, document, base_url, organic, ads)
    return serp, _make_signs(listing, document, base_url, frame, len(organic) + len(ads))


def _find_results(listing: Listing, document: Document, base_url: str, frame: Node) -> list[_Entry]:
    found = _find_entries(listing, document, base_url, listing.results, listing.result_title)
    found = found or _find_rows(listing, document, base_url)
    return found if found or not listing.guesses else _find_headed_links(listing, base_url, frame)


def _find_rows(listing: Listing, document: Document, base_url: str) -> list[_Entry]:
    anchors = select(document, listing.rows)[:MOST_BOXES] if listing.rows else []
    ends = [anchor.index for anchor in anchors[1:]] + [len(document.nodes)]
    return [
        _Entry(anchor, anchor, anchor, read_target(anchor.get("href"), base_url), end)
        for anchor, end in zip(anchors, ends, strict=False)
    ]


def _find_entries(
    listing: Listing, document: Document, base_url: str, boxes: str, title: str
) -> list[_Entry]:
    if not boxes:
        return []
    aside = select(document, listing.aside) if listing.aside else []
    entries: list[_Entry] = []
    for box in select(document, boxes)[:MOST_BOXES]:
        if _is_inside(box, aside) or _is_inside(box, [entry.box for entry in entries[-3:]]):
            continue
        entry = _read_entry(listing, box, title, base_url)
        if entry is not None:
            entries.append(entry)
    return entries


def _read_entry(listing: Listing, box: Node, title: str, base_url: str) -> _Entry | None:
    heading = select_one(box, title)
    if heading is None or not heading.text:
        return None
    anchor = select_one(box, listing.link) if listing.link else _anchor_of(heading)
    if anchor is None or listing.link_attribute not in anchor.attributes:
        return None
    return _Entry(box, heading, anchor, _read_box_target(listing, box, anchor, base_url))


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


def _find_headed_links(listing: Listing, base_url: str, frame: Node) -> list[_Entry]:
    entries = []
    for heading in frame.named("h2", "h3")[:MOST_BOXES]:
        anchor = _anchor_of(heading)
        if anchor is None or not heading.text:
            continue
        target = read_target(anchor.get("href"), base_url)
        if target.opaque or (target.url and not is_engine_host(target.domain, listing.host_label)):
            entries.append(_Entry(heading.parent or heading, heading, anchor, target))
    return entries


def _is_inside(node: Node, boxes: list[Node]) -> bool:
    return any(box.contains(node) for box in boxes)


def _make_serp(
    listing: Listing, document: Document, base_url: str, organic: list[_Entry], ads: list[_Entry]
) -> Serp:
    stats = _read_text(document, listing.stats)
    places = sorted(entry.heading.index for entry in [*organic, *ads])
    ranks = {index: rank for rank, index in enumerate(places, start=1)}
    return Serp(
        query_echo=_read_echo(listing, document),
        ads=_make_ads(listing, document, organic, ads, ranks),
        organic=tuple(
            _make_organic(listing, entry, rank, ranks)
            for rank, entry in enumerate(organic, start=1)
        ),
        links=tuple(read_target(anchor.get("href"), base_url) for anchor in document.links),
        links_total=len(document.links),
        stats_raw=stats,
        total_results=read_total_results(stats),
        related_searches=_read_texts(document, listing.related),
        people_also_ask=_read_texts(document, listing.questions),
    )


def _make_organic(
    listing: Listing, entry: _Entry, rank: int, ranks: dict[int, int]
) -> OrganicResult:
    display_url = _read_display_url(listing, entry)
    return OrganicResult(
        rank=rank,
        absolute_rank=ranks[entry.heading.index],
        title=entry.heading.text,
        target=_complete(entry.target, display_url),
        display_url=display_url,
        snippet=_read_entry_text(entry, listing.snippet) or read_snippet(entry.box, entry.heading),
    )


def _make_ads(
    listing: Listing,
    document: Document,
    organic: list[_Entry],
    entries: list[_Entry],
    ranks: dict[int, int],
) -> tuple[Ad, ...]:
    bottom = select(document, listing.ads_bottom) if listing.ads_bottom else []
    right = select(document, listing.ads_right) if listing.ads_right else []
    first = organic[0].box.index if organic else len(document.nodes)
    ads: list[Ad] = []
    for entry in entries:
        below = _is_inside(entry.box, bottom) or entry.box.index > first
        block = "right" if _is_inside(entry.box, right) else "bottom" if below else "top"
        display_url = _read_display_url(listing, entry)
        ads.append(
            Ad(
                block=block,
                position=1 + sum(1 for ad in ads if ad.block == block),
                absolute_rank=ranks[entry.heading.index],
                title=entry.heading.text,
                target=_complete(entry.target, display_url),
                click_url=entry.anchor.get("href"),
                display_url=display_url,
                snippet=_read_entry_text(entry, listing.snippet)
                or read_snippet(entry.box, entry.heading),
            )
        )
    return tuple(ads)


def _read_display_url(listing: Listing, entry: _Entry) -> str:
    return _read_entry_text(entry, listing.display_url) or read_display_url(
        entry.box, entry.heading
    )


def _complete(target: Target, display_url: str) -> Target:
    return target if target.url else replace(target, domain=shown_domain(display_url))


def _read_text(scope: Document | Node, selector: str) -> str:
    node = select_one(scope, selector)
    return node.text if node else ""


def _read_entry_text(entry: _Entry, selector: str) -> str:
    node = entry.select_one(selector)
    return node.text if node else ""


def _read_texts(document: Document, selector: str) -> tuple[str, ...]:
    nodes = select(document, selector) if selector else []
    return tuple(dict.fromkeys(text for node in nodes if (text := node.text)))


def _read_echo(listing: Listing, document: Document) -> str:
    for name in ("input", "textarea"):
        for field_node in document.by_name.get(name, []):
            if field_node.get("name") == listing.query_field:
                return clean_text(field_node.get("value") or field_node.text)
    return ""


def _make_signs(
    listing: Listing, document: Document, base_url: str, frame: Node | None, results: int
) -> PageSigns:
    return PageSigns(
        engine_title=listing.title,
        results=results,
        frame=repr(frame)[:80] if frame else "",
        no_results=_find_no_results(listing, document, base_url, frame),
        needs_js=_describe(select_one(document, listing.needs_js)),
        refusal=_find_refusal(listing, document),
    )


def _find_no_results(
    listing: Listing, document: Document, base_url: str, frame: Node | None
) -> str:
    boxes = select(document, listing.no_results) if listing.no_results else []
    shown = next((box for box in boxes if not is_hidden(box)), None)
    if shown is not None:
        return _describe(shown)
    parts = select(document, listing.frame)[:10] if frame else []
    if _count_links_out(listing, parts, base_url) > MOST_LINKS_OUT:
        return ""
    matches = (listing.no_results_words.search(document.visible_text_of(part)) for part in parts)
    return next((f'the page says "{match.group()}"' for match in matches if match), "")


def _count_links_out(listing: Listing, parts: list[Node], base_url: str) -> int:
    hrefs = {anchor.get("href") for part in parts for anchor in part.links()[:MOST_BOXES]}
    targets = (read_target(href, base_url) for href in hrefs)
    return sum(
        1
        for target in targets
        if target.opaque or (target.url and not is_engine_host(target.domain, listing.host_label))
    )


def _find_refusal(listing: Listing, document: Document) -> str:
    match = listing.refusal_words.search(document.title)
    if match:
        return f'title says "{match.group()}"'
    return _describe(select_one(document, listing.refusal))


def _describe(node: Node | None) -> str:
    return f'<{node.name} id="{node.get("id")}" class="{node.get("class")[:60]}">' if node else ""
