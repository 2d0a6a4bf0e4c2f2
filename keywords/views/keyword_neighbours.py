"""The keywords before and after one, in the order and within the filter in which its list was looked at."""

from dataclasses import dataclass

from keywords.models import Keyword
from keywords.statuses import count_lists
from keywords.views.list_view import ListView, Order
from keywords.views.sorting import INDEXED, SORTABLE, Mark, behind, sort_by


@dataclass(frozen=True, slots=True)
class Neighbours:
    before: Keyword | None
    after: Keyword | None


def find_neighbours(keyword: Keyword, view: ListView) -> Neighbours:
    """A keyword that does not match any more has neighbours too: those that it would stand between."""
    order = view.order
    if order.name not in INDEXED:
        total = count_lists([keyword.keyword_list_id])[keyword.keyword_list_id].total
        order = order if total <= SORTABLE else Order()
    return Neighbours(
        before=find_neighbour(keyword, view, order, backwards=True),
        after=find_neighbour(keyword, view, order, backwards=False),
    )


def find_neighbour(
    keyword: Keyword, view: ListView, order: Order, *, backwards: bool
) -> Keyword | None:
    keywords = view.filter.apply(Keyword.objects.filter(keyword_list=keyword.keyword_list_id))
    if not order.name:
        further = {"pk__lt" if backwards else "pk__gt": keyword.pk}
        found = keywords.filter(**further).order_by("-pk" if backwards else "pk")
    else:
        value = Keyword.objects.filter(pk=keyword.pk).values_list(order.path, flat=True).first()
        mark = Mark(keyword.pk, value)
        found = keywords.filter(behind(mark, order, backwards=backwards)).order_by(
            *sort_by(order, backwards=backwards)
        )
    return found.only("text").first()
