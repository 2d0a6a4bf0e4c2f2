"""Keyset paging: a page costs the same however far in it lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import QueryDict

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Page(Generic[M]):
    """`before` and `after` are the ids from which to go on; None at either end."""

    rows: Sequence[M]
    before: int | None
    after: int | None


def take_page(
    rows: QuerySet[M], query: QueryDict, size: int, *, newest_first: bool = False
) -> Page[M]:
    """One query. `?after=ID` goes on behind that row, `?before=ID` back before it."""
    before, after = read_id(query, "before"), read_id(query, "after")
    backwards = before is not None
    start = before if backwards else after
    upwards = backwards == newest_first
    if start is not None:
        rows = rows.filter(**{"pk__gt" if upwards else "pk__lt": start})
    found = list(rows.order_by("pk" if upwards else "-pk")[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    return Page(
        found,
        before=found[0].pk if found and (more if backwards else start is not None) else None,
        after=found[-1].pk if found and (backwards or more) else None,
    )


def read_id(query: QueryDict, name: str) -> int | None:
    text = query.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
