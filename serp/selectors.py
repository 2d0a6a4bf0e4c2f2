"""The small part of CSS selectors that pages of results need, on the flat list of nodes.

Understood: `tag`, `#id`, `.class`, `[attribute]`, `[attribute=value]`, `^=`, `*=`, `:not(.class)`,
descendants (a space), children (`>`) and alternatives (a comma).
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import islice

from serp.document import Document, Node

MOST_ANCESTORS_ASKED = 40
_COMPOUND = re.compile(
    r"(?P<tag>[a-zA-Z][\w-]*)|#(?P<id>[\w-]+)|\.(?P<class>[\w-]+)|:not\(\.(?P<without>[\w-]+)\)"
    r"|\[(?P<name>[\w-]+)(?:(?P<operator>[\^*]?=)(?P<quote>[\"']?)(?P<value>[^\"'\]]*)(?P=quote))?\]"
)


class BadSelector(ValueError):
    """The selector uses what is not understood here."""


@dataclass(frozen=True, slots=True)
class _Compound:
    tag: str
    identifier: str
    classes: tuple[str, ...]
    without: tuple[str, ...]
    attributes: tuple[tuple[str, str, str], ...]

    def fits(self, node: Node) -> bool:
        if (self.tag and node.name != self.tag) or (
            self.identifier and node.get("id") != self.identifier
        ):
            return False
        if self.classes or self.without:
            names = node.get("class").split()
            if not all(name in names for name in self.classes) or any(
                name in names for name in self.without
            ):
                return False
        return all(_attribute_fits(node, *each) for each in self.attributes)


@dataclass(frozen=True, slots=True)
class _Step:
    compound: _Compound
    child: bool  # whether it must be a child of the step before, not only a descendant


def select(scope: Document | Node, selector: str) -> list[Node]:
    """The nodes inside the scope that fit, in document order, each once. Raises BadSelector."""
    found: dict[int, Node] = {}
    document = scope if isinstance(scope, Document) else scope.document
    for steps in _compile(selector):
        if not all(_candidates(document, step.compound) for step in steps[:-1]):
            continue
        for node in _candidates(scope, steps[-1].compound):
            if steps[-1].compound.fits(node) and _lineage_fits(node, steps):
                found[node.index] = node
    return [found[index] for index in sorted(found)]


def select_one(scope: Document | Node, selector: str) -> Node | None:
    return next(iter(select(scope, selector)), None) if selector else None


def check_selector(selector: str) -> None:
    """Raises BadSelector where `select` would."""
    _compile(selector)


@cache
def _compile(selector: str) -> tuple[tuple[_Step, ...], ...]:
    return tuple(_compile_one(part.strip(), selector) for part in selector.split(","))


def _compile_one(part: str, selector: str) -> tuple[_Step, ...]:
    steps: list[_Step] = []
    child = False
    for word in re.sub(r"\s*>\s*", " > ", part).split():
        if word == ">":
            child = True
            continue
        steps.append(_Step(_compile_compound(word, selector), child))
        child = False
    if not steps or child:
        raise BadSelector(f"This selector is not understood: {selector!r}")
    return tuple(steps)


def _compile_compound(word: str, selector: str) -> _Compound:
    place, pieces = 0, []
    while place < len(word):
        match = _COMPOUND.match(word, place)
        if match is None:
            raise BadSelector(f"This selector is not understood: {selector!r}")
        pieces.append(match)
        place = match.end()
    return _Compound(
        tag=next((piece["tag"] for piece in pieces if piece["tag"]), ""),
        identifier=next((piece["id"] for piece in pieces if piece["id"]), ""),
        classes=tuple(piece["class"] for piece in pieces if piece["class"]),
        without=tuple(piece["without"] for piece in pieces if piece["without"]),
        attributes=tuple(
            (piece["name"], piece["operator"] or "", piece["value"] or "")
            for piece in pieces
            if piece["name"]
        ),
    )


def _attribute_fits(node: Node, name: str, operator: str, value: str) -> bool:
    found = node.attributes.get(name)
    if found is None or not operator:
        return found is not None
    if operator == "^=":
        return found.startswith(value)
    return value in found if operator == "*=" else found == value


def _candidates(scope: Document | Node, compound: _Compound) -> list[Node]:
    document = scope if isinstance(scope, Document) else scope.document
    if compound.identifier:
        nodes = document.all_with_id(compound.identifier)
    elif compound.classes:
        nodes = document.by_class.get(compound.classes[0], [])
    elif compound.attributes:
        nodes = document.with_attribute(compound.attributes[0][0])
    elif compound.tag:
        nodes = document.by_name.get(compound.tag, [])
    else:
        nodes = document.nodes
    return nodes if isinstance(scope, Document) else document.slice_of(nodes, scope)


def _lineage_fits(node: Node, steps: tuple[_Step, ...]) -> bool:
    """From right to left: the nearest ancestor that fits each step (no backtracking)."""
    current = node
    for place in range(len(steps) - 1, 0, -1):
        wanted = steps[place - 1].compound
        ancestors = (
            [current.parent]
            if steps[place].child
            else islice(current.ancestors, MOST_ANCESTORS_ASKED)
        )
        match = next((each for each in ancestors if each is not None and wanted.fits(each)), None)
        if match is None:
            return False
        current = match
    return True
