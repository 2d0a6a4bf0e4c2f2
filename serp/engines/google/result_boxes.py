"""The box of each result: its title with what stands under it."""

from serp.document import Node
from serp.engines.google import marks
from serp.engines.google.links import TitledLink
from serp.engines.page_boxes import find_box


def find_result_boxes(links: list[TitledLink]) -> list[Node]:
    """Of each result the largest ancestor of its title that holds no other result."""
    titles = [link.heading for link in links]
    befores = [None, *titles][: len(titles)]
    afters = [*titles, None][1:]
    return [
        find_box(title, before, after, marks.FRAMES)
        for title, before, after in zip(titles, befores, afters, strict=True)
    ]
