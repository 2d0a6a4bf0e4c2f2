"""SearXNG's HTML (theme "simple", templates of 2024-2026)."""

from serp.document import Document, Node
from serp.engines.api import Found, rank_results
from serp.text import read_total_results
from serp.types import Serp
from serp.urls import read_target
from serp.verdicts import PageSigns

FRAMES = ("urls", "results")
RESULT_CLASS = "result"
SNIPPET_CLASS = "content"
DISPLAY_URL_CLASSES = ("url_header", "url_wrapper")
FAILURES = "engines_msg"
NOTHING_CLASSES = ("dialog-error-block", "dialog-error")
STATS = "result_count"
SUGGESTIONS = "suggestions"


def parse_page(document: Document, base_url: str) -> tuple[Serp, PageSigns]:
    frame = next((name for name in FRAMES if name in document.by_id), "")
    links = tuple(read_target(link.get("href"), base_url) for link in document.links)
    stats = text_of(document, STATS)
    failures = read_failures(document)
    serp = Serp(
        query_echo=read_echo(document),
        organic=rank_results(read_results(document)),
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
        no_results="" if failures or not frame else read_nothing(document.by_id[frame]),
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


def read_nothing(frame: Node) -> str:
    """The box that stands in the place of the results."""
    boxes = [box for name in NOTHING_CLASSES for box in frame.classed(name)]
    return boxes[0].text if boxes else ""


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
