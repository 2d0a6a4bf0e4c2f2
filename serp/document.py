"""The one place that knows the HTML tree: bytes in, a flat list of nodes in document order out.

One walk over the tree writes down for every element where its descendants and its text end, so that
"is inside", "text of" and "all links of" are slices and comparisons, not walks of their own.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import Any

from bs4 import BeautifulSoup
from bs4.builder._lxml import LXMLTreeBuilder
from bs4.element import NavigableString, PageElement, Script, Tag
from lxml.etree import XMLSyntaxError

from serp.encoding import decode_page
from serp.text import clean_text

# The largest results page seen has 4,000 elements. What goes beyond is not read, so that a hostile
# page costs less than a second; a piece of text costs a fifth of an element.
MOST_ELEMENTS = 12_000
COST_OF_ELEMENT = 5
FEED_AT_ONCE = 128 * 1024
MOST_ATTRIBUTES = 100
MOST_CHARACTERS = 8 * 1024 * 1024
MOST_ANCESTORS = 100
LONGEST_TEXT = 4_000
MOST_PIECES = 600
MOST_VISIBLE_PIECES = 5_000

_HEADING_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5"})
_INVISIBLE_TAGS = frozenset({"script", "style", "template", "head", "noscript"})
# fmt: off
_BLOCK_TAGS = frozenset({
    "address", "article", "aside", "blockquote", "br", "dd", "details", "div", "dl", "dt", "figure", "footer", "form",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "option", "p", "section", "summary",
    "table", "tbody", "td", "th", "tr", "ul",
})
# fmt: on


class _Enough(Exception):
    """The page has more elements than are read."""


class _CappedBuilder(LXMLTreeBuilder):
    """bs4's own builder on lxml, less the namespaces, which HTML has not, and with an end."""

    soup: BeautifulSoup

    def __init__(self) -> None:
        super().__init__(multi_valued_attributes=None)
        self.budget = MOST_ELEMENTS * COST_OF_ELEMENT

    def prepare_markup(self, markup: Any, *_: Any, **__: Any) -> Iterator[tuple[Any, ...]]:
        yield markup, "utf-8", None, False

    def feed(self, markup: Any) -> None:
        self.parser = self.parser_for("utf-8")
        try:
            for start in range(0, len(markup), FEED_AT_ONCE):
                self.parser.feed(markup[start : start + FEED_AT_ONCE])
            self.parser.close()
        except (_Enough, XMLSyntaxError):  # the latter where there is no element at all
            return

    def start(self, tag: Any, attrib: Any, nsmap: Any = None) -> None:
        self._spend(COST_OF_ELEMENT)
        if len(attrib) > MOST_ATTRIBUTES:
            attrib = dict(islice(attrib.items(), MOST_ATTRIBUTES))
        self.soup.handle_starttag(tag, None, None, dict(attrib))

    def end(self, tag: Any) -> None:
        self.soup.handle_endtag(tag, None)

    def data(self, data: Any) -> None:
        self._spend(1)
        self.soup.handle_data(data)

    def comment(self, text: Any) -> None:
        self._spend(1)  # and not kept

    def pi(self, target: Any, data: Any) -> None:
        self._spend(1)

    def _spend(self, cost: int) -> None:
        self.budget -= cost
        if self.budget < 0:
            raise _Enough


