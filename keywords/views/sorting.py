"""Pages of sorted keywords: keyset paging by a value and the id, so that the last costs what the first does.

To sort by a figure every matching keyword has to be looked at; beyond SORTABLE that is not done, and
the page says so. The order of the file and that of the texts are there as indexes.
"""

from dataclasses import dataclass

from django.db.models import F, OrderBy, Q
from django.http import QueryDict

from keywords.models import Keyword, KeywordQuerySet
from keywords.views.list_view import Order
from keywords.views.paging import Page, read_id, take_page

SORTABLE = 50_000
# In these orders an index of the list has its keywords.
INDEXED = {"", "keyword", "outcome"}


@dataclass(frozen=True, slots=True)
class Mark:
    """The row from which a page goes on, and its value as it is now."""

    pk: int
    value: object


def is_too_long_to_sort(keywords: KeywordQuerySet, order: Order, total: int) -> bool:
    """`total` keywords has the list; where they are many, it counts the matching ones."""
    if order.name in INDEXED or total <= SORTABLE:
        return False
    return keywords.order_by()[: SORTABLE + 1].count() > SORTABLE


def take_sorted_page(
    keywords: KeywordQuerySet, query: QueryDict, order: Order, size: int
) -> Page[Keyword]:
    """`?after=ID` goes on behind that keyword, `?before=ID` back before it."""
    if not order.name:
        return take_page(keywords, query, size)
    before, after = read_id(query, "before"), read_id(query, "after")
    start = before if before is not None else after
    backwards = before is not None
    if start is not None:
        keywords = keywords.filter(behind(find_mark(start, order), order, backwards=backwards))
    found = list(keywords.order_by(*sort_by(order, backwards=backwards))[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    return Page(
        found,
        before=found[0].pk if found and (more if backwards else start is not None) else None,
        after=found[-1].pk if found and (backwards or more) else None,
    )


def sort_by(order: Order, *, backwards: bool) -> tuple[OrderBy, str]:
    """What has no value comes last, whichever way; equal values in the order of the file."""
    value, descending = F(order.path), order.descending != backwards
    if descending:
        by = value.desc(nulls_first=True) if backwards else value.desc(nulls_last=True)
    else:
        by = value.asc(nulls_first=True) if backwards else value.asc(nulls_last=True)
    return by, "-pk" if backwards else "pk"


def find_mark(pk: int, order: Order) -> Mark:
    """Of any keyword, whether it matches still or not; one that is gone stands at the end."""
    values = Keyword.objects.filter(pk=pk).values_list(order.path, flat=True)
    return Mark(pk, values.first())


def behind(mark: Mark, order: Order, *, backwards: bool) -> Q:
    """The keywords that come after the mark in that order, or before it."""
    path = order.path
    same = Q(**{"pk__lt" if backwards else "pk__gt": mark.pk})
    absent = Q(**{f"{path}__isnull": True})
    if mark.value is None:
        return ~absent | (absent & same) if backwards else absent & same
    lookup = "lt" if order.descending != backwards else "gt"
    further = Q(**{f"{path}__{lookup}": mark.value}) | (Q(**{path: mark.value}) & same)
    return further if backwards else further | absent
