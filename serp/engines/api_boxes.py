"""Boxes out of the answers of APIs: the same shape, whatever each calls its keys."""

from collections.abc import Iterator, Sequence

from serp.engines.values import (
    JsonObject,
    object_at,
    objects_at,
    plain_text_at,
    text_at,
    value_at,
)
from serp.features import Box, Item, item_at, make_box
from serp.types import Sitelink
from serp.urls import read_target

_TITLES = ("title", "name", "question", "text", "alt", "visible")
_ADDRESSES = ("link", "url", "website", "product_link", "source_url")
_TEXTS = ("price", "snippet", "description", "answer", "address", "duration", "long_desc")
_SOURCES = ("source", "channel", "displayed_link", "seller", "domain", "platform")
_DATES = ("date", "age", "timestamp", "publishedDate")
MOST_FACTS = 30


def read_entry(entry: JsonObject, title: str = "") -> Item:
    """One entry of a list: its title, address, text, source and date under any of their names."""
    return item_at(
        title or _first(entry, _TITLES),
        _first(entry, _ADDRESSES) or text_at(entry, "links", "website"),
        text=_first(entry, _TEXTS),
        display_url=_first(entry, _SOURCES),
        date=_first(entry, _DATES),
    )


def _first(entry: JsonObject, names: Sequence[str]) -> str:
    return next((text for name in names if (text := plain_text_at(entry, name))), "")


def list_box(entries: Sequence[JsonObject], **told: str | int) -> Box:
    """A box of entries; {} where there are none."""
    items = [item for entry in entries if (item := read_entry(entry))]
    return make_box(items, **told) if items else Box()


def answer_box(entry: JsonObject) -> Box:
    """The one page that a featured snippet is taken from, with its words."""
    target = read_target(_first(entry, _ADDRESSES), "")
    return make_box(
        None,
        title=_first(entry, _TITLES),
        text=_first(entry, ("snippet", "answer", "result", "description", "featured_snippet")),
        url=target.url or "",
        domain=target.domain,
        display_url=text_at(entry, "displayed_link"),
    )


def panel_box(panel: JsonObject) -> Box:
    """What a knowledge panel is about; {} where it has no title."""
    title = _first(panel, ("title", "infobox"))
    if not title:
        return Box()
    about = [
        _first(panel, ("subtitle", "type")),
        _first(panel, ("description", "content", "long_desc")),
    ]
    address = next((text for text in _panel_addresses(panel) if text), "")
    target = read_target(address, "")
    return make_box(
        list(_read_facts(object_at(panel, "attributes"))),
        title=title,
        text=" \u2014 ".join(text for text in about if text),
        url=target.url or "",
        domain=target.domain,
    )


def _panel_addresses(panel: JsonObject) -> Iterator[str]:
    yield from (text_at(panel, name) for name in ("descriptionLink", "website", "url"))
    yield text_at(panel, "source", "link")
    for name in ("sources", "urls"):
        yield from (_first(entry, _ADDRESSES) for entry in objects_at(panel, name))


def _read_facts(attributes: JsonObject) -> Iterator[Item]:
    for name in list(attributes)[:MOST_FACTS]:
        text = text_at(attributes, name)
        if text:
            yield item_at(name, "", text=text)


def cited_box(overview: JsonObject) -> Box:
    """An AI overview with the pages that it cites; {} where there is no overview."""
    if not overview:
        return Box()
    blocks = [
        _first(block, ("snippet", "text", "markdown"))
        for block in objects_at(overview, "text_blocks")
    ]
    text = " ".join(block for block in blocks if block) or _first(
        overview, ("markdown", "text", "snippet")
    )
    return make_box(
        [read_entry(one) for one in objects_at(overview, "references")], text=text[:1500]
    )


def read_sitelinks(result: JsonObject) -> tuple[Sitelink, ...]:
    """Under "sitelinks" as a list or by kinds, "links", or the buttons of deep results."""
    told = value_at(result, "sitelinks")
    lists = [
        objects_at(result, "sitelinks"),
        objects_at(result, "links"),
        objects_at(result, "deep_results", "buttons"),
    ]
    if isinstance(told, dict):
        lists += [objects_at(told, name) for name in told]
    found = [read_entry(entry) for entries in lists for entry in entries]
    return tuple(
        Sitelink(title=item["title"], target=read_target(item["url"], ""))
        for item in found
        if "title" in item and "url" in item
    )


def read_date(result: JsonObject) -> str:
    return _first(result, _DATES)


def keep_boxes(**boxes: Box) -> dict[str, object]:
    """Those that are there."""
    return {name: dict(box) for name, box in boxes.items() if box}
