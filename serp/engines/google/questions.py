"""The questions of "people also ask"."""

from dataclasses import dataclass

from serp.document import Document, Node
from serp.engines.google import marks
from serp.text import clean_text, fold_text

_QUESTION_MARKS = ("?", "\uff1f", "\u061f", "\u037e")
_LONGEST_QUESTION = 200


@dataclass(frozen=True, slots=True)
class Question:
    node: Node
    text: str


def find_questions(document: Document, query: str, results: list[Node]) -> list[Question]:
    """In document order, each once; `results` are the boxes of results, which may hold questions of their own."""
    found: dict[str, Question] = {}
    for node in _question_nodes(document, query, results):
        text = node.get(marks.QUESTION_ATTRIBUTE) or _first_words(node)
        if text:
            found.setdefault(fold_text(text), Question(node, clean_text(text)))
    return list(found.values())


def _question_nodes(document: Document, query: str, results: list[Node]) -> list[Node]:
    """By their marks, or else by what they are: several of one kind, each with a question mark."""
    pairs = document.by_class.get(marks.QUESTION_CLASS, [])
    if pairs:
        return [_asked(pair) for pair in pairs]
    return (
        _marked(document, query)
        or _asking_buttons(document, results)
        or _scriptless_questions(document)
    )


def _marked(document: Document, query: str) -> list[Node]:
    marked = document.with_attribute(marks.QUESTION_ATTRIBUTE)
    return [
        node
        for node in marked
        if node.get(marks.QUESTION_ATTRIBUTE)
        and fold_text(node.get(marks.QUESTION_ATTRIBUTE)) != fold_text(query)
    ]


def _asking_buttons(document: Document, results: list[Node]) -> list[Node]:
    buttons = [
        node
        for node in document.with_attribute("role")
        if node.get("role") in {"button", "tab"}
        and node.name != "a"
        and _is_question(node)
        and not any(result.contains(node) for result in results)
    ]
    return buttons if len(buttons) > 1 else []


def _is_question(node: Node) -> bool:
    return node.text.endswith(_QUESTION_MARKS) and len(node.text) < _LONGEST_QUESTION


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
    """What stands first in a closed question: its button, or its first text; the answer comes after."""
    for node in [pair, *pair.descendants]:
        if node.get("role") in {"button", "tab"} and 0 < len(node.text) < _LONGEST_QUESTION:
            return node.text
    leaves = (node.text for node in pair.descendants if node.end == node.index + 1)
    return next((text for text in leaves if text), pair.text)


def _scriptless_questions(document: Document) -> list[Node]:
    """Without JavaScript nothing marks them but that several of one kind stand in one block."""
    main = document.by_id.get("main")
    if main is None or "search" in document.by_id or "rso" in document.by_id:
        return []
    for block in main.children:
        questions = _questions_in(block)
        if len(questions) > 1:
            return questions
    return []


def _questions_in(block: Node) -> list[Node]:
    leaves = [
        node
        for node in block.descendants
        if node.end == node.index + 1 and not _in_link(node, block)
    ]
    first = next((leaf for leaf in leaves if leaf.text.endswith(_QUESTION_MARKS)), None)
    if first is None:
        return []
    return [
        leaf
        for leaf in leaves
        if _kind(leaf) == _kind(first) and 0 < len(leaf.text) < _LONGEST_QUESTION
    ]


def _in_link(node: Node, block: Node) -> bool:
    return any(
        ancestor.name == "a" for ancestor in [node, *node.ancestors] if ancestor.index > block.index
    )


def _kind(node: Node) -> tuple[str, str, str, str]:
    parent = node.parent or node
    return node.name, node.get("class"), parent.name, parent.get("class")
