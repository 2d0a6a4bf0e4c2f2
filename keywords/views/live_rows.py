"""`/lists/ID/rows`: what has changed since the page was drawn. Asked every few seconds, so it is cheap:
204 while nothing moved, 286 (ask no more) with the last change."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.http import HTMX_STOP_POLLING

from keywords.models import Keyword
from keywords.statuses import count_lists
from keywords.views.access import SignedInRequest, signed_in
from keywords.views.finding import find_list
from keywords.views.list_page import describe_list, shown_domain, with_extras
from keywords.views.list_view import SIZES, ListView
from keywords.views.progress import build_progress
from keywords.views.rows import add_histories, build_rows, select_rows


@never_cache
@require_safe
@signed_in
def show_changes(request: SignedInRequest, pk: int) -> HttpResponse:
    """`rows` are the ids and versions that the browser shows, `panel` the version of the numbers.
    While nothing moves it costs two queries."""
    keywords = Keyword.objects.for_user(request.user).filter(keyword_list=pk)
    progress = build_progress(count_lists([pk])[pk])
    versions = read_versions(request.GET.get("rows", ""))
    rows = build_rows(select_rows(keywords.filter(pk__in=versions)).order_by("pk"))
    changed = [row for row in rows if row.version != versions[row.id]]
    is_panel_old = request.GET.get("panel") != progress.version
    if rows and not changed and not is_panel_old:
        return HttpResponse(status=HTMX_STOP_POLLING if progress.is_finished else 204)
    # Asked for now and not before: an owner's list that shows none of its rows, or nobody's.
    keyword_list = find_list(request, pk, with_extras())
    view = ListView.read(request.GET)
    context = describe_list(keyword_list, progress, view, rows)
    changed = add_histories(changed, shown_domain(keyword_list, view))
    context |= {"rows": changed, "is_panel_old": is_panel_old}
    status = HTMX_STOP_POLLING if progress.is_finished else 200
    return render(request, "keywords/list_changes.html", context, status=status)


def read_versions(text: str) -> dict[int, str]:
    """`12.AbCd,13.EfGh`: what cannot be read is left out."""
    pairs = (pair.partition(".") for pair in text.split(",")[: max(SIZES)])
    return {int(id_): version for id_, _, version in pairs if is_id(id_)}


def is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
