"""The box of each result: its title with what stands under it."""

from serp.document import Node
from serp.engines.google import marks
from serp.engines.google.links import TitledLink


def find_result_boxes(links: list[TitledLink]) -> list[Node]:
    """Of each result the largest ancestor of its title that holds no other result."""
    titles = [link.heading for link in links]
    befores = [None, *titles][: len(titles)]
    afters = [*titles, None][1:]
    return [find_box(*each) for each in zip(titles, befores, afters, strict=True)]


def find_box(title: Node, before: Node | None, after: Node | None) -> Node:
    """The largest ancestor of a node that is no frame and holds neither of its neighbours."""
    box = title
    for ancestor in title.ancestors:
        if ancestor.name == "body" or ancestor.get("id") in marks.FRAMES:
            break
        if (before and ancestor.contains(before)) or (after and ancestor.contains(after)):
            break
        box = ancestor
    return box
