"""The made-up engine of serp.practice: its own markup, judged in the same order as every other."""

from urllib.parse import parse_qs, urlencode, urlsplit

from serp.document import Document, Node
from serp.engines.html import HtmlEngine
from serp.errors import BadQuery
from serp.relevance import doubt_irrelevant
from serp.text import read_total_results
from serp.types import (
    Ad,
    EngineOptions,
    Exchange,
    OrganicResult,
    Query,
    Reading,
    Request,
    Serp,
    Sitelink,
    Target,
)
from serp.urls import make_absolute, read_target
from serp.verdicts import PageSigns

# The markup, as serp.practice.markup writes it.
FRAME = "found"
RESULTS = "hits"
RESULT_CLASS = "hit"
ADS = {"top": "promo-top", "bottom": "promo-bottom"}
AD_CLASS = "promo"
NAME_CLASS = "name"
WHERE_CLASS = "where"
SNIPPET_CLASS = "text"
SITELINKS_CLASS = "more"
STATS = "stats"
RELATED = "related"
QUESTIONS = "questions"
NOTHING = "nothing"
SHELL = "needs-script"

DEFAULT_ADDRESS = "http://127.0.0.1:8100"


class PracticeEngine:
    """The frame of every HTML engine, with one doubt more: whether the results are decoys."""

    name = "practice"
    title = "Practice engine"
    label = "Made-up results from this machine: for trying things out without a network."
    parser_version = "practice-2"
    made_up = True

    def __init__(self) -> None:
        self._pages = HtmlEngine(
            name=self.name,
            title=self.title,
            label=self.label,
            parser_version=self.parser_version,
            build_request=build_request,
            parse_page=parse_page,
            made_up=True,
        )

    def build(self, query: Query, options: EngineOptions) -> Request:
        """Raises BadQuery for a query without text."""
        return self._pages.build(query, options)

    def read(self, exchange: Exchange, query: Query) -> Reading:
        return doubt_irrelevant(self._pages.read(exchange, query), query)


def build_request(query: Query, options: EngineOptions) -> Request:
    if not query.text.strip():
        raise BadQuery("There is nothing to search for.")
    parameters = {
        "q": query.text,
        "page": str(query.page),
        "hl": query.language,
        "gl": query.country,
        "device": query.device,
    }
    kept = {name: value for name, value in parameters.items() if value}
    base = (options.base_url or DEFAULT_ADDRESS).rstrip("/")
    return Request(url=f"{base}/search?{urlencode(kept)}")


def parse_page(document: Document, base_url: str) -> tuple[Serp, PageSigns]:
    serp = parse(document, base_url)
    return serp, PageSigns(
        engine_title=PracticeEngine.title,
        results=len(serp.organic) + len(serp.ads),
        frame=f"#{FRAME}" if FRAME in document.by_id else "",
        no_results=text_of(document, NOTHING),
        needs_js=f"#{SHELL}" if SHELL in document.by_id and FRAME not in document.by_id else "",
    )


def parse(document: Document, base_url: str) -> Serp:
    stats = text_of(document, STATS)
    links = tuple(read_target(link.get("href"), base_url) for link in document.links)
    ranks = absolute_ranks(document)
    return Serp(
        query_echo=read_echo(document),
        ads=tuple(ad for block in ADS for ad in read_ads(document, block, base_url, ranks)),
        organic=read_organic(document, base_url, ranks),
        links=links,
        links_total=len(links),
        stats_raw=stats,
        total_results=read_total_results(stats) if stats else None,
        related_searches=texts_in(document, RELATED, "a"),
        people_also_ask=texts_in(document, QUESTIONS, "summary"),
        layout="practice",
    )


def absolute_ranks(document: Document) -> dict[int, int]:
    """index of a node -> its place among all blocks of the page: ads, results, questions."""
    blocks = [
        node
        for node in document.nodes
        if node.has_class(RESULT_CLASS, AD_CLASS) or node.get("id") == QUESTIONS
    ]
    return {node.index: place for place, node in enumerate(blocks, 1)}


def read_ads(document: Document, block: str, base_url: str, ranks: dict[int, int]) -> list[Ad]:
    named = [
        (box, name)
        for box in classed_in(document, ADS[block], AD_CLASS)
        if (name := first(box, NAME_CLASS)) is not None
    ]
    return [
        Ad(
            block=block,
            position=position,
            absolute_rank=ranks[box.index],
            title=name.text,
            target=read_ad_target(name.get("href"), base_url),
            click_url=make_absolute(name.get("href"), base_url) or "",
            display_url=class_text(box, WHERE_CLASS),
            snippet=class_text(box, SNIPPET_CLASS),
        )
        for position, (box, name) in enumerate(named, 1)
    ]


def read_ad_target(href: str, base_url: str) -> Target:
    """Ads lead through /click?to=…; the landing page stands in the parameter."""
    landing = parse_qs(urlsplit(href).query).get("to", [""])[0]
    target = read_target(landing, base_url)
    return Target(href_raw=href, url=target.url, domain=target.domain)


def read_organic(
    document: Document, base_url: str, ranks: dict[int, int]
) -> tuple[OrganicResult, ...]:
    named = [
        (box, name)
        for box in classed_in(document, RESULTS, RESULT_CLASS)
        if (name := first(box, NAME_CLASS)) is not None
    ]
    return tuple(
        OrganicResult(
            rank=rank,
            absolute_rank=ranks[box.index],
            title=name.text,
            target=read_target(name.get("href"), base_url),
            display_url=class_text(box, WHERE_CLASS),
            snippet=class_text(box, SNIPPET_CLASS),
            sitelinks=read_sitelinks(box, base_url),
        )
        for rank, (box, name) in enumerate(named, 1)
    )


def read_sitelinks(box: Node, base_url: str) -> tuple[Sitelink, ...]:
    return tuple(
        Sitelink(title=link.text, target=read_target(link.get("href"), base_url))
        for more in box.classed(SITELINKS_CLASS)
        for link in more.links()
    )


def read_echo(document: Document) -> str:
    fields = [node for node in document.by_name.get("input", []) if node.get("name") == "q"]
    return fields[0].get("value") if fields else ""


def text_of(document: Document, identifier: str) -> str:
    node = document.by_id.get(identifier)
    return node.text if node else ""


def texts_in(document: Document, identifier: str, tag: str) -> tuple[str, ...]:
    node = document.by_id.get(identifier)
    return tuple(inner.text for inner in node.named(tag)) if node else ()


def classed_in(document: Document, identifier: str, name: str) -> list[Node]:
    node = document.by_id.get(identifier)
    return node.classed(name) if node else []


def first(node: Node, name: str) -> Node | None:
    return next(iter(node.classed(name)), None)


def class_text(node: Node, name: str) -> str:
    found = first(node, name)
    return found.text if found else ""


engine = PracticeEngine()
