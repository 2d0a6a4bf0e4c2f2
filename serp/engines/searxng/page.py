"""SearXNG's HTML (theme "simple", templates of 2024-2026; older themes and searx by what repeats)."""

from serp.document import Document, Node
from serp.engines.api import Found, rank_results
from serp.engines.guessing import find_repeated_links, is_search_page
from serp.engines.nothing_found import find_words, gives_advice, is_nearly_bare
from serp.engines.result_text import read_display_url, read_snippet
from serp.text import read_total_results
from serp.types import Serp
from serp.urls import read_target, registrable_domain
from serp.verdicts import PageSigns

FRAMES = ("urls", "results", "main_results")  # the last: searx until 2021
RESULT_CLASS = "result"
SNIPPET_CLASS = "content"
DISPLAY_URL_CLASSES = ("url_header", "url_wrapper")
FAILURES = "engines_msg"
NOTHING_CLASSES = ("dialog-error-block", "dialog-error")
STATS = "result_count"
SUGGESTIONS = "suggestions"
MOST_LINKS = 5  # in the frame of a page that found nothing
MOST_NODES = 300


def parse_page(document: Document, base_url: str) -> tuple[Serp, PageSigns]:
    frame = next((name for name in FRAMES if name in document.by_id), "")
    links = tuple(read_target(link.get("href"), base_url) for link in document.links)
    stats = text_of(document, STATS)
    failures = read_failures(document)
    serp = Serp(
        query_echo=read_echo(document),
        organic=rank_results(read_results(document) or guess_results(document, base_url)),
        links=links,
        links_total=len(links),
        stats_raw=stats,
        total_results=read_total_results(stats) if stats else None,
        related_searches=read_suggestions(document),
        features={"unresponsive_engines": failures} if failures else {},
        layout="html",
    )
    return serp, PageSigns(
        engine_title="SearXNG",
        results=len(serp.organic),
        frame=f"#{frame}" if frame else "",
        no_results="" if failures or not frame else read_nothing(document, document.by_id[frame]),
    )


def read_results(document: Document) -> list[Found]:
    articles = [
        node for node in document.by_name.get("article", []) if node.has_class(RESULT_CLASS)
    ]
    return [
        Found(
            title=link.text,
            url=link.get("href"),
            snippet=class_text(article, SNIPPET_CLASS),
            display_url=class_text(article, *DISPLAY_URL_CLASSES),
        )
        for article in articles
        if (link := heading_link(article)) is not None
    ]


def guess_results(document: Document, base_url: str) -> list[Found]:
    """Where a theme has other names: headed links that repeat and lead to other sites."""
    if not document.nodes or not is_search_page(document, base_url, "q"):
        return []
    label = registrable_domain(base_url).split(".", 1)[0]
    return [
        Found(
            title=link.heading.text,
            url=link.target.url or "",
            snippet=read_snippet(link.box, link.heading, link.end),
            display_url=read_display_url(link.box, link.heading, link.end),
        )
        for link in find_repeated_links(document.nodes[0], base_url, label)
        if link.target.url
    ]


def heading_link(article: Node) -> Node | None:
    for heading in article.named("h3", "h4"):
        for link in heading.links():
            return link
    return None


def read_failures(document: Document) -> dict[str, str]:
    """A table since 2023; before, one paragraph for each engine: `brave (too many requests)`."""
    box = document.by_id.get(FAILURES)
    if box is None:
        return {}
    names = [cell.text for cell in box.named("td") if cell.has_class("engine-name")]
    reasons = [cell.text for cell in box.named("td") if cell.has_class("response-error")]
    if names:
        return dict(zip(names, reasons, strict=False))
    told = [(paragraph, paragraph.links()) for paragraph in box.named("p")]
    return {p.text.partition("(")[0].strip(): links[0].text for p, links in told if links}


def read_nothing(document: Document, frame: Node) -> str:
    """What stands in the place of the results: a box of its own, or words, in whatever language."""
    boxes = [box for name in NOTHING_CLASSES for box in frame.classed(name)]
    if boxes:
        return boxes[0].text
    if not is_nearly_bare([frame]) or len(frame.links()) > MOST_LINKS:
        return ""
    alerts = [node for node in frame.descendants[:MOST_NODES] if node.get("role") == "alert"]
    advises = gives_advice(frame, read_echo(document))
    told = next((words for node in [*alerts, frame] if (words := find_words(node.text))), "")
    return told or ("advice in the place of results" if advises else "")


def read_suggestions(document: Document) -> tuple[str, ...]:
    """Each is a little form of its own: the text stands on its button."""
    node = document.by_id.get(SUGGESTIONS)
    if node is None:
        return ()
    buttons = [b for b in node.named("input") if b.get("type") in {"submit", "button"}]
    return tuple(b.get("value").lstrip("\u2022 ").strip() for b in buttons if b.get("value"))


def read_echo(document: Document) -> str:
    fields = [node for node in document.by_name.get("input", []) if node.get("name") == "q"]
    return fields[0].get("value") if fields else ""


def text_of(document: Document, identifier: str) -> str:
    node = document.by_id.get(identifier)
    return node.text if node else ""


def class_text(node: Node, *names: str) -> str:
    """The text of the first element with the first of these classes that occurs."""
    found = [inner for name in names for inner in node.classed(name)]
    return found[0].text if found else ""
