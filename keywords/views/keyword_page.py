"""`/keywords/ID`: what one search found, why not where it did not, and how it came about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jobs.models import Attempt
from keywords.cancellation import cancel_keywords
from keywords.lists import rerun
from keywords.models import Keyword, Search, SearchQuerySet
from keywords.sources import engine_of
from keywords.statuses import UNFINISHED
from keywords.views.access import SignedInRequest, see_other, signed_in
from keywords.views.finding import find_keyword
from keywords.views.keyword_tabs import TABS, describe_tab
from keywords.views.rows import describe_note
from keywords.views.wording import Chip, Meaning, choose_chip, explain
from serp.types import GOOD_OUTCOMES

RUNS_SHOWN = 30


@dataclass(frozen=True)
class Run:
    """A search of the keyword with what is said about it."""

    search: Search
    status: str
    chip: Chip
    note: str
    meaning: Meaning

    @property
    def is_good(self) -> bool:
        return self.search.outcome in GOOD_OUTCOMES and self.is_finished

    @property
    def has_figures(self) -> bool:
        return self.search.links_total is not None and self.is_finished

    @property
    def is_finished(self) -> bool:
        return self.status not in UNFINISHED

    @property
    def first_tab(self) -> str:
        """Where there are no figures, the evidence comes first."""
        if self.has_figures or not self.is_finished:
            return "results"
        return "page" if self.search.page_id else "attempts"

    @property
    def version(self) -> str:
        job = self.search.job
        return f"{self.search.pk}-{self.status}-{job.attempt if job else 0}"


@require_safe
@signed_in
def show_keyword(request: SignedInRequest, pk: int) -> HttpResponse:
    keyword = find_keyword(request, pk, Keyword.objects.select_related("keyword_list", "source"))
    latest = find_run(keyword, keyword.latest_search_id)
    if latest and request.GET.get("version") == latest.version:
        return HttpResponse(status=204)
    shown = choose_run(request, keyword, latest)
    context = describe_keyword(keyword, latest, shown)
    if shown:
        asked = request.GET.get("tab", "")
        tab = asked if asked in TABS else shown.first_tab
        context |= describe_tab(shown.search, tab, request.GET)
    return render(request, "keywords/keyword.html", context)


def choose_run(request: SignedInRequest, keyword: Keyword, latest: Run | None) -> Run | None:
    """The one that is asked for; else the latest, or the latest good one while a new one is on its way."""
    asked = request.GET.get("search", "")
    if asked:
        run = find_run(keyword, int(asked) if asked.isdecimal() and len(asked) < 19 else None)
        if run is None:
            raise Http404
        return run
    if latest and not latest.is_finished and keyword.latest_good_search_id:
        return find_run(keyword, keyword.latest_good_search_id)
    return latest


def find_run(keyword: Keyword, pk: int | None) -> Run | None:
    if pk is None:
        return None
    search = select_searches(keyword).filter(pk=pk).first()
    return build_run(search) if search else None


def select_searches(keyword: Keyword) -> SearchQuerySet:
    """With what the page says of a search; the saved page's body stays where it is."""
    attempts = Prefetch("job__attempts", Attempt.objects.order_by("id"))
    return (
        Search.objects.filter(keyword=keyword)
        .with_status()
        .select_related("job", "visit", "page")
        .defer("page__body", "visit__headers")
        .prefetch_related(attempts)
    )


def build_run(search: Search) -> Run:
    status, outcome = search.status, search.shown_outcome  # type: ignore[attr-defined]
    return Run(
        search=search,
        status=status,
        chip=choose_chip(status, outcome),
        note=describe_note(status, outcome, search),
        meaning=explain(outcome),
    )


def describe_keyword(keyword: Keyword, latest: Run | None, shown: Run | None) -> dict[str, Any]:
    engine = engine_of(keyword.source)
    return {
        "keyword": keyword,
        "list": keyword.keyword_list,
        "engine": engine,
        "is_made_up": engine.made_up,
        "latest": latest,
        "run": shown,
        "runs": find_runs(keyword),
        "is_latest": bool(latest and shown and latest.search.pk == shown.search.pk),
    }


def find_runs(keyword: Keyword) -> Sequence[tuple[Search, Chip]]:
    """The latest runs, newest first."""
    searches = (
        Search.objects.filter(keyword=keyword)
        .with_status()
        .only("fetched_at", "created_at", "ads_total", "organic_total", "links_total", "seconds")
        .order_by("-pk")[:RUNS_SHOWN]
    )
    return [(each, choose_chip(each.status, each.shown_outcome)) for each in searches]  # type: ignore[attr-defined]


@require_POST
@signed_in
def rerun_keyword(request: SignedInRequest, pk: int) -> HttpResponse:
    keyword = find_keyword(request, pk)
    if rerun(Keyword.objects.filter(pk=keyword.pk), by=request.user):
        messages.success(request, _("The keyword is searched again."))
    else:
        messages.warning(
            request, _("A search is on its way already, or the source is switched off.")
        )
    return back(request, pk)


@require_POST
@signed_in
def cancel_keyword(request: SignedInRequest, pk: int) -> HttpResponse:
    keyword = find_keyword(request, pk)
    if cancel_keywords(Keyword.objects.filter(pk=keyword.pk), by=request.user):
        messages.success(request, _("The search is cancelled."))
    else:
        messages.warning(request, _("This run has already finished."))
    return back(request, pk)


def back(request: SignedInRequest, pk: int) -> HttpResponse:
    """To where it was asked from, which is a page of ours."""
    asked = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(asked, allowed_hosts=None):
        return HttpResponseRedirect(asked, status=303)
    return see_other("keyword", pk)