class Node:
    """An element. Nodes are compared by their place: `index` counts in document order."""

    __slots__ = (
        "attributes",
        "document",
        "end",
        "first_text",
        "index",
        "last_text",
        "name",
        "parent",
    )

    def __init__(
        self,
        document: "Document",
        name: str,
        attributes: Mapping[str, str],
        index: int,
        parent: "Node | None",
    ) -> None:
        self.document = document
        self.name = name
        self.attributes = attributes
        self.index = index
        self.parent = parent
        self.end = index + 1
        self.first_text = self.last_text = len(document.texts)

    def __repr__(self) -> str:
        return f"<{self.name} {dict(self.attributes)} #{self.index}>"

    def get(self, attribute: str) -> str:
        return self.attributes.get(attribute, "")

    def has_class(self, *names: str) -> bool:
        classes = self.attributes.get("class")
        return classes is not None and any(name in names for name in classes.split())

    @property
    def text(self) -> str:
        """All the text inside, scripts excepted, on one line; cut where it grows absurd."""
        last = min(self.last_text, self.first_text + MOST_PIECES)
        pieces = self.document.texts[self.first_text : last]
        return clean_text("".join(pieces)[:LONGEST_TEXT])

    @property
    def ancestors(self) -> Iterator["Node"]:
        """From the parent outwards; bounded, so that depth cannot be made to cost."""
        return islice(self._climb(), MOST_ANCESTORS)

    def _climb(self) -> Iterator["Node"]:
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    @property
    def descendants(self) -> list["Node"]:
        return self.document.nodes[self.index + 1 : self.end]

    def first_descendants(self, count: int) -> list["Node"]:
        """The first so many: for looks at a box that may be the whole page."""
        return self.document.nodes[self.index + 1 : min(self.end, self.index + 1 + count)]

    @property
    def children(self) -> Iterator["Node"]:
        index = self.index + 1
        while index < self.end:
            child = self.document.nodes[index]
            yield child
            index = child.end

    def contains(self, other: "Node") -> bool:
        return self.index <= other.index < self.end

    def named(self, *names: str) -> list["Node"]:
        """The descendants with one of these tag names, in document order."""
        if len(names) == 1:
            return self.document.slice_of(self.document.by_name.get(names[0], []), self)
        found = [node for name in names for node in self.named(name)]
        return sorted(found, key=_place)

    def classed(self, name: str) -> list["Node"]:
        """The descendants with that class, in document order."""
        return self.document.slice_of(self.document.by_class.get(name, []), self)

    def links(self) -> list["Node"]:
        return [anchor for anchor in self.named("a") if "href" in anchor.attributes]


def _place(node: Node) -> int:
    return node.index


