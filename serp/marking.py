"""A results page with what a parser saw marked on it: a number on each result, a frame around each ad.

The page is made harmless besides: no script, no frame, no link that leads anywhere. The server's policy
for saved pages stands above that; nothing here replaces it.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from bs4.element import Doctype, PageElement, Tag

from serp.document import read_document
from serp.text import clean_text

REMOVED = frozenset({"script", "template"})
# What loads or leads away. Their contents stay: half a page may lie in an <embed> that nobody closed.
UNWRAPPED = frozenset(
    {"iframe", "frame", "frameset", "object", "embed", "applet", "portal", "base", "link", "meta"}
    | {"audio", "video", "source", "track", "param"}
)
LINKING = frozenset(
    {"src", "srcset", "href", "xlink:href", "action", "formaction", "ping", "background", "poster"}
    | {"target", "data", "manifest", "longdesc", "cite", "usemap", "autofocus", "http-equiv"}
)
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# Boxes that are never one result's own.
COMMON = frozenset({"html", "body", "main", "form", "[document]"})
DEEPEST = 200
LONGEST_BOX = 3_000
LONGEST_HREF = 8_000  # what is stored of one
ADS = "ad"

BADGE = (
    "all:initial!important;display:inline-block!important;box-sizing:border-box!important;"
    "min-width:1.75em!important;margin:0 .4em 0 0!important;padding:.15em .5em!important;"
    "border-radius:1em!important;font:600 12px/1.4 system-ui,sans-serif!important;"
    "text-align:center!important;color:#fff!important;vertical-align:middle!important;"
)
COLOURS = {"organic": "#1f5fbf", ADS: "#a8450b"}
FRAME = "outline:3px solid #d9691e!important;outline-offset:2px!important"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Something that a parser saw. `label` is what its badge says."""

    kind: Literal["organic", "ad"]
    label: str
    title: str
    href: str  # as it stands on the page


@dataclass(frozen=True, slots=True)
class MarkedPage:
    """`missing` are marks for which no place was found. `cut`: the page is longer than is read."""

    html: bytes  # UTF-8
    missing: tuple[Mark, ...]
    cut: bool


def mark_page(body: bytes, content_type: str, marks: Sequence[Mark]) -> MarkedPage:
    """Never raises, whatever the page is. `marks` are in the order of the page."""
    document = read_document(body, content_type)
    tags = [element for element in document.soup.descendants if isinstance(element, Tag)]
    places = find_places(tags, marks)
    draw_frames(places)
    for mark, tag in places:
        draw_badge(mark, tag)
    disarm(tags)
    html = render(document.soup.contents)
    found = {id(mark) for mark, _ in places}
    return MarkedPage(html, tuple(m for m in marks if id(m) not in found), document.cut)


def find_places(tags: Sequence[Tag], marks: Sequence[Mark]) -> list[tuple[Mark, Tag]]:
    """Each place is taken once: a page may link the same target again and again."""
    by_value = index_values(tags, {mark.href for mark in marks if mark.href})
    by_title = index_headings(tags, {mark.title for mark in marks if mark.title})
    number = {id(tag): index for index, tag in enumerate(tags)}
    taken: set[int] = set()
    places: list[tuple[Mark, Tag]] = []
    last = {"organic": -1, ADS: -1}
    for mark in marks:
        candidates = [*by_value.get(mark.href, ()), *by_title.get(mark.title, ())]
        free = [tag for tag in candidates if id(tag) not in taken]
        if free:
            after = last[mark.kind]
            # The first of the best.
            place = max(free, key=lambda tag: rate(tag, mark, is_next=number[id(tag)] > after))
            last[mark.kind] = number[id(place)]
            taken.update(id(tag) for tag in (place, title_of(place)))
            places.append((mark, place))
    return places


