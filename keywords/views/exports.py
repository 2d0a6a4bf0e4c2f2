"""`/lists/ID/export`, where a file is asked for, and `/exports`, where large ones are fetched."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keywords.exports.asking import (
    AT_ONCE,
    KEPT,
    MOST_SHEET_ROWS,
    UnableToExport,
    Wish,
    count_rows,
    count_runs,
    delete_expired,
    delete_export,
    write_later,
    write_now,
)
from keywords.exports.formats import FORMATS
from keywords.exports.forms import ExportForm
from keywords.exports.records import ExportFile
from keywords.exports.shapes import LATEST
from keywords.filtering import ListFilter
from keywords.models import KeywordList
from keywords.people import name_of
from keywords.views.access import SignedInRequest, see_other, signed_in
from keywords.views.finding import find_list

MOST_SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def export_list(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """The filter is the list page's, in the address of both."""
    keyword_list = find_list(request, pk)
    narrowing = ListFilter.parse(request.GET)
    form = ExportForm(request.POST if request.method == "POST" else None, initial=FIRST_CHOICE)
    if form.is_valid():
        wish = Wish(keyword_list=keyword_list, narrowing=narrowing, **form.options())
        try:
            return answer_wish(request, wish)
        except UnableToExport as problem:
            form.add_error("written_as", str(problem))
    return render(request, "keywords/export.html", describe_choice(form, keyword_list, narrowing))


FIRST_CHOICE = {"shape": "keywords", "runs": "latest", "written_as": "csv"}


def answer_wish(request: SignedInRequest, wish: Wish) -> HttpResponseBase:
    """The file itself where it is small, else the page on which it will be. Raises UnableToExport."""
    rows = count_rows(wish.keywords, wish.shape)
    if rows <= AT_ONCE:
        export = write_now(wish)
        headers = {"Content-Disposition": f'attachment; filename="{export.filename}"'}
        return StreamingHttpResponse(
            export.pieces, content_type=export.content_type, headers=headers
        )
    write_later(wish, rows, by=request.user)
    messages.success(request, _("The file is being written. It stands here when it is ready."))
    return see_other("exports")


def describe_choice(
    form: ExportForm, keyword_list: KeywordList, narrowing: ListFilter
) -> dict[str, Any]:
    wish = Wish(keyword_list=keyword_list, narrowing=narrowing)
    counts = {shape: count_rows(wish.keywords, shape) for shape in LATEST}
    chosen = {name: form[name].value() for name in FIRST_CHOICE}
    return {
        "form": form,
        "list": keyword_list,
        "filter": narrowing,
        "query": narrowing.query_string(),
        "shapes": [
            (each, counts[each.name], each.name == chosen["shape"]) for each in LATEST.values()
        ],
        "runs": chosen["runs"],
        "run_count": count_runs(wish.keywords),
        "formats": [(each, each.name == chosen["written_as"]) for each in FORMATS.values()],
        "keyword_count": counts["keywords"],
        "at_once": AT_ONCE,
        "most_sheet_rows": MOST_SHEET_ROWS,
        "days_kept": KEPT.days,
    }


@require_safe
@signed_in
def show_exports(request: SignedInRequest) -> HttpResponse:
    delete_expired()
    exports = ExportFile.objects.for_user(request.user).select_related("job")
    shown = list(exports.order_by("-pk")[:MOST_SHOWN])
    context = {
        "exports": [(each, describe_state(each)) for each in shown],
        "is_busy": any(not each.finished_at for each in shown),
        "formats": FORMATS,
        "days_kept": KEPT.days,
    }
    return render(request, "keywords/exports.html", context)


def describe_state(export: ExportFile) -> str:
    """ "ready", "failed", "cancelled", "waiting" or "writing"."""
    if export.finished_at:
        return "failed" if export.problem else "ready"
    if export.job is None or export.job.state in {"cancelled", "discarded"}:
        return "cancelled"
    return "writing" if export.keywords_done or export.job.state == "running" else "waiting"


@require_safe
@signed_in
def download_export(request: SignedInRequest, pk: int) -> StreamingHttpResponse:
    export = find_export(request, pk)
    if not export.is_ready:
        raise Http404
    return StreamingHttpResponse(
        read_parts(export),
        content_type=FORMATS[export.written_as].content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{export.filename}"',
            "Content-Length": str(export.size),
        },
    )


def read_parts(export: ExportFile) -> Iterator[bytes]:
    parts = export.parts.order_by("number").values_list("body", flat=True)
    return (bytes(part) for part in parts.iterator(chunk_size=4))


@require_POST
@signed_in
def remove_export(request: SignedInRequest, pk: int) -> HttpResponse:
    export = find_export(request, pk)
    delete_export(export, by=name_of(request.user))
    messages.success(request, _("“%(name)s” is deleted.") % {"name": export.filename})
    return see_other("exports")


def find_export(request: SignedInRequest, pk: int) -> ExportFile:
    return get_object_or_404(ExportFile.objects.for_user(request.user), pk=pk)