class Document:
    """A page. Build it with `read_document`."""

    def __init__(self, soup: BeautifulSoup, *, cut: bool) -> None:
        self.soup = soup
        self.cut = cut  # whether the page was longer than is read
        self.nodes: list[Node] = []
        self.texts: list[str] = []
        self.scripts: list[str] = []
        self.by_id: dict[str, Node] = {}  # the first of each
        self.twins: dict[str, list[Node]] = {}  # further nodes with an id that is already taken
        self.by_name: dict[str, list[Node]] = defaultdict(list)
        self._unseen: list[tuple[int, int]] = []
        self._by_attribute: dict[str, list[Node]] = {}
        self._walk()

    def _walk(self) -> None:
        open_nodes: list[tuple[Tag, Node]] = []
        texts = self.texts
        element: PageElement | None = self.soup.contents[0] if self.soup.contents else None
        while element is not None:
            parent = element.parent
            while open_nodes and open_nodes[-1][0] is not parent:
                self._close(open_nodes.pop()[1])
            if isinstance(element, Tag):
                open_nodes.append(
                    (element, self._open(element, open_nodes[-1][1] if open_nodes else None))
                )
            elif element.__class__ is NavigableString:
                texts.append(element)
            elif element.__class__ is Script:
                self.scripts.append(element)
            element = element.next_element
        while open_nodes:
            self._close(open_nodes.pop()[1])

    def _open(self, tag: Tag, parent: Node | None) -> Node:
        name = tag.name
        if name in _BLOCK_TAGS:
            self.texts.append(" ")
        node = Node(self, name, tag.attrs, len(self.nodes), parent)  # type: ignore[arg-type]
        self.nodes.append(node)
        self.by_name[name].append(node)
        identifier = tag.attrs.get("id")
        if identifier:
            self._note_id(str(identifier), node)
        return node

    def _note_id(self, identifier: str, node: Node) -> None:
        if identifier in self.by_id:
            self.twins.setdefault(identifier, []).append(node)
        else:
            self.by_id[identifier] = node

    def all_with_id(self, *identifiers: str) -> list[Node]:
        """Every node with one of these ids, in document order: pages repeat ids."""
        found = [node for identifier in identifiers if (node := self.by_id.get(identifier))]
        found += [node for identifier in identifiers for node in self.twins.get(identifier, [])]
        return sorted(found, key=_place)

    def _close(self, node: Node) -> None:
        node.end = len(self.nodes)
        node.last_text = len(self.texts)
        if node.name in _BLOCK_TAGS:
            self.texts.append(" ")
        if _is_unseen(node):
            self._unseen.append((node.first_text, node.last_text))

    @cached_property
    def by_class(self) -> dict[str, list[Node]]:
        index: dict[str, list[Node]] = defaultdict(list)
        for node in self.nodes:
            classes = node.attributes.get("class")
            if classes:
                for name in classes.split()[:50]:
                    index[name].append(node)
        return index

    @cached_property
    def links(self) -> list[Node]:
        """Every `<a>` that has an href."""
        return [anchor for anchor in self.by_name.get("a", []) if "href" in anchor.attributes]

    @cached_property
    def headings(self) -> list[Node]:
        """Every element that is a heading or says that it is one."""
        told = [node for node in self.with_attribute("role") if node.get("role") == "heading"]
        tagged = [node for name in _HEADING_TAGS for node in self.by_name.get(name, [])]
        return sorted({node.index: node for node in (*told, *tagged)}.values(), key=_place)

    def with_attribute(self, name: str) -> list[Node]:
        """The nodes that have an attribute, whatever its value; looked for once."""
        known = self._by_attribute.get(name)
        if known is None:
            known = self._by_attribute[name] = [
                node for node in self.nodes if name in node.attributes
            ]
        return known

    @cached_property
    def title(self) -> str:
        titles = self.by_name.get("title")
        return titles[0].text if titles else ""

    @cached_property
    def visible_text(self) -> str:
        """What a reader sees: no scripts, nothing in <noscript> or hidden by the element itself."""
        return self._shown_text(0, len(self.texts))

    def visible_text_of(self, node: Node) -> str:
        """The part of `visible_text` that stands in the node; cut where it grows absurd."""
        last = min(node.last_text, node.first_text + MOST_VISIBLE_PIECES)
        return self._shown_text(node.first_text, last)

    def visible_text_between(self, first_text: int, node: Node) -> str:
        """The part of a node's visible text that begins at one of `texts`."""
        last = min(node.last_text, first_text + MOST_VISIBLE_PIECES)
        return self._shown_text(first_text, last)

    def _shown_text(self, first: int, last: int) -> str:
        pieces, place = [], first
        for unseen_first, unseen_last in self._unseen_spans:
            pieces += self.texts[place : min(unseen_first, last)]
            place = max(place, unseen_last)
        pieces += self.texts[place:last]
        return clean_text("".join(pieces)[: 50 * LONGEST_TEXT])

    @cached_property
    def _unseen_spans(self) -> list[tuple[int, int]]:
        """In order, without those that lie inside others."""
        spans: list[tuple[int, int]] = []
        for first, last in sorted(self._unseen, key=lambda span: (span[0], -span[1])):
            if last > first and (not spans or first >= spans[-1][1]):
                spans.append((first, last))
        return spans

    @cached_property
    def script_text(self) -> str:
        return "\n".join(self.scripts)

    @cached_property
    def noscript_text(self) -> str:
        return clean_text(" ".join(node.text for node in self.by_name.get("noscript", [])[:20]))

    def slice_of(self, ordered: list[Node], within: Node) -> list[Node]:
        """Those of an ordered list that lie inside a node, itself excluded."""
        first = bisect_left(ordered, within.index + 1, key=_place)
        return ordered[first : bisect_left(ordered, within.end, lo=first, key=_place)]


def _is_unseen(node: Node) -> bool:
    if node.name in _INVISIBLE_TAGS:
        return True
    attributes = node.attributes
    if not attributes:
        return False
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    return style is not None and "display:none" in style[:500].replace(" ", "")


def is_hidden(node: Node) -> bool:
    """Whether a reader does not see it: many pages keep a hidden "nothing found" ready."""
    return _is_unseen(node) or any(_is_unseen(around) for around in node.ancestors)


def read_document(body: bytes, content_type: str = "") -> Document:
    """The page behind the bytes of an answer. Never raises; reads at most what the caps allow."""
    text = decode_page(body[:MOST_CHARACTERS], content_type)
    builder = _CappedBuilder()
    markup = text.replace("\0", "\ufffd").encode("utf-8", "replace")
    if b"<" not in markup:
        markup = b"<html>" + markup  # else bs4 warns that this might be a file's name
    soup = BeautifulSoup(markup, builder=builder)
    return Document(soup, cut=builder.budget < 0 or len(body) > MOST_CHARACTERS)