def index_values(tags: Sequence[Tag], wanted: Collection[str]) -> dict[str, list[Tag]]:
    """Tags by the value of an attribute: most often an href, but a page may keep it elsewhere."""
    found: dict[str, list[Tag]] = defaultdict(list)
    for tag in tags:
        for value in tag.attrs.values():
            stripped = str(value).strip()[:LONGEST_HREF]
            if stripped in wanted and (not found[stripped] or found[stripped][-1] is not tag):
                found[stripped].append(tag)
    return found


def index_headings(tags: Sequence[Tag], wanted: Collection[str]) -> dict[str, list[Tag]]:
    found: dict[str, list[Tag]] = defaultdict(list)
    for tag in tags:
        if (tag.name in HEADINGS or tag.get("role") == "heading") and text_of(tag) in wanted:
            found[text_of(tag)].append(tag)
    return found


def rate(tag: Tag, mark: Mark, *, is_next: bool) -> tuple[bool, bool, bool, bool]:
    """`is_next`: it stands behind the place before it, as it should."""
    text = text_of(title_of(tag))
    links = any(str(value).strip()[:LONGEST_HREF] == mark.href for value in tag.attrs.values())
    return (bool(mark.title) and text == mark.title, is_next, links, mark.title in text)


def title_of(tag: Tag) -> Tag:
    """The heading inside a link, or else the link itself."""
    inner = tag.find([*HEADINGS]) or tag.find(role="heading")
    return inner if isinstance(inner, Tag) else tag


def text_of(tag: Tag) -> str:
    return clean_text(tag.get_text()[:LONGEST_BOX])


def draw_frames(places: Sequence[tuple[Mark, Tag]]) -> None:
    """Around the largest box that holds one ad and nothing else that was seen."""
    shared = Counter(id(around) for _, tag in places for around in ancestors_of(tag))
    for mark, tag in places:
        if mark.kind == ADS:
            box = find_box(tag, shared)
            style = str(box.get("style") or "").rstrip("; ")
            box["style"] = f"{style};{FRAME}" if style else FRAME


def find_box(tag: Tag, shared: Counter[int]) -> Tag:
    box = tag
    for around in ancestors_of(tag):
        if around.name in COMMON or shared[id(around)] > 1 or is_long(around):
            break
        box = around
    return box


def is_long(tag: Tag) -> bool:
    length = 0
    for piece in tag.strings:
        length += len(piece)
        if length > LONGEST_BOX:
            return True
    return False


def ancestors_of(tag: Tag) -> Iterator[Tag]:
    return islice(tag.parents, DEEPEST)


def draw_badge(mark: Mark, tag: Tag) -> None:
    badge = Tag(name="b", attrs={"style": f"{BADGE}background:{COLOURS[mark.kind]}!important"})
    badge["data-mark"] = mark.kind
    badge.string = mark.label
    place = title_of(tag)
    if place.is_empty_element:
        place.insert_before(badge)
    else:
        place.insert(0, badge)


def disarm(tags: Sequence[Tag]) -> None:
    for tag in tags:
        if tag.name in REMOVED:
            tag.extract()
        elif tag.name in UNWRAPPED and tag.parent is not None:
            tag.unwrap()
        else:
            disarm_attributes(tag)


def disarm_attributes(tag: Tag) -> None:
    target = str(tag.attrs.get("href", ""))
    for name in list(tag.attrs):
        lowered = name.lower()
        is_picture = lowered == "src" and str(tag.attrs[name]).startswith("data:image/")
        if lowered.startswith("on") or (lowered in LINKING and not is_picture):
            del tag.attrs[name]
    if tag.name == "a" and target:
        # It looks like a link, and tells where it would lead.
        tag["href"] = "#"
        tag["title"] = target[:500]


def render(contents: Sequence[PageElement]) -> bytes:
    has_doctype = any(isinstance(each, Doctype) for each in contents)
    parts = [each.decode() for each in contents if isinstance(each, Tag)]
    head = "<!doctype html>\n" if has_doctype else ""
    return f'{head}<meta charset="utf-8">\n{"".join(parts)}'.encode("utf-8", "replace")
