"""Pages of a table with millions of rows: the newest first, each found by its id, so that the last costs what the
first does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest

OLDER, NEWER = "older_than", "newer_than"


class PlaceParameter(SimpleListFilter):
    """Takes its parameter out of Django's hands and shows nothing."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """`take` moves to the place."""


class OlderParameter(PlaceParameter):
    title, parameter_name = "older than", OLDER


class NewerParameter(PlaceParameter):
    title, parameter_name = "newer than", NEWER


PLACE = (OlderParameter, NewerParameter)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows, and the ids from which the neighbouring pages go on; None where there is none."""

    rows: Sequence[Any]
    newer: int | None
    older: int | None


def take(rows: QuerySet[Any], request: HttpRequest, size: int) -> Stretch:
    """One query. A place that is no number is the beginning."""
    older_than, newer_than = (_read(request, name) for name in (OLDER, NEWER))
    if newer_than is not None:
        found = list(rows.filter(pk__gt=newer_than).order_by("pk")[: size + 1])
        page = found[:size][::-1]
        return Stretch(page, _first(page) if len(found) > size else None, _last(page))
    if older_than is not None:
        rows = rows.filter(pk__lt=older_than)
    found = list(rows.order_by("-pk")[: size + 1])
    page = found[:size]
    return Stretch(
        page,
        _first(page) if older_than is not None else None,
        _last(page) if len(found) > size else None,
    )


def _first(page: Sequence[Any]) -> int | None:
    return page[0].pk if page else None


def _last(page: Sequence[Any]) -> int | None:
    return page[-1].pk if page else None


def _read(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
