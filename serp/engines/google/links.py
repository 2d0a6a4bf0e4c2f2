"""Links that carry a heading: results, ads and much that only looks like them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import parse_qs, urlsplit

from serp.document import Document, Node
from serp.engines.google import marks
from serp.types import Target
from serp.urls import is_engine_host, make_absolute, read_target

# Google's own pages: where such a path comes with parameters it is a search of another kind.
_OWN_PATHS = (
    "/search",
    "/images",
    "/imgres",
    "/imghp",
    "/webhp",
    "/maps",
    "/news",
    "/products",
    "/shopping",
    "/preferences",
    "/setprefs",
    "/advanced_search",
    "/aclk",
    "/url",
    "/blogsearch",
    "/support/websearch",
    "/settings/ads",
)
_OTHER_LEVELS = frozenset({"h1", "h5"})
MOST_TITLES = 400
_OWN_SIGNS = {"sa", "ved", "ei", "tbm", "gbv", "um", "usg", "source", "sxsrf", "oi"}


@dataclass(frozen=True, slots=True)
class TitledLink:
    """A heading and the link that it belongs to."""

    heading: Node
    anchor: Node
    target: Target
    paid: bool  # the link runs over Google's ad counter

    @property
    def title(self) -> str:
        return self.heading.text


def find_titled_links(document: Document, base_url: str) -> list[TitledLink]:
    """Every heading that is inside a link or holds one, in document order, one a link."""
    chosen: dict[int, Node] = {}
    for heading in _headings(document):
        place = _anchors_of(heading)[0].index
        # A link may hold a hidden "Web results" (h2) before the title.
        if place not in chosen or chosen[place].name == "h2":
            chosen[place] = heading
    return [_make_link(heading, base_url) for heading in islice(chosen.values(), MOST_TITLES)]


def _headings(document: Document) -> Iterator[Node]:
    last_end = -1
    for node in document.headings:
        if node.index < last_end or (node.name in _OTHER_LEVELS and node.get("role") != "heading"):
            continue
        if _anchors_of(node):
            last_end = node.end
            yield node


def _enclosing_anchor(node: Node) -> Node | None:
    for _, ancestor in zip(range(8), node.ancestors, strict=False):
        if ancestor.name == "a" and "href" in ancestor.attributes:
            return ancestor
    return None


def _anchors_of(heading: Node) -> list[Node]:
    enclosing = _enclosing_anchor(heading)
    return [enclosing] if enclosing else heading.links()


def _make_link(heading: Node, base_url: str) -> TitledLink:
    anchors = _anchors_of(heading)
    # In 2013-2018 an ad's heading holds two links: the shown one, in the first years to the address
    # shown, and a hidden one over the counter, which in the last no longer tells the landing page.
    paid = next((anchor for anchor in anchors if is_paid(anchor)), None)
    anchor = paid or anchors[0]
    target = read_target(anchor.get("href"), base_url)
    if target.opaque:
        others = (read_target(other.get("href"), base_url) for other in anchors)
        target = next((other for other in others if other.url), target)
    return TitledLink(heading, anchor, target, paid is not None)


def is_paid(anchor: Node) -> bool:
    if marks.AD_CLICK_ATTRIBUTE in anchor.attributes:
        return True
    href = anchor.get("href")
    return "/aclk?" in href or "googleadservices." in href


def leads_outside(link: TitledLink, base_url: str) -> bool:
    """Whether a link leads to a page on the web, and not to another view of Google's own."""
    if link.target.opaque:
        return "/goto?" in link.anchor.get("href")
    return link.target.url is not None and not is_own_page(
        link.target.url, link.anchor.get("href"), base_url
    )


def is_own_page(url: str, href: str, base_url: str) -> bool:
    parts = urlsplit(url)
    host = parts.hostname or ""
    absolute = make_absolute(href, base_url)
    if absolute != url:  # it was wrapped: Google counts clicks on results, not on its own pages
        return is_engine_host(host, "google") and parts.path.startswith(("/search", "/aclk"))
    if host == (urlsplit(base_url).hostname or ""):
        return (
            True if not is_engine_host(host, "google") else _is_own_search(parts.path, parts.query)
        )
    return is_engine_host(host, "google") and _is_own_search(parts.path, parts.query)


def _is_own_search(path: str, query: str) -> bool:
    names = parse_qs(query, keep_blank_values=True)
    if path.startswith(_OWN_PATHS) and names:
        return True
    return bool(_OWN_SIGNS & names.keys()) and "q" in names
