"""Google's page as a whole: its parts put together."""

from dataclasses import replace

from serp.document import Document, Node
from serp.engines.dates import read_leading_date
from serp.engines.google import marks
from serp.engines.google.answers import (
    find_ai_overview,
    find_knowledge_panel,
    find_spelling,
    read_featured_snippet,
    read_questions,
)
from serp.engines.google.boxes import find_boxes
from serp.engines.google.features import read_related, read_stats
from serp.engines.google.offers import find_local_services, find_shopping
from serp.engines.google.parts import PageParts, find_parts
from serp.engines.google.request import build_request
from serp.engines.google.signs import find_signs
from serp.engines.html import HtmlEngine
from serp.engines.page_boxes import FoundBox
from serp.engines.result_text import read_display_url, read_snippet
from serp.engines.sitelinks import read_sitelinks
from serp.text import read_total_results
from serp.types import Ad, OrganicResult, Serp, Target
from serp.urls import read_target, shown_domain
from serp.verdicts import PageSigns

TITLE = "Google"


def parse_page(document: Document, base_url: str) -> tuple[Serp, PageSigns]:
    parts = find_parts(document, base_url)
    boxes = _find_boxes(document, parts, base_url)
    ranks = parts.absolute_ranks([found.node for found in boxes if found.node])
    stats = read_stats(document)
    serp = Serp(
        query_echo=parts.query_echo,
        ads=_make_ads(parts, ranks),
        organic=_make_organic(parts, ranks, base_url),
        links=tuple(read_target(anchor.get("href"), base_url) for anchor in document.links),
        links_total=len(document.links),
        stats_raw=stats,
        total_results=read_total_results(stats),
        related_searches=read_related(document, parts.frame, base_url, parts.titles),
        people_also_ask=tuple(question.text for question in parts.questions),
        features=_describe_boxes(boxes, ranks),
        layout=_name_layout(parts.frame),
    )
    return serp, find_signs(document, serp, TITLE)


def _name_layout(frame: Node | None) -> str:
    if frame is None:
        return ""
    name = frame.get("id")
    return name if name in marks.RESULT_FRAMES else "guessed"


def _make_ads(parts: PageParts, ranks: dict[int, int]) -> tuple[Ad, ...]:
    ads: list[Ad] = []
    for box in parts.ads:
        display_url = read_display_url(box.node, box.link.heading)
        ads.append(
            Ad(
                block=box.block,
                position=1 + sum(1 for ad in ads if ad.block == box.block),
                absolute_rank=ranks[box.node.index],
                title=box.link.title,
                target=_complete(box.link.target, display_url),
                click_url=box.link.anchor.get("href"),
                display_url=display_url,
                snippet=read_snippet(box.node, box.link.heading),
            )
        )
    return tuple(ads)


def _make_organic(
    parts: PageParts, ranks: dict[int, int], base_url: str
) -> tuple[OrganicResult, ...]:
    results = []
    for rank, (link, box) in enumerate(parts.organic, start=1):
        display_url = read_display_url(box, link.heading)
        snippet = read_snippet(box, link.heading)
        results.append(
            OrganicResult(
                rank=rank,
                absolute_rank=ranks[link.heading.index],
                title=link.title,
                target=_complete(link.target, display_url),
                display_url=display_url,
                snippet=snippet,
                date=read_leading_date(snippet),
                sitelinks=read_sitelinks(box, link.heading, link.target, base_url),
            )
        )
    return tuple(results)


def _complete(target: Target, display_url: str) -> Target:
    """An opaque link's domain is the one that the page shows."""
    return target if target.url else replace(target, domain=shown_domain(display_url))


def _find_boxes(document: Document, parts: PageParts, base_url: str) -> list[FoundBox]:
    """In the order of `Features`."""
    featured = [read_featured_snippet(parts.featured, base_url)] if parts.featured else []
    return [
        *find_ai_overview(document, parts.taken, base_url),
        *featured,
        *find_knowledge_panel(document, base_url),
        *find_shopping(document, base_url),
        *find_local_services(document, base_url),
        *find_boxes(document, parts.taken, parts.featured, base_url),
        *read_questions(parts.questions, base_url),
        *find_spelling(document),
    ]


def _describe_boxes(boxes: list[FoundBox], ranks: dict[int, int]) -> dict[str, object]:
    return {
        found.name: {**({"rank": ranks[found.node.index]} if found.node else {}), **found.box}
        for found in boxes
    }


engine = HtmlEngine(
    name="google",
    title=TITLE,
    label="Refuses programs without JavaScript since 2025: needs a browser, an API or a rendering service.",
    parser_version="google-3",
    build_request=build_request,
    parse_page=parse_page,
)
