"""Trying a declaration out on a page: the verdict, the results, and what each selector finds by itself."""

from collections.abc import Iterator
from dataclasses import dataclass

from serp.document import Document, Node, read_document
from serp.engines.custom.declaration import Declaration, read_declaration, split_attribute
from serp.engines.registry import configure_engine
from serp.selectors import select
from serp.types import EngineOptions, Exchange, Hop, Query, Reading, Request

IN_BOXES = ("title", "url", "snippet", "display_url")
MOST_SHOWN = 5
MOST_BOXES = 100
LONGEST_SHOWN = 160


@dataclass(frozen=True, slots=True)
class SelectorFound:
    """`note` says what the count means where that is not plain."""

    name: str
    selector: str
    count: int
    samples: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class TryOut:
    reading: Reading
    selectors: tuple[SelectorFound, ...]


def read_pasted(html: str, options: EngineOptions) -> Exchange:
    """The page as if it had been fetched from the declared address."""
    declaration = read_declaration(options)
    url = declaration.search_url.replace("{query}", "test").replace("{page}", "1")
    return Exchange(
        request=Request(url=url),
        hops=(Hop(url=url, status=200),),
        status=200,
        headers={"content-type": "text/html; charset=utf-8"},
        body=html.encode("utf-8", "replace"),
        fetcher="saved",
    )


def try_out(exchange: Exchange, keyword: str, options: EngineOptions) -> TryOut:
    """Raises BadQuery for a declaration that is wrong."""
    declaration = read_declaration(options)
    reading = configure_engine("custom", options).read(exchange, Query(text=keyword or "test"))
    document = read_document(exchange.body, exchange.headers.get("content-type", ""))
    return TryOut(reading, tuple(find_all(document, declaration)))


def find_all(document: Document, declaration: Declaration) -> Iterator[SelectorFound]:
    boxes = select(document, declaration.selectors["result"])
    for name, selector in declaration.selectors.items():
        if name in IN_BOXES:
            yield find_in_boxes(boxes, name, selector)
        else:
            nodes = select(document, selector)
            texts = tuple(show(node.text) for node in nodes[:MOST_SHOWN])
            yield SelectorFound(name, selector, len(nodes), texts)


def find_in_boxes(boxes: list[Node], name: str, selector: str) -> SelectorFound:
    """How many boxes hold it."""
    path, attribute = split_attribute(selector) if name == "url" else (selector, "")
    looked = boxes[:MOST_BOXES]
    found = [node for box in looked for node in ([box] if not path else select(box, path)[:1])]
    texts = tuple(
        show(node.get(attribute) if attribute else node.text) for node in found[:MOST_SHOWN]
    )
    return SelectorFound(
        name, selector, len(found), texts, f"in {len(found)} of {len(looked)} boxes"
    )


def show(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"
