"""What a page shows besides results and ads: the stats, questions, related searches, boxes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from serp.document import Document, Node
from serp.engines.google import marks
from serp.engines.google.organic import find_results_frame
from serp.text import clean_text, fold_text
from serp.urls import is_engine_host, make_absolute

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
_OTHER_SEARCH = {
    "stick",
    "si",
    "start",
    "tbm",
    "udm",
    "spell",
    "tbs_kind",
    "ludocid",
    "lsig",
    "kgmid",
}


@dataclass(frozen=True, slots=True)
class Question:
    """One of "people also ask"."""

    node: Node
    text: str


def read_stats(document: Document) -> str:
    """The sentence on how many results there are, "" where the page shows none."""
    for identifier in marks.STATS:
        node = document.by_id.get(identifier)
        if node is not None and node.text:
            return node.text
    return _read_escaped_stats(document)


def _read_escaped_stats(document: Document) -> str:
    for script in document.scripts:
        if "result-stats" in script:
            match = _ESCAPED_STATS.search(script)
            if match:
                return clean_text(_unescape(match[1]))
    return ""


def _unescape(text: str) -> str:
    text = _ESCAPED_TAG.sub(" ", text)
    return _ESCAPED_CHARACTER.sub(lambda match: chr(int(match[1] or match[2], 16)), text)


def read_related(document: Document, base_url: str, last_result: Node | None) -> tuple[str, ...]:
    """Links that search for just the words that they show, below or beside the results."""
    found: dict[str, None] = {}
    for anchor in _related_anchors(document, base_url, last_result):
        found.setdefault(anchor.text)
    return tuple(found)


def _related_anchors(document: Document, base_url: str, last_result: Node | None) -> list[Node]:
    frame = find_results_frame(document)
    inner = frame if frame is not None and frame.get("id") != "main" else None
    start = last_result.index if last_result else 0
    anchors = [
        anchor
        for anchor in document.links
        if anchor.index > start
        and not (inner and inner.contains(anchor))
        and _searches_its_text(anchor, base_url)
    ]
    return [anchor for anchor in anchors if not _is_elsewhere(anchor)]


def _searches_its_text(anchor: Node, base_url: str) -> bool:
    url = make_absolute(anchor.get("href"), base_url)
    if url is None or "/search?" not in url:
        return False
    parts = urlsplit(url)
    parameters = parse_qs(parts.query, max_num_fields=100)
    if parts.path != "/search" or "q" not in parameters or _OTHER_SEARCH & parameters.keys():
        return False
    return fold_text(parameters["q"][0]) == fold_text(anchor.text) != ""


def _is_elsewhere(anchor: Node) -> bool:
    return any(_is_other_box(node) for node in anchor.ancestors)


def _is_other_box(node: Node) -> bool:
    if node.name in marks.CAROUSEL_TAGS or marks.QUESTION_ATTRIBUTE in node.attributes:
        return True
    return node.get("id") in {"topstuff", "taw", *marks.RIGHT_SECTIONS} or node.has_class(
        marks.QUESTION_CLASS
    )


def find_questions(document: Document) -> list[Question]:
    """The questions of "people also ask", in document order, each once."""
    found: dict[str, Question] = {}
    for node in _question_nodes(document):
        text = node.get(marks.QUESTION_ATTRIBUTE) or _first_words(node)
        if text:
            found.setdefault(fold_text(text), Question(node, clean_text(text)))
    return list(found.values())


def _question_nodes(document: Document) -> list[Node]:
    pairs = document.by_class.get(marks.QUESTION_CLASS, [])
    if pairs:
        return [_asked(pair) for pair in pairs]
    return [node for node in document.nodes if node.attributes.get(marks.QUESTION_ATTRIBUTE)]


def _asked(pair: Node) -> Node:
    return next(
        (
            node
            for node in [pair, *pair.descendants]
            if node.attributes.get(marks.QUESTION_ATTRIBUTE)
        ),
        pair,
    )


def _first_words(pair: Node) -> str:
    """What stands first in a closed question: its button, or its first text."""
    for node in pair.descendants:
        if node.get("role") in {"button", "heading"} and node.text:
            return node.text
    return next((node.text for node in pair.descendants if node.text), "")


def find_featured_snippet(document: Document) -> Node | None:
    """The box that answers the query itself; None where there is none outside of the questions."""
    for name in marks.FEATURED_CLASSES:
        for node in document.by_class.get(name, []):
            if not _is_elsewhere(node):
                return _shell_of(node)
    return None


def _shell_of(node: Node) -> Node:
    shells = [
        ancestor for ancestor in node.ancestors if ancestor.has_class(marks.FEATURED_SHELL_CLASS)
    ]
    return shells[0] if shells else node


def count_shopping_units(document: Document) -> int:
    units = [
        node for name in marks.SHOPPING_UNIT_CLASSES for node in document.by_class.get(name, [])
    ]
    return sum(
        1
        for unit in units
        if not unit.has_class("view-all-unit") and not _holds_another(unit, units)
    )


def _holds_another(unit: Node, units: Iterable[Node]) -> bool:
    return any(other is not unit and unit.contains(other) for other in units)


def is_own_host(base_url: str) -> bool:
    return is_engine_host(urlsplit(base_url).hostname or "", "google")
