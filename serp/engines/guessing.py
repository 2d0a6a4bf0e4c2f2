"""Results on a page whose names mean nothing to us: links that lead elsewhere and repeat in one shape.

Names change every year and some engines scramble them daily; that results are many, alike, and lead
to other sites does not. A guess is made only where the page repeats the query (`is_search_page`),
and of at least `FEWEST` links, so that a refusal with a link or two never becomes a result.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import islice
from urllib.parse import parse_qs, urldefrag, urlsplit

from serp.document import Document, Node, is_hidden
from serp.engines.page_boxes import find_box
from serp.engines.result_text import read_snippet
from serp.text import fold_text
from serp.types import Target
from serp.urls import is_engine_host, make_absolute, read_target

FEWEST = 3
FEWEST_ECHOES = 2
MOST_LINKS = 400
DEEPEST_SHAPE = 4
SHORTEST_TITLE = 2
LONGEST_TITLE = 300
_HEADINGS = frozenset({"h2", "h3", "h4"})
_ASIDE = frozenset({"nav", "footer", "header", "aside", "noscript"})
_ROWS = frozenset({"tr", "td", "dt"})  # what belongs to a result then stands in the next one
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


def find_repeated_links(scope: Node, base_url: str, host_label: str) -> list[RepeatedLink]:
    """The largest family of links alike, to at least `FEWEST` pages; headed links come first."""
    candidates = _candidates(scope, base_url, host_label)
    headed = [each for each in candidates if each[0].name in _HEADINGS]
    family = _largest_family(headed)
    if family:
        return _make_links(_complete_family(family, headed))
    links = _make_links(_largest_family(candidates))
    described = sum(1 for link in links if read_snippet(link.box, link.heading, link.end))
    return links if described * 2 >= len(links) else []  # a row of bare links is a menu


_Candidate = tuple[Node, Node, Target]  # title, link, target


def _candidates(scope: Node, base_url: str, host_label: str) -> list[_Candidate]:
    found: list[_Candidate] = []
    for anchor in scope.links()[:MOST_LINKS]:
        target = read_target(anchor.get("href"), base_url)
        if not (target.opaque or (target.url and not is_engine_host(target.domain, host_label))):
            continue
        heading = _title_node(anchor)
        if SHORTEST_TITLE <= len(heading.text) <= LONGEST_TITLE and not _is_aside(anchor):
            found.append((heading, anchor, target))
    return found


def _title_node(anchor: Node) -> Node:
    """The heading in or around the link; else the last block in it that is no address."""
    around = [node for node in islice(anchor.ancestors, 2) if node.name in _HEADINGS]
    inside = [node for node in anchor.first_descendants(60) if node.name in _HEADINGS]
    if around or inside:
        return (inside or around)[0]
    blocks = [
        node
        for node in anchor.first_descendants(60)
        if node.name in {"div", "p"} and not node.named("div", "p", "cite")
    ]
    titles = [node for node in blocks if node.text and not _ADDRESS.search(node.text[:200])]
    return titles[-1] if titles else anchor


def _is_aside(anchor: Node) -> bool:
    return is_hidden(anchor) or any(node.name in _ASIDE for node in anchor.ancestors)


def _largest_family(candidates: list[_Candidate]) -> list[_Candidate]:
    families: dict[tuple[str, ...], list[_Candidate]] = defaultdict(list)
    for candidate in candidates:
        families[_shape(candidate[0], candidate[1])].append(candidate)
    sizes = {shape: (_count_sites(family), len(family)) for shape, family in families.items()}
    best = max(sizes, key=lambda shape: sizes[shape], default=None)
    return families[best] if best is not None and sizes[best][0] >= FEWEST else []


def _shape(heading: Node, anchor: Node) -> tuple[str, ...]:
    path = [node.name for node in islice(heading.ancestors, DEEPEST_SHAPE)]
    return (heading.name, anchor.name, *path)


def _count_sites(family: list[_Candidate]) -> int:
    """How many pages they lead to; opaque links are told apart by themselves."""
    return len({target.domain or target.href_raw for _, _, target in family})


def _complete_family(family: list[_Candidate], candidates: list[_Candidate]) -> list[_Candidate]:
    """With their like in the same container whose shape differs a little: a label, a picture."""
    container = _common_ancestor([heading for heading, _, _ in family])
    name = family[0][0].name
    if name not in _HEADINGS or container is None:
        return family
    return [each for each in candidates if each[0].name == name and container.contains(each[0])]


def _common_ancestor(nodes: list[Node]) -> Node | None:
    first, last = nodes[0], nodes[-1]
    return next((node for node in first.ancestors if node.contains(last)), None)


def _make_links(family: list[_Candidate]) -> list[RepeatedLink]:
    unique: dict[str, _Candidate] = {}
    for heading, anchor, target in family:
        unique.setdefault(urldefrag(target.url or target.href_raw).url, (heading, anchor, target))
    chosen = list(unique.values())
    headings = [heading for heading, _, _ in chosen]
    befores, afters = [None, *headings][: len(headings)], [*headings, None][1:]
    return [
        _make_link(*candidate, before, after)
        for candidate, before, after in zip(chosen, befores, afters, strict=True)
    ]


def _make_link(
    heading: Node, anchor: Node, target: Target, before: Node | None, after: Node | None
) -> RepeatedLink:
    box = find_box(heading, before, after, frozenset())
    if box.name not in _ROWS:
        return RepeatedLink(box, heading, anchor, target, 0)
    end = after.index if after else len(heading.document.nodes)
    return RepeatedLink(heading, heading, anchor, target, end)
