"""`/lists/ID`: a list's keywords with their live states."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from keywords.models import Keyword, KeywordList, KeywordQuerySet
from keywords.statuses import count_statuses
from keywords.views.access import SignedInRequest, signed_in
from keywords.views.estimate import estimate
from keywords.views.filters import SIZES, KeywordFilter
from keywords.views.finding import find_list
from keywords.views.paging import Page, take_page
from keywords.views.progress import Progress, build_progress
from keywords.views.rows import KeywordRow, build_rows, select_rows
from serp.engines.registry import get_engine


@require_safe
@signed_in
def show_list(request: SignedInRequest, pk: int) -> HttpResponse:
    keyword_list = find_list(request, pk)
    narrowing = KeywordFilter.read(request.GET)
    page = take_page(choose_keywords(keyword_list, narrowing), request.GET, narrowing.size)
    progress = build_progress(count_statuses(keyword_list))
    context = describe_list(keyword_list, progress, narrowing, build_rows(page.rows))
    return render(request, "keywords/list.html", context | describe_pages(page, narrowing))


def choose_keywords(keyword_list: KeywordList, narrowing: KeywordFilter) -> KeywordQuerySet:
    return narrowing.apply(select_rows(Keyword.objects.filter(keyword_list=keyword_list)))


def describe_list(
    keyword_list: KeywordList, progress: Progress, narrowing: KeywordFilter, rows: list[KeywordRow]
) -> dict[str, Any]:
    """`rows` are all that the page shows."""
    sources = list({row.keyword.source_id: row.keyword.source for row in rows}.values())
    return {
        "list": keyword_list,
        "progress": progress,
        "filter": narrowing,
        "facets": [
            (part, narrowing.only(**{"status": "", "outcome": "", part.kind: part.key}).link())
            for part in progress.parts
        ],
        "all_link": narrowing.only(status="", outcome="").link(),
        "rows": rows,
        "is_made_up": any(get_engine(source.engine).made_up for source in sources),
        "estimate": estimate(progress.counts, sources),
    }


def describe_pages(page: Page[Keyword], narrowing: KeywordFilter) -> dict[str, Any]:
    return {
        "newer": narrowing.link(before=page.before) if page.before else "",
        "older": narrowing.link(after=page.after) if page.after else "",
        "sizes": [(size, narrowing.only(size=size).link()) for size in SIZES],
    }
