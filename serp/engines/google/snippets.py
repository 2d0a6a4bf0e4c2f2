"""What stands under an organic result's title."""

import re

from serp.document import Document, Node
from serp.engines.google.links import TitledLink

_SHOWN_ADDRESS = re.compile(
    r"^(https?://)?([\w-]{1,63}\.){1,6}[^\W\d_]{2,24}(?=$|[/:\s\u203a\u2026?])"
)
LONGEST_SNIPPET = 600


def find_result_box(link: TitledLink, others: list[TitledLink]) -> Node:
    """The largest ancestor of a result's title that holds no other result."""
    neighbours = [other.heading for other in others if other is not link]
    box = link.heading
    for ancestor in link.heading.ancestors:
        if ancestor.name == "body" or any(ancestor.contains(heading) for heading in neighbours):
            break
        if len(others) == 1 and ancestor.get("id"):
            break
        box = ancestor
    return box


def read_result_display_url(box: Node, heading: Node) -> str:
    for cite in box.named("cite"):
        if cite.text:
            return cite.text
    for node in box.descendants:
        if (
            not heading.contains(node)
            and node.last_text - node.first_text <= 8
            and _SHOWN_ADDRESS.match(node.text)
        ):
            return node.text
    return ""


def read_snippet(document: Document, box: Node, link: TitledLink, display_url: str) -> str:
    """The longest run of text under the title that is no link; "" where there is none."""
    longest = ""
    for node in box.descendants:
        if node.index < link.heading.end or node.name not in {"div", "span", "td", "p"}:
            continue
        text = node.text
        if (
            len(text) > len(longest) + 20
            and not node.named("h3", "cite", "table")
            and display_url not in text
        ):
            longest = text
    return longest[:LONGEST_SNIPPET]
