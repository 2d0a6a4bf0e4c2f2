"""The boxes that answer by themselves: AI overview, featured snippet, knowledge panel, questions."""

import re
from collections.abc import Iterator

from serp.document import Document, Node
from serp.engines.box_items import is_heading
from serp.engines.box_kinds import kind_of_heading
from serp.engines.google import marks
from serp.engines.google.boxes import leads_out, read_linked
from serp.engines.google.questions import Question
from serp.engines.page_boxes import FoundBox, box_around
from serp.engines.result_text import read_display_url
from serp.features import LONGEST_TEXT, Item, make_box, make_item
from serp.text import clean_text
from serp.types import Target
from serp.urls import read_target

_FACT = re.compile(r"^([^:]{2,60}):\s+(\S.{0,400})$")
_METADATA = re.compile(r"\{\"\w+\":.{0,2000}?\}(?=\s|$)")  # of pictures, in hidden elements
SHORTEST_OVERVIEW = 150  # characters; less is the sentence that there is none
MOST_FACTS = 30
MOST_NODES = 600  # of a box that are looked at for one part of it


def find_ai_overview(document: Document, fences: list[Node], base_url: str) -> list[FoundBox]:
    """Present or not, with the pages that it cites where they stand in the page."""
    node = _overview_node(document, fences)
    if node is None:
        return []
    text, items = _read_overview_text(document, node), read_linked(node, base_url)
    if not items and len(text) < SHORTEST_OVERVIEW:
        return []
    return [FoundBox("ai_overview", node, make_box(items, text=text))]


def _read_overview_text(document: Document, box: Node) -> str:
    """What follows the last heading of the box itself: before it a sentence that there is no
    overview may stand, kept ready and not shown."""
    headings = [node for node in document.headings if box.contains(node)]
    own = [node for node in headings if kind_of_heading(node.text) == "ai_overview"]
    text = document.visible_text_between(own[-1].last_text if own else box.first_text, box)
    return text[:LONGEST_TEXT]


def _overview_node(document: Document, fences: list[Node]) -> Node | None:
    box = document.by_id.get(marks.AI_OVERVIEW)
    if box is not None and box.text:
        return box
    headings = (node for node in document.headings if kind_of_heading(node.text) == "ai_overview")
    heading = next(headings, None)
    return box_around(heading, fences, marks.FRAMES) if heading else None


def read_featured_snippet(box: Node, base_url: str) -> FoundBox:
    """The answer with the page that it is taken from."""
    links = [(anchor, read_target(anchor.get("href"), base_url)) for anchor in box.links()[:100]]
    outside = [
        (anchor, target)
        for anchor, target in links
        if anchor.text and leads_out(base_url, anchor.get("href"), target)
    ]
    titled = [(anchor, target) for anchor, target in outside if _heading_in(anchor)]
    for anchor, target in titled or outside:
        return _make_snippet(box, _heading_in(anchor) or anchor, target)
    return FoundBox("featured_snippet", box, make_box(None, text=box.text[:LONGEST_TEXT]))


def _heading_in(anchor: Node) -> Node | None:
    return next((node for node in anchor.descendants[:50] if is_heading(node)), None)


def _make_snippet(box: Node, heading: Node, target: Target) -> FoundBox:
    pieces = box.document.texts[box.first_text : heading.first_text]
    before = clean_text(_METADATA.sub(" ", "".join(pieces)[: 4 * LONGEST_TEXT]))
    answer = before or clean_text(box.text.replace(heading.text, "", 1))
    told = make_box(
        None,
        title=heading.text,
        text=answer[:LONGEST_TEXT],
        url=target.url or "",
        domain=target.domain,
        display_url=read_display_url(box, heading),
    )
    return FoundBox("featured_snippet", box, told)


def find_knowledge_panel(document: Document, base_url: str) -> list[FoundBox]:
    title = next(_titles_of_panels(document), None)
    if title is None:
        return []
    about = document.nodes[title.index : title.index + MOST_NODES]
    source = _first_of(about, "description", "wa:/description")
    site = _site_of(source, base_url) or _site_of(_first_of(about, "visit_official_site"), base_url)
    kind = _first_of(about, "subtitle")
    box = make_box(
        list(_read_facts(about)),
        title=title.text,
        text=clean_text(" \u2014 ".join(node.text for node in (kind, source) if node)),
        url=(site.url or "") if site else "",
        domain=site.domain if site else "",
    )
    if not {"text", "url", "items"} & {name for name, value in box.items() if value}:
        return []  # a mere heading, such as "See results about"
    beside = any(node.get("id") in marks.RIGHT_SECTIONS for node in title.ancestors)
    return [FoundBox("knowledge_panel", None if beside else title, box)]


def _titles_of_panels(document: Document) -> Iterator[Node]:
    for node in document.with_attribute("data-attrid"):
        if node.get("data-attrid") == "title" and node.text:
            yield node
    for name in marks.PANEL_TITLE_CLASSES:
        yield from (node for node in document.by_class.get(name, []) if node.text)


def _first_of(nodes: list[Node], *names: str) -> Node | None:
    return next((node for node in nodes if node.attributes.get("data-attrid") in names), None)


def _site_of(node: Node | None, base_url: str) -> Target | None:
    for anchor in node.links() if node else []:
        target = read_target(anchor.get("href"), base_url)
        if leads_out(base_url, anchor.get("href"), target):
            return target
    return None


def _read_facts(nodes: list[Node]) -> Iterator[Item]:
    """ "Founded: 1901", from the rows that carry the name of a property."""
    count = 0
    for node in nodes:
        if not node.attributes.get("data-attrid", "").startswith(("kc:/", "ss:/", "hw:/")):
            continue
        match = _FACT.match(node.text)
        if match and count < MOST_FACTS:
            count += 1
            yield make_item(clean_text(match[1]), None, text=match[2])


def read_questions(questions: list[Question], base_url: str) -> list[FoundBox]:
    """The questions with the answers that stand in the page already."""
    if not questions:
        return []
    items = [_read_question(question, base_url) for question in questions]
    return [FoundBox("people_also_ask", questions[0].node, make_box(items))]


def _read_question(question: Question, base_url: str) -> Item:
    node = _pair_of(question.node)
    item = next(iter(read_linked(node, base_url)), None)
    rest = clean_text(node.text.replace(question.text, " "))
    target = read_target(item["url"], base_url) if item and "url" in item else None
    return make_item(question.text, target, text=rest if target else "")


def _pair_of(node: Node) -> Node:
    around = (each for each in node.ancestors if each.has_class(marks.QUESTION_CLASS))
    return next(around, node)


def find_spelling(document: Document) -> list[FoundBox]:
    """What was searched for, or is suggested, in place of what was typed: a link that says so itself."""
    for anchor in document.links:
        if "spell=1" in anchor.get("href") and anchor.text:
            return [FoundBox("spelling", None, make_box(None, title=anchor.text))]
    return []
