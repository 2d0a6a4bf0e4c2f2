"""How many keywords match, counted as far as is of use; and what to try where none does."""

from dataclasses import dataclass
from itertools import islice

from django.db.models import F, Max, Min

from keywords.filtering import ListFilter
from keywords.filtering.fields import NUMBERS
from keywords.filtering.terms import NumberTerm, Term
from keywords.models import Keyword, KeywordList, KeywordQuerySet
from keywords.views.list_view import ListView
from keywords.views.progress import Progress
from keywords.views.sorting import INDEXED, SORTABLE

COUNTED = 10_000
SUGGESTIONS = 3


@dataclass(frozen=True, slots=True)
class Matching:
    """`count` is at most COUNTED + 1 where it had to be counted, and exact where it is known."""

    count: int
    is_capped: bool
    is_short: bool  # few enough to be sorted by a figure
    can_sort: bool  # as it is asked for


@dataclass(frozen=True, slots=True)
class Broader:
    """A filter with less in it, and how many keywords it finds."""

    filter: ListFilter
    link: str
    count: int
    is_capped: bool


def count_matching(keywords: KeywordQuerySet, view: ListView, progress: Progress) -> Matching:
    """At most one query."""
    counts, known = progress.counts, find_known(view.filter, progress)
    if known is not None:
        return describe(known, view, is_capped=False)
    most = COUNTED if view.order.name in INDEXED or counts.total <= COUNTED else SORTABLE
    found = keywords.order_by()[: most + 1].count()
    if found > COUNTED and most == COUNTED:
        # Whether it could be sorted is not known and not asked for.
        is_short = counts.total <= SORTABLE
        return Matching(found, is_capped=True, is_short=is_short, can_sort=True)
    return describe(found, view, is_capped=found > COUNTED)


def find_known(narrowing: ListFilter, progress: Progress) -> int | None:
    """The whole list and what one chip chooses are counted already."""
    if not narrowing.is_narrow:
        return progress.counts.total
    chosen = set(narrowing.parameters().items())
    parts = (part.count for part in progress.parts if chosen == {(part.kind, part.key)})
    return next(parts, None)


def describe(count: int, view: ListView, *, is_capped: bool) -> Matching:
    is_short = count <= SORTABLE
    can_sort = is_short or view.order.name in INDEXED
    return Matching(min(count, COUNTED + 1) if is_capped else count, is_capped, is_short, can_sort)


def suggest_broader(keyword_list: KeywordList, view: ListView) -> list[Broader]:
    """What would match with one term less; the filter as it was meant where it was not understood."""
    if view.filter.problems:
        texts = [problem.suggestion for problem in view.filter.problems if problem.suggestion]
        filters = [view.filter.only(q=text) for text in texts]
    else:
        terms = view.filter.terms[:SUGGESTIONS]
        filters = [
            *islice(filter(None, (loosen(keyword_list, view.filter, term) for term in terms)), 1),
            *(view.filter.without(term) for term in terms),
        ]
    found = [measure(keyword_list, each, view) for each in filters if not each.problems]
    return [each for each in found if each.count and each.filter.is_narrow]


def loosen(keyword_list: KeywordList, narrowing: ListFilter, term: Term) -> ListFilter | None:
    """`ads>9` becomes the most that there is. None for other terms, and where no figure is known."""
    if not isinstance(term, NumberTerm) or term.is_negated or term.sign == "=":
        return None
    rest, path = narrowing.without(term), NUMBERS[term.name].path
    keywords = rest.apply(Keyword.objects.filter(keyword_list=keyword_list))
    figures = keywords.order_by().annotate(sought=F(path))[:SORTABLE]
    wants_more = term.sign.startswith(">")
    (found,) = figures.aggregate(found=(Max if wants_more else Min)("sought")).values()
    if found is None:
        return None
    bound = NumberTerm(term.name, ">=" if wants_more else "<=", found).typed()
    return rest.only(q=f"{rest.q} {bound}".strip())


def measure(keyword_list: KeywordList, narrowing: ListFilter, view: ListView) -> Broader:
    keywords = narrowing.apply(Keyword.objects.filter(keyword_list=keyword_list))
    count = keywords.order_by()[: COUNTED + 1].count()
    link = view.only(filter=narrowing).link()
    return Broader(narrowing, link, min(count, COUNTED), count > COUNTED)
