"""`/keywords/ID`: what one search found, why not where it did not, and how it came about."""

from typing import Any

from django.contrib import messages
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import HttpResponse, QueryDict
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from keywords.lists import rerun
from keywords.models import Keyword, KeywordQuerySet
from keywords.sources import engine_of
from keywords.tracked_domains.ranks import find_ranks
from keywords.tracked_domains.records import TrackedDomain
from keywords.views.access import SignedInRequest, find_way_back, see_other, signed_in
from keywords.views.finding import find_keyword
from keywords.views.keyword_neighbours import find_neighbours
from keywords.views.keyword_runs import Run, Runs, find_runs
from keywords.views.keyword_tabs import TABS, Looked, choose_tab, describe_tab
from keywords.views.list_view import ListView
from keywords.views.number_strip import build_tiles
from keywords.views.rows import describe_standstill

LIST_PARAMETERS = ("q", "outcome", "status", "sort", "size", "cols", "rank")


@require_safe
@signed_in
def show_keyword(request: SignedInRequest, pk: int) -> HttpResponse:
    keyword = find_keyword(request, pk, with_domains())
    runs = find_runs(keyword, request.GET)
    if runs.latest and request.GET.get("version") == runs.latest.version:
        return HttpResponse(status=204)
    view = ListView.read(request.GET)
    context = describe_keyword(keyword, runs, view)
    if runs.shown:
        domains: list[str] = keyword.domains  # type: ignore[attr-defined]
        compared = runs.find(request.GET.get("compare", ""))
        base = compared or (runs.previous_good if runs.shown.is_good else None)
        looked = Looked(keyword, runs.shown, base, domains, request.GET)
        tab = choose_tab(request.GET.get("tab", ""), runs.shown)
        context |= {"tab": tab, "base": base, "compared": compared, **describe_tab(tab, looked)}
        context |= describe_strip(looked, view)
        context |= describe_links(request.GET, runs, runs.shown)
    return render(request, "keywords/keyword.html", context)


def with_domains() -> KeywordQuerySet:
    """And their list and source; `domains` are those that the list follows."""
    domains = TrackedDomain.objects.filter(keyword_list=OuterRef("keyword_list")).order_by("pk")
    return Keyword.objects.select_related("keyword_list", "source__queue").annotate(
        domains=ArraySubquery(domains.values("domain"))
    )


def describe_keyword(keyword: Keyword, runs: Runs, view: ListView) -> dict[str, Any]:
    engine = engine_of(keyword.source)
    return {
        "keyword": keyword,
        "list": keyword.keyword_list,
        "engine": engine,
        "is_made_up": engine.made_up,
        "runs": runs,
        "latest": runs.latest,
        "run": runs.shown,
        "is_latest": runs.is_latest_shown,
        "standstill": describe_standstill(keyword.source.queue),
        "neighbours": find_neighbours(keyword, view),
        "carried": view.link(),
        "stay": f"&{view.link()[1:]}" if len(view.link()) > 1 else "",
        "is_narrow": view.filter.is_narrow,
    }


def describe_strip(looked: Looked, view: ListView) -> dict[str, Any]:
    """The tiles of numbers with what has changed since the base."""
    if not looked.run.has_figures:
        return {}
    domain = view.rank_of if view.rank_of in looked.domains else next(iter(looked.domains), "")
    searches = [run.search.pk for run in (looked.run, looked.base) if run]
    ranks = find_ranks(searches, [domain]) if domain else {}
    places = {search: found.get(domain) for search, found in ranks.items()}
    return {"tiles": build_tiles(looked.run, looked.base, domain, places)}


def describe_links(query: QueryDict, runs: Runs, shown: Run) -> dict[str, Any]:
    """Addresses of this page with one thing changed."""
    others = {"older_run": runs.older, "newer_run": runs.newer}
    return {
        "tab_links": {name: link_to(query, tab=name) for name in TABS},
        "run_links": {
            name: link_to(query, run=run.search.pk) for name, run in others.items() if run
        },
        "uncompared": link_to(query, compare=""),
        "kept": keep(query, without=("run", "compare")),
        "kept_with_run": [*keep(query, without=("run", "compare")), ("run", shown.search.pk)],
    }


def keep(query: QueryDict, *, without: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """What of the address stays when a form is sent."""
    kept = ("run", "compare", "tab", *LIST_PARAMETERS)
    return [(name, query.get(name, "")) for name in kept if query.get(name) and name not in without]


def link_to(query: QueryDict, **changes: object) -> str:
    """This page with some of its address changed; "" takes a parameter away."""
    address = QueryDict(mutable=True)
    for name, value in keep(query):
        address[name] = value
    if query.get("search") and "run" not in address:
        address["run"] = query.get("search", "")
    for name, changed in changes.items():
        address[name] = str(changed)
        if changed == "":
            address.pop(name)
    return f"?{address.urlencode()}"


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
    return see_other(find_way_back(request, resolve_url("keyword", pk)))
