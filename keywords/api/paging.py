"""Pages by key: a cursor names the last row that was seen, so pages neither repeat nor skip rows
while others come and go, and the last page costs what the first does."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from django.db.models import Model, QuerySet
from ninja import Query, Schema
from pydantic import Field

from keywords.api.problems import refuse_field

T = TypeVar("T")
M = TypeVar("M", bound=Model)


class Page(Schema, Generic[T]):
    items: list[T]
    next_cursor: str | None = None


class PageQuery(Schema):
    cursor: str = Field("", max_length=200, description="`next_cursor` of the page before.")
    limit: int = Field(100, ge=1, le=1000)


Paging = Annotated[PageQuery, Query(...)]


def take_page(
    rows: QuerySet[M],
    paging: PageQuery,
    show: Callable[[Sequence[M]], Sequence[Any]],
    *,
    newest: bool,
) -> dict[str, Any]:
    """`show` turns the page's rows into items, all at once."""
    order, after = ("-pk", "pk__lt") if newest else ("pk", "pk__gt")
    if paging.cursor:
        rows = rows.filter(**{after: read_cursor(paging.cursor)})
    found = list(rows.order_by(order)[: paging.limit + 1])
    page = found[: paging.limit]
    is_last = len(found) <= paging.limit
    return {
        "items": list(show(page)),
        "next_cursor": None if is_last else make_cursor(page[-1].pk),
    }


def make_cursor(pk: int) -> str:
    return base64.urlsafe_b64encode(f"after:{pk}".encode()).decode().rstrip("=")


def read_cursor(cursor: str) -> int:
    """Raises Refusal."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        word, _, number = text.partition(":")
        if word == "after" and 0 <= int(number) < 2**63:
            return int(number)
    except (ValueError, binascii.Error):
        pass
    raise refuse_field("cursor", "This cursor is none of ours.")
