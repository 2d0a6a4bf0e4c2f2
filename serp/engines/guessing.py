"""Results on a page whose names mean nothing to us: links that lead elsewhere and repeat in one shape.

Names change every year and some engines scramble them daily; that results are many, alike, and lead
to other sites does not. A guess is made only where the page repeats the query (`is_search_page`),
and of several links, so that a refusal with a link or two never becomes a result.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import parse_qs, urldefrag, urlsplit

from serp.document import Document, Node, is_hidden
from serp.engines.listing_table import PAID_LINKS
from serp.engines.page_boxes import LONGEST_HREF, find_box
from serp.engines.result_text import read_snippet
from serp.text import fold_text
from serp.types import Target
from serp.urls import is_engine_host, make_absolute, read_target

FEWEST_SITES = 3
FEWEST_PAGES = 6  # of fewer sites
FEWEST_ECHOES = 2
MOST_LINKS = 400
DEEPEST_SHAPE = 4
SHORTEST_TITLE = 2
LONGEST_TITLE = 300
_HEADINGS = frozenset({"h2", "h3", "h4"})
_ASIDE = frozenset({"nav", "footer", "header", "aside", "noscript"})
_ROWS = frozenset({"tr", "td", "dt"})  # what belongs to a result then stands in the next one
_OWN_SEARCH = re.compile(r"^/?$|search|/(images|videos?|news|maps)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"^(https?://)?([\w-]+\.)+[a-z]{2,}(\b|$)|\u203a", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RepeatedLink:
    """`end` is where what belongs to it ends, 0 where that is the end of the box."""

    box: Node
    heading: Node
    anchor: Node
    target: Target
    end: int


def is_search_page(document: Document, base_url: str, query_field: str) -> bool:
    """Whether the page repeats the query: in its search field, or in its own further searches."""
    for name in ("input", "textarea"):
        for node in document.by_name.get(name, []):
            if node.get("name") == query_field and (node.get("value") or node.text):
                return True
    title = fold_text(document.title)
    echoes = (_query_in(anchor, base_url, query_field) for anchor in document.links[:MOST_LINKS])
    return sum(1 for echo in echoes if echo and echo in title) >= FEWEST_ECHOES


def _query_in(anchor: Node, base_url: str, query_field: str) -> str:
    href = anchor.get("href")
    if f"{query_field}=" not in href:
        return ""
    url = make_absolute(href, base_url) or ""
    return fold_text(parse_qs(urlsplit(url).query).get(query_field, [""])[0])


@dataclass(frozen=True, slots=True)
class _Candidate:
    title: Node
    anchor: Node
    target: Target
    level: str  # the name of the heading in or around the link, "" where there is none
    counts: (
        bool  # for the size of a family: it leads to another site, and not over a counter of ads
    )

    @property
    def page(self) -> str:
        return urldefrag(self.target.url or self.target.href_raw).url


def find_repeated_links(
    scope: Node, base_url: str, host_label: str, paid: re.Pattern[str] = PAID_LINKS
) -> list[RepeatedLink]:
    """The largest family of links alike, headed ones first; [] where none is large enough."""
    candidates = list(_find_candidates(scope, base_url, host_label, paid))
    headed = [each for each in candidates if each.level]
    family = _largest_family(headed)
    if family:
        return _make_links(_complete_family(family, headed))
    links = _make_links(_largest_family([each for each in candidates if each.counts]))
    described = [link for link in links if read_snippet(link.box, link.heading, link.end)]
    return described if len(described) * 2 >= len(links) else []  # a row of bare links is a menu


def find_container(scope: Node, base_url: str, host_label: str) -> Node | None:
    """What holds the largest family of headed links; None where none is large enough."""
    candidates = _find_candidates(scope, base_url, host_label, PAID_LINKS)
    family = _largest_family([each for each in candidates if each.level])
    return _common_ancestor([each.title for each in family]) if family else None


def _find_candidates(
    scope: Node, base_url: str, host_label: str, paid: re.Pattern[str]
) -> Iterator[_Candidate]:
    for anchor in scope.links()[:MOST_LINKS]:
        target = read_target(anchor.get("href"), base_url)
        title, level = _find_title(anchor)
        if not SHORTEST_TITLE <= len(title.text) <= LONGEST_TITLE or _is_aside(anchor):
            continue
        if not (target.opaque or target.url) or _is_own_search(anchor, target, host_label):
            continue
        outside = target.opaque or not is_engine_host(target.domain, host_label)
        counts = outside and not paid.search(anchor.get("href")[:LONGEST_HREF])
        yield _Candidate(title, anchor, target, level, counts)


def _is_own_search(anchor: Node, target: Target, host_label: str) -> bool:
    if target.opaque or not is_engine_host(target.domain, host_label):
        return False
    return bool(_OWN_SEARCH.search(urlsplit(target.url or "").path)) or "#" in anchor.get("href")


def _find_title(anchor: Node) -> tuple[Node, str]:
    """The heading in the link, or the link in its heading; else the last block that is no address."""
    for node in anchor.first_descendants(60):
        if _is_heading(node):
            return node, node.name
    for node in islice(anchor.ancestors, 2):
        if _is_heading(node):
            return anchor, node.name
    blocks = [
        node
        for node in anchor.first_descendants(60)
        if node.name in {"div", "p"} and not node.named("div", "p", "cite")
    ]
    titles = [node for node in blocks if node.text and not _ADDRESS.search(node.text[:200])]
    return (titles[-1] if titles else _title_before_address(anchor)), ""


def _is_heading(node: Node) -> bool:
    return node.name in _HEADINGS or node.attributes.get("role") == "heading"


def _title_before_address(anchor: Node) -> Node:
    """Of a link of two parts, the title and the address, the title; else all of it."""
    parts = [node for node in anchor.children if node.text]
    shown = [node for node in parts if _ADDRESS.search(node.text[:200])]
    others = [node for node in parts if node not in shown]
    return others[0] if shown and len(others) == 1 else anchor


def _is_aside(anchor: Node) -> bool:
    return is_hidden(anchor) or any(node.name in _ASIDE for node in anchor.ancestors)


def _largest_family(candidates: list[_Candidate]) -> list[_Candidate]:
    families: dict[tuple[str, ...], list[_Candidate]] = defaultdict(list)
    for candidate in candidates:
        families[_shape(candidate)].append(candidate)
    sizes = {shape: _size_of(family) for shape, family in families.items()}
    best = max(sizes, key=lambda shape: sizes[shape], default=None)
    if best is None:
        return []
    sites, pages = sizes[best]
    return families[best] if sites >= FEWEST_SITES or pages >= FEWEST_PAGES else []


def _shape(candidate: _Candidate) -> tuple[str, ...]:
    path = [node.name for node in islice(candidate.title.ancestors, DEEPEST_SHAPE)]
    return (candidate.level, candidate.title.name, *path)


def _size_of(family: list[_Candidate]) -> tuple[int, int]:
    """To how many sites and pages it leads; opaque links are told apart by themselves."""
    counted = [each for each in family if each.counts]
    sites = {each.target.domain or each.target.href_raw for each in counted}
    return len(sites), len({each.page for each in counted})


def _complete_family(family: list[_Candidate], headed: list[_Candidate]) -> list[_Candidate]:
    """With those of the same rank in the same container whose shape differs a little."""
    container = _common_ancestor([each.title for each in family])
    if container is None:
        return family
    level = family[0].level
    return [each for each in headed if each.level == level and container.contains(each.title)]


def _common_ancestor(nodes: list[Node]) -> Node | None:
    first, last = nodes[0], nodes[-1]
    return next((node for node in first.ancestors if node.contains(last)), None)


def _make_links(family: list[_Candidate]) -> list[RepeatedLink]:
    chosen = list({each.page: each for each in reversed(family)}.values())[::-1]
    titles = [each.title for each in chosen]
    befores, afters = [None, *titles][: len(titles)], [*titles, None][1:]
    return [
        _make_link(each, before, after)
        for each, before, after in zip(chosen, befores, afters, strict=True)
    ]


def _make_link(candidate: _Candidate, before: Node | None, after: Node | None) -> RepeatedLink:
    title = candidate.title
    box = find_box(title, before, after, frozenset())
    if box.name not in _ROWS:
        return RepeatedLink(box, title, candidate.anchor, candidate.target, 0)
    end = after.index if after else len(title.document.nodes)
    return RepeatedLink(title, title, candidate.anchor, candidate.target, end)
