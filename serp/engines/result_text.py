"""What stands under a result's title, on the pages of any engine."""

import re

from serp.document import Node
from serp.text import clean_text

_SHOWN_ADDRESS = re.compile(
    r"^(https?://)?([\w-]{1,63}\.){1,6}[^\W\d_]{2,24}(?=$|[/:\s\u203a\u2026?])"
)
_TEXT_TAGS = frozenset({"div", "span", "td", "p"})
SHORTEST_LINKED_SNIPPET = 50
LONGEST_SNIPPET = 600
LONGEST_DISPLAY_URL = 200
MOST_NODES = 200  # of a result that are looked at
MOST_SNIPPET_PIECES = 150
MOST_PIECES = 12  # of text in a displayed address


def read_display_url(box: Node, heading: Node, end: int = 0) -> str:
    """The address that a result shows, "" where it shows none."""
    cites = [cite.text for cite in box.named("cite") if _SHOWN_ADDRESS.match(cite.text)]
    return (cites[0] if cites else _find_written_address(box, heading, end))[:LONGEST_DISPLAY_URL]


def _nodes_of(box: Node, end: int, count: int) -> list[Node]:
    """The first nodes of a box, or those up to `end` where a result reaches beyond its box."""
    if not end:
        return box.first_descendants(count)
    return box.document.nodes[box.index + 1 : min(end, box.index + 1 + count)]


def _nodes_around(box: Node, heading: Node, end: int) -> list[Node]:
    """Of a box that begins with much else, such as a row of offers, those about its title."""
    if heading.index - box.index <= MOST_NODES // 2:
        return _nodes_of(box, end, MOST_NODES)
    first = heading.index - MOST_NODES // 2
    return box.document.nodes[first : min(end or box.end, first + MOST_NODES)]


def _find_written_address(box: Node, heading: Node, end: int) -> str:
    """The first text that is written like an address."""
    chosen: Node | None = None
    for node in _nodes_around(box, heading, end):
        if node.contains(heading) or heading.contains(node):
            continue
        if node.last_text - node.first_text > MOST_PIECES or not _SHOWN_ADDRESS.match(node.text):
            continue
        # Further in, where the outer text begins with something else: "Ad", the site's name.
        if chosen is None or (chosen.contains(node) and not chosen.text.startswith(node.text)):
            chosen = node
    return chosen.text if chosen else ""


def read_snippet(box: Node, heading: Node, end: int = 0) -> str:
    """The longest run of text under the title that is no list of links; "" where there is none."""
    longest, passed = "", heading.end
    for node in _nodes_of(box, end, heading.end - box.index + MOST_NODES):
        if node.index < passed or node.name not in _TEXT_TAGS:
            continue
        if node.last_text - node.first_text > MOST_SNIPPET_PIECES:
            continue
        if _is_hidden(node):
            passed = node.end
            continue
        text = node.text
        if len(text) > len(longest) + 20 and _is_prose(node, text):
            longest = text
    found = (
        longest or _find_linked_text(box, heading, end) or _text_before_address(box, heading, end)
    )
    return found[:LONGEST_SNIPPET]


def _text_before_address(box: Node, heading: Node, end: int) -> str:
    """Until 2012 the address stood under the snippet, with no element between them."""
    last = end or box.end
    cite = next((cite for cite in box.named("cite") if heading.end <= cite.index < last), None)
    if cite is None:
        return ""
    pieces = box.document.texts[heading.last_text : cite.first_text]
    return clean_text("".join(pieces[:MOST_SNIPPET_PIECES]))


def _find_linked_text(box: Node, heading: Node, end: int) -> str:
    """Some engines make the snippet itself a link."""
    nodes = _nodes_of(box, end, heading.end - box.index + MOST_NODES)
    links = [node for node in nodes if node.name == "a" and node.index >= heading.end]
    return next((link.text for link in links if len(link.text) >= SHORTEST_LINKED_SNIPPET), "")


def _is_hidden(node: Node) -> bool:
    return "display:none" in node.get("style").replace(" ", "") or node.get("role") == "menu"


def _is_prose(node: Node, text: str) -> bool:
    if node.named("h3", "cite", "table"):
        return False
    linked = sum(len(anchor.text) for anchor in node.links())
    return linked * 2 < len(text)
