"""`/`: the landing page for visitors, an owner's lists for everybody else."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from keywords.models import KeywordList
from keywords.statuses import Counts, count_statuses_of
from keywords.views.access import SignedInRequest, signed_in
from keywords.views.paging import take_page
from keywords.views.progress import Progress, build_progress

LISTS_A_PAGE = 50


@dataclass(frozen=True)
class ListRow:
    keyword_list: KeywordList
    progress: Progress


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return show_lists(request)
    return render(request, "keywords/landing.html", {"is_open": settings.SIGNUP == "open"})


@signed_in
def show_lists(request: SignedInRequest) -> HttpResponse:
    lists = KeywordList.objects.for_user(request.user)
    page = take_page(lists, request.GET, LISTS_A_PAGE, newest_first=True)
    counts = count_statuses_of(page.rows)
    rows = [ListRow(each, build_progress(counts.get(each.pk, Counts()))) for each in page.rows]
    return render(request, "keywords/lists.html", {"rows": rows, "page": page})
