"""Google's page as a whole: its parts put together."""

from dataclasses import replace

from serp.document import Document, Node
from serp.engines.google.ads import AdBox, find_ad_boxes, place_ads
from serp.engines.google.features import (
    count_shopping_units,
    find_featured_snippet,
    read_related,
    read_stats,
)
from serp.engines.google.links import TitledLink, find_titled_links
from serp.engines.google.organic import find_organic, find_results_frame
from serp.engines.google.questions import find_questions
from serp.engines.google.request import build_request
from serp.engines.google.signs import find_signs
from serp.engines.google.snippets import find_result_box, read_display_url, read_snippet
from serp.engines.html import HtmlEngine
from serp.text import read_total_results
from serp.types import Ad, OrganicResult, Serp, Target
from serp.urls import read_target, shown_domain
from serp.verdicts import PageSigns

TITLE = "Google"


def parse_page(document: Document, base_url: str) -> tuple[Serp, PageSigns]:
    titled = find_titled_links(document, base_url)
    boxes = find_ad_boxes(document, titled, base_url)
    featured = find_featured_snippet(document)
    organic = find_organic(document, titled, base_url, [box.node for box in boxes], featured)
    boxes = place_ads(document, boxes, [link.heading for link in organic])
    questions = find_questions(document)
    ranks = _absolute_ranks(
        [box.node for box in boxes]
        + [link.heading for link in organic]
        + [q.node for q in questions[:1]]
        + ([featured] if featured else [])
    )
    stats = read_stats(document)
    serp = Serp(
        query_echo=_read_echo(document),
        ads=_make_ads(boxes, ranks, base_url),
        organic=_make_organic(organic, ranks),
        links=tuple(read_target(anchor.get("href"), base_url) for anchor in document.links),
        links_total=len(document.links),
        stats_raw=stats,
        total_results=read_total_results(stats),
        related_searches=read_related(document, base_url, [link.heading for link in organic]),
        people_also_ask=tuple(question.text for question in questions),
        features={
            "featured_snippet": featured is not None,
            "shopping": count_shopping_units(document),
        },
        layout=_name_layout(document),
    )
    return serp, find_signs(document, TITLE, len(organic) + len(boxes))


def _absolute_ranks(nodes: list[Node]) -> dict[int, int]:
    return {
        index: rank for rank, index in enumerate(sorted({node.index for node in nodes}), start=1)
    }


def _make_ads(boxes: list[AdBox], ranks: dict[int, int], base_url: str) -> tuple[Ad, ...]:
    ads: list[Ad] = []
    for box in boxes:
        display_url = read_display_url(box.node, box.link.heading)
        ads.append(
            Ad(
                block=box.block,
                position=1 + sum(1 for ad in ads if ad.block == box.block),
                absolute_rank=ranks[box.node.index],
                title=box.link.title,
                target=_complete_target(box.link.target, display_url),
                click_url=box.link.anchor.get("href"),
                display_url=display_url,
            )
        )
    return tuple(ads)


def _make_organic(links: list[TitledLink], ranks: dict[int, int]) -> tuple[OrganicResult, ...]:
    results = []
    for rank, link in enumerate(links, start=1):
        box = find_result_box(link, links)
        display_url = read_display_url(box, link.heading)
        results.append(
            OrganicResult(
                rank=rank,
                absolute_rank=ranks[link.heading.index],
                title=link.title,
                target=_complete_target(link.target, display_url),
                display_url=display_url,
                snippet=read_snippet(box, link.heading),
            )
        )
    return tuple(results)


def _complete_target(target: Target, display_url: str) -> Target:
    """An opaque link's domain is what the page shows."""
    return target if target.url else replace(target, domain=shown_domain(display_url))


def _read_echo(document: Document) -> str:
    fields = [*document.by_name.get("input", []), *document.by_name.get("textarea", [])]
    for field in fields:
        if field.get("name") == "q":
            return field.get("value") or field.text
    return ""


def _name_layout(document: Document) -> str:
    frame = find_results_frame(document)
    return frame.get("id") if frame else ""


engine = HtmlEngine(
    name="google",
    title=TITLE,
    label="Refuses programs without JavaScript since 2025: needs a browser, an API or a rendering service.",
    parser_version="google-1",
    build_request=build_request,
    parse_page=parse_page,
)
