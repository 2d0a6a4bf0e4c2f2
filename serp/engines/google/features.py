"""What a page shows besides results and ads: the stats, related searches, boxes."""

import re
from itertools import islice
from urllib.parse import parse_qs, urlsplit

from serp.document import Document, Node
from serp.engines.google import marks
from serp.engines.google.links import TitledLink, leads_outside
from serp.engines.google.result_boxes import find_result_boxes
from serp.text import clean_text, fold_text
from serp.urls import make_absolute

# In a script the stats stand escaped: result-stats\">About 0 results\x3cnobr> (0.19s)
_ESCAPED_STATS = re.compile(
    r"""result-stats\\*["']\\*(?:>|\\x3e|\\u003e)(.{1,200}?)(?:</div|\\x3c/div|\\u003c/div|<\\/div)""",
    re.IGNORECASE,
)
_ESCAPED_TAG = re.compile(
    r"(?:<|\\x3c|\\u003c)/?\w{1,10}[^<>\\]{0,40}(?:>|\\x3e|\\u003e)", re.IGNORECASE
)
_ESCAPED_CHARACTER = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4}))")
# A search for an entity, of another kind, or for the next page.
_OTHER_SEARCH = {"stick", "si", "start", "tbm", "udm", "spell", "ludocid", "lsig", "kgmid"}
MOST_MENTIONS = 20
MOST_BEFORE_TITLE = 300  # nodes


def read_stats(document: Document) -> str:
    """The sentence on how many results there are, "" where the page shows none."""
    for identifier in marks.STATS:
        node = document.by_id.get(identifier)
        if node is not None and node.text:
            return node.text
    bar = document.by_id.get(marks.STATS_BAR)
    if bar is not None:
        return next((paragraph.text for paragraph in bar.named("p") if paragraph.text), "")
    return _read_escaped_stats(document)


def _read_escaped_stats(document: Document) -> str:
    for script in document.scripts:
        for mention in islice(re.finditer("result-stats", script), MOST_MENTIONS):
            match = _ESCAPED_STATS.match(script[mention.start() : mention.start() + 400])
            if match:
                return clean_text(_unescape(match[1]))
    return ""


def _unescape(text: str) -> str:
    text = _ESCAPED_TAG.sub(" ", text)
    return _ESCAPED_CHARACTER.sub(lambda match: chr(int(match[1] or match[2], 16)), text)


def read_related(
    document: Document, frame: Node | None, base_url: str, results: list[Node]
) -> tuple[str, ...]:
    """Links that search for just the words that they show, below or beside the results."""
    found: dict[str, None] = {}
    for anchor in _related_anchors(document, frame, base_url, results):
        found.setdefault(anchor.text)
    return tuple(found)


def _related_anchors(
    document: Document, frame: Node | None, base_url: str, results: list[Node]
) -> list[Node]:
    scriptless = frame is not None and frame.get("id") == "main"
    inner = None if scriptless else frame
    # Without JavaScript they may also stand between results; elsewhere only below their frame.
    first = results[0 if scriptless else -1].index if results else 0
    anchors = [
        anchor
        for anchor in document.links
        if anchor.index > first
        and not (inner and inner.contains(anchor))
        and _searches_its_text(anchor, base_url)
        and not is_elsewhere(anchor)
    ]
    return _in_company(document, anchors) if scriptless else anchors


def _in_company(document: Document, anchors: list[Node]) -> list[Node]:
    """Those that stand next to one of their kind: single ones lead on from a list of entities."""
    neighbours = zip(document.links, document.links[1:], strict=False)
    chosen = {anchor.index for anchor in anchors}
    paired = {
        node.index
        for left, right in neighbours
        if {left.index, right.index} <= chosen and left.get("class") == right.get("class")
        for node in (left, right)
    }
    return [anchor for anchor in anchors if anchor.index in paired]


def _searches_its_text(anchor: Node, base_url: str) -> bool:
    href = anchor.get("href")
    if "/search?" not in href:
        return False
    url = make_absolute(href, base_url)
    if url is None:
        return False
    parts = urlsplit(url)
    parameters = parse_qs(parts.query)
    if parts.path != "/search" or "q" not in parameters or _OTHER_SEARCH & parameters.keys():
        return False
    return fold_text(parameters["q"][0]) == fold_text(anchor.text) != ""


def is_elsewhere(node: Node) -> bool:
    """Whether a node belongs to a box of its own: questions, carousels, the right column."""
    return any(_is_other_box(ancestor) for ancestor in node.ancestors)


def _is_other_box(node: Node) -> bool:
    if node.name in marks.CAROUSEL_TAGS or marks.QUESTION_ATTRIBUTE in node.attributes:
        return True
    if node.get("id") in {"topstuff", "taw", *marks.RIGHT_SECTIONS}:
        return True
    return node.has_class(marks.QUESTION_CLASS)


def find_featured_snippet(
    frame: Node | None, links: list[TitledLink], base_url: str
) -> Node | None:
    """The box that answers the query itself; None where only the questions have such."""
    if frame is None:
        return None
    for link, box in zip(links, find_result_boxes(links), strict=True):
        if link.heading.name != "h3" or not frame.contains(link.heading):
            continue
        if not leads_outside(link, base_url) or is_elsewhere(link.heading):
            continue
        if any(_is_answer(node) for node in _before(link.heading, box)):
            return box
    return _find_marked_snippet(frame.document)


def _before(title: Node, box: Node) -> list[Node]:
    nodes = box.first_descendants(title.index - box.index - 1)[-MOST_BEFORE_TITLE:]
    return [node for node in nodes if not node.contains(title)]


def _is_answer(node: Node) -> bool:
    """A heading that is no link: in no other result does one stand before the title."""
    if node.get("role") != "heading" or node.get("aria-level") != "3" or not node.text:
        return False
    return not node.links() and not any(ancestor.name == "a" for ancestor in node.ancestors)


def _find_marked_snippet(document: Document) -> Node | None:
    for name in marks.FEATURED_CLASSES:
        for node in document.by_class.get(name, []):
            if not is_elsewhere(node):
                return _shell_of(node)
    return None


def _shell_of(node: Node) -> Node:
    shells = [each for each in node.ancestors if each.has_class(marks.FEATURED_SHELL_CLASS)]
    return shells[0] if shells else node
