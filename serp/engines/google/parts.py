"""The blocks of a page, as nodes: found first, so that each can be told from the others."""

from dataclasses import dataclass

from serp.document import Document, Node
from serp.engines.google.ads import AdBox, find_ad_boxes, place_ads
from serp.engines.google.features import find_featured_snippet
from serp.engines.google.links import TitledLink, find_titled_links
from serp.engines.google.organic import (
    find_organic,
    find_results_frame,
    find_untitled,
)
from serp.engines.google.questions import Question, find_questions
from serp.engines.google.result_boxes import find_result_boxes


@dataclass(frozen=True, slots=True)
class PageParts:
    frame: Node | None
    query_echo: str
    ads: list[AdBox]
    organic: list[tuple[TitledLink, Node]]  # the title and the box around it
    featured: Node | None
    questions: list[Question]

    @property
    def titles(self) -> list[Node]:
        return [link.heading for link, _ in self.organic]

    @property
    def taken(self) -> list[Node]:
        """What is an ad, a result or a featured snippet, and so no other box."""
        featured = [self.featured] if self.featured else []
        return [*(box.node for box in self.ads), *self.titles, *featured]

    def absolute_ranks(self, boxes: list[Node]) -> dict[int, int]:
        """The rank of each block by the index of its node; the questions are one block."""
        places = sorted({node.index for node in [*self.taken, *boxes]})
        return {index: rank for rank, index in enumerate(places, start=1)}


def find_parts(document: Document, base_url: str) -> PageParts:
    echo = _read_echo(document)
    frame = find_results_frame(document, base_url)
    titled = find_titled_links(document, base_url)
    ads = find_ad_boxes(document, titled, base_url)
    featured = find_featured_snippet(frame, titled, base_url)
    organic = find_organic(frame, titled, base_url, [ad.node for ad in ads], featured)
    if not titled:
        organic = find_untitled(document, base_url)
    boxes = find_result_boxes(organic)
    return PageParts(
        frame=frame,
        query_echo=echo,
        ads=place_ads(document, ads, [link.heading for link in organic]),
        organic=list(zip(organic, boxes, strict=True)),
        featured=featured,
        questions=find_questions(document, echo, boxes),
    )


def _read_echo(document: Document) -> str:
    """The query as the page repeats it in its search field."""
    for name in ("input", "textarea"):
        for field in document.by_name.get(name, []):
            if field.get("name") == "q":
                return field.get("value") or field.text
    return ""
