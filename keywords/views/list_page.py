"""`/lists/ID`: a list's keywords with their live states."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from keywords.bulk.records import BulkAct
from keywords.filtering import ListFilter
from keywords.filtering.terms import ChoiceTerm
from keywords.last_run import find_last_run
from keywords.list_tags import tags_of_list
from keywords.models import Keyword, KeywordList, KeywordListQuerySet
from keywords.statuses import Status, count_statuses
from keywords.tracked_domains.records import TrackedDomain
from keywords.views.access import SignedInRequest, signed_in
from keywords.views.estimate import look_ahead
from keywords.views.finding import find_list
from keywords.views.list_view import (
    COLUMNS,
    FIXED,
    OPTIONAL,
    SIZES,
    Column,
    ListView,
    Order,
    pick_columns,
)
from keywords.views.matching import Matching, count_matching, suggest_broader
from keywords.views.paging import Page
from keywords.views.poll_tickets import issue_ticket
from keywords.views.progress import Progress, build_progress
from keywords.views.rows import KeywordRow, add_histories, build_rows, select_rows
from keywords.views.sorting import INDEXED, SORTABLE, take_sorted_page
from serp.engines.registry import get_engine


@require_safe
@signed_in
def show_list(request: SignedInRequest, pk: int) -> HttpResponse:
    view = ListView.read(request.GET)
    if chosen := request.GET.getlist("col"):
        return HttpResponseRedirect(view.only(columns=pick_columns(chosen)).link())
    keyword_list = find_list(request, pk, with_extras())
    progress = build_progress(count_statuses(keyword_list))
    keywords = view.filter.apply(Keyword.objects.filter(keyword_list=keyword_list))
    matching = count_matching(keywords, view, progress)
    order = view.order if matching.can_sort else Order()
    page = take_sorted_page(select_rows(keywords), request.GET, order, view.size)
    rows = add_histories(build_rows(page.rows), shown_domain(keyword_list, view))
    context = describe_list(keyword_list, progress, view, rows)
    context["tags"] = [(tag, link_to_tag(view, tag)) for tag in keyword_list.tags]  # type: ignore[attr-defined]
    context |= describe_pages(page, view) | describe_table(keyword_list, view, matching)
    if not rows:
        context["broader"] = suggest_broader(keyword_list, view)
    return render(request, "keywords/list.html", context)


def with_extras() -> KeywordListQuerySet:
    """With what would otherwise cost a query each: `domains`, `tags`, `acts` that have not finished."""
    of_list = {"keyword_list": OuterRef("pk")}
    domains = TrackedDomain.objects.filter(**of_list).order_by("pk").values("domain")
    acts = BulkAct.objects.filter(**of_list, finished_at=None, job__isnull=False).order_by("pk")
    return KeywordList.objects.annotate(
        domains=ArraySubquery(domains),
        acts=ArraySubquery(acts.values("pk")),
        tags=tags_of_list(),
    )


def link_to_tag(view: ListView, tag: str) -> str:
    """The list's keywords with that tag, shown as they are now."""
    return view.only(filter=ListFilter.build(q=ChoiceTerm("tag", (tag,)).typed())).link()


def shown_domain(keyword_list: KeywordList, view: ListView) -> str:
    """ "" where the list follows none."""
    domains: list[str] = keyword_list.domains  # type: ignore[attr-defined]
    if view.rank_of in domains:
        return view.rank_of
    return domains[0] if domains else ""


def describe_list(
    keyword_list: KeywordList, progress: Progress, view: ListView, rows: list[KeywordRow]
) -> dict[str, Any]:
    """`rows` are all that the page shows; the list comes `with_extras`."""
    engines = {row.keyword.source.engine for row in rows}
    domain = shown_domain(keyword_list, view)
    return {
        "list": keyword_list,
        "progress": progress,
        "view": view,
        "carried": view.link(),
        "facets": [
            (part, view.narrow(**{"status": "", "outcome": "", part.kind: part.key}).link())
            for part in progress.parts
        ],
        "all_link": view.narrow(status="", outcome="").link(),
        "rows": rows,
        "domain": domain,
        "shown": [column.name for column in choose_columns(view, domain)],
        "is_made_up": any(get_engine(engine).made_up for engine in engines),
        "poll_ticket": issue_ticket(keyword_list.owner_id, keyword_list.pk),
        "outlook": look_ahead(keyword_list.pk, progress.counts),
        "last_run": find_last_run(keyword_list) if progress.is_finished else None,
        "waiting": progress.counts.by_status[Status.WAITING],
        **find_addresses(keyword_list),
    }


def choose_columns(view: ListView, domain: str) -> list[Column]:
    """The rank only where a domain is tracked."""
    return [each for each in COLUMNS if view.shows(each.name) and (each.name != "rank" or domain)]


def find_addresses(keyword_list: KeywordList) -> dict[str, str]:
    """Pages of other parts; "" while there is none."""
    names = ("pause", "resume", "schedule", "export")
    return {f"{name}_url": find_address(f"list-{name}", keyword_list.pk) for name in names}


def find_address(name: str, pk: int) -> str:
    try:
        return reverse(name, args=[pk])
    except NoReverseMatch:
        return ""


def describe_pages(page: Page[Keyword], view: ListView) -> dict[str, Any]:
    return {
        "newer": view.link(before=page.before) if page.before else "",
        "older": view.link(after=page.after) if page.after else "",
        "sizes": [(size, view.only(size=size).link()) for size in SIZES],
    }


def describe_table(keyword_list: KeywordList, view: ListView, matching: Matching) -> dict[str, Any]:
    return {
        "matching": matching,
        "heads": [
            describe_head(column, view, matching)
            for column in choose_columns(view, shown_domain(keyword_list, view))
        ],
        "columns": [
            (column, view.shows(column.name)) for column in OPTIONAL if column.name not in FIXED
        ],
        "terms": [
            (term, view.only(filter=view.filter.without(term)).link()) for term in view.filter.terms
        ],
        "sortable": SORTABLE,
        "is_ordered": bool(view.order.name) or view.filter.is_narrow,
    }


def describe_head(column: Column, view: ListView, matching: Matching) -> dict[str, Any]:
    """`link` is "" where it cannot be sorted by; `sorted` is the value of aria-sort."""
    is_sorted = view.order.name == column.name and matching.can_sort
    direction = "descending" if view.order.descending else "ascending"
    can_sort = bool(column.path) and (matching.is_short or column.name in INDEXED)
    return {
        "column": column,
        "link": view.sort_link(column) if can_sort else "",
        "sorted": direction if is_sorted else "",
        "is_figure": column.name not in {*FIXED, "runs"},
    }
