"""`/`: the landing page for visitors, an owner's lists for everybody else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jobs.schedules import Schedule
from keywords.list_tags import tags_of_list
from keywords.models import KeywordList, KeywordListQuerySet
from keywords.schedules import find_schedules
from keywords.statuses import Counts, count_statuses_of
from keywords.views.access import SignedInRequest, signed_in
from keywords.views.progress import Progress, build_progress

LISTS_A_PAGE = 50
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class ListRow:
    """`next_run` is None for a list without a schedule, or with a paused one."""

    keyword_list: KeywordList
    progress: Progress
    schedule: Schedule | None

    @property
    def next_run(self) -> datetime | None:
        return self.schedule.next_run_at if self.schedule and self.schedule.enabled else None


@dataclass(frozen=True)
class ActivityPage:
    """`newer` and `older` are what the address says of the pages beside it; "" at either end."""

    lists: Sequence[KeywordList]
    newer: str
    older: str


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    if request.user.is_authenticated:
        return show_lists(request)
    return render(request, "keywords/landing.html", {"is_open": settings.SIGNUP == "open"})


@signed_in
def show_lists(request: SignedInRequest) -> HttpResponse:
    lists = KeywordList.objects.for_user(request.user).annotate(tags=tags_of_list())
    page = take_latest(lists, request.GET)
    counts = count_statuses_of(page.lists)
    schedules = find_schedules(each.pk for each in page.lists)
    rows = [build_row(each, counts, schedules) for each in page.lists]
    return render(request, "keywords/lists.html", {"rows": rows, "page": page})


def build_row(
    keyword_list: KeywordList, counts: Mapping[int, Counts], schedules: Mapping[int, Schedule]
) -> ListRow:
    progress = build_progress(counts.get(keyword_list.pk, Counts()))
    return ListRow(keyword_list, progress, schedules.get(keyword_list.pk))


def take_latest(lists: KeywordListQuerySet, query: QueryDict) -> ActivityPage:
    """By last activity; `?after=` goes on behind a list, `?before=` back before it. One query."""
    after, before = read_mark(query.get("after", "")), read_mark(query.get("before", ""))
    mark, backwards = (before, True) if before else (after, False)
    if mark:
        lists = lists.filter(beyond(*mark, "gt" if backwards else "lt"))
    order = ("last_run_at", "pk") if backwards else ("-last_run_at", "-pk")
    found = list(lists.order_by(*order)[: LISTS_A_PAGE + 1])
    more, found = len(found) > LISTS_A_PAGE, found[:LISTS_A_PAGE]
    if backwards:
        found.reverse()
    has_newer = bool(mark) if not backwards else more
    has_older = more if not backwards else True
    return ActivityPage(
        found,
        newer=f"?before={write_mark(found[0])}" if found and has_newer else "",
        older=f"?after={write_mark(found[-1])}" if found and has_older else "",
    )


def beyond(at: datetime, pk: int, side: str) -> Q:
    return Q(**{f"last_run_at__{side}": at}) | Q(last_run_at=at, **{f"pk__{side}": pk})


def write_mark(keyword_list: KeywordList) -> str:
    microseconds = (keyword_list.last_run_at - EPOCH) // timedelta(microseconds=1)
    return f"{microseconds}-{keyword_list.pk}"


def read_mark(said: str) -> tuple[datetime, int] | None:
    at, _dash, pk = said.partition("-")
    if not all(part.isascii() and part.isdigit() and len(part) < 18 for part in (at, pk)):
        return None
    return EPOCH + timedelta(microseconds=int(at)), int(pk)
