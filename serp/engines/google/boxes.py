"""Google's way of telling its boxes: where "more of these" leads, and what is no page on the web."""

import re
from functools import partial

from serp.document import Document, Node
from serp.engines import page_boxes
from serp.engines.google import marks
from serp.engines.google.links import is_own_page
from serp.engines.page_boxes import BoxSearch, FoundBox, find_page_boxes
from serp.features import Item
from serp.types import Target
from serp.urls import is_engine_host

# The old parameter (2013-2024), and the new one (2024-2026).
MORE_LINKS = {
    "images": re.compile(r"[?&](tbm=isch|udm=2)(&|$)|/images\?|/imgres\?"),
    "videos": re.compile(r"[?&](tbm=vid|udm=(7|39))(&|$)"),
    "news": re.compile(r"[?&](tbm=nws|udm=12)(&|$)"),
    "local_pack": re.compile(
        r"[?&](ludocid|rlst|rldimm)=|[?&]tbm=lcl(&|$)|^https?://maps\.google\.|/maps\?|/maps/(place|dir|search)"
    ),
}
_OUTER_FRAMES = ("rcnt", "center_col", *marks.ORGANIC_FRAMES, "main")
_TABS = ("hdtb", "top_nav", "appbar", "foot")


def find_boxes(
    document: Document, taken: list[Node], featured: Node | None, base_url: str
) -> list[FoundBox]:
    """`taken` are the nodes of results and ads, in which no box lies."""
    area = next((document.by_id[name] for name in _OUTER_FRAMES if name in document.by_id), None)
    if area is None:
        return []
    without = document.all_with_id(*marks.RIGHT_SECTIONS, *_TABS) + ([featured] if featured else [])
    search = BoxSearch(
        base_url=base_url,
        area=area,
        taken=taken,
        more_links=MORE_LINKS,
        leads_out=partial(leads_out, base_url),
        without=without,
        fences=marks.FRAMES,
        sure_by_link=frozenset({"images", "videos", "news"}),
    )
    found = find_page_boxes(document, search)
    return [each for each in found if each.name != "ai_overview"]  # read with more care elsewhere


def read_linked(box: Node, base_url: str) -> list[Item]:
    return page_boxes.read_linked(box, base_url, partial(leads_out, base_url))


def leads_out(base_url: str, href: str, target: Target) -> bool:
    if target.url is None or target.domain == "gstatic.com":
        return False
    if is_engine_host(target.domain, "google"):
        return False
    return not is_own_page(target.url, href, base_url)
