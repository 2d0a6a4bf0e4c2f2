"""The tab with the saved page: which view of it, how wide, and what could be marked."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from keywords.evidence import mark_saved_page
from keywords.models import SavedPage, Search
from keywords.saved_pages import read_page
from keywords.views.saved_page import is_html

VIEWS = ("marked", "saved")
WIDTHS = ("desktop", "phone")


def describe_page(search: Search, query: QueryDict) -> Mapping[str, Any]:
    if search.page_id is None:
        return {}
    saved = SavedPage.objects.get(pk=search.page_id)
    can_mark = is_html(saved, read_page(saved))
    has_marks = can_mark and bool(search.organic_total or search.ads_total)
    view = choose(query.get("view", ""), VIEWS) if has_marks else "saved"
    width = choose(query.get("width", ""), WIDTHS)
    return {
        "view": view,
        "width": width,
        "views": links(search, "view", VIEWS, view=view, width=width) if has_marks else (),
        "widths": links(search, "width", WIDTHS, view=view, width=width) if can_mark else (),
        "marked": mark_saved_page(search, saved) if view == "marked" else None,
        "is_page": can_mark,
        "readings": search.readings.defer("packed").order_by("-pk")[:20],
    }


def choose(asked: str, known: tuple[str, ...]) -> str:
    return asked if asked in known else known[0]


def links(
    search: Search, name: str, values: tuple[str, ...], **now: str
) -> list[tuple[str, str, bool]]:
    """(value, address, whether it is the one shown)"""
    fixed = {"search": search.pk, "tab": "page", **now}
    return [
        (value, f"?{urlencode({**fixed, name: value})}", now[name] == value) for value in values
    ]
