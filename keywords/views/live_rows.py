"""`/lists/ID/rows`: what has changed since the page was drawn. Asked every few seconds, so it is cheap:
204 while nothing moved, 286 (ask no more) with the last change."""

from dataclasses import dataclass

from django.http import HttpResponse, QueryDict
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
from keywords.views.poll_tickets import TICKET_HEADER, issue_ticket
from keywords.views.progress import Progress, build_progress
from keywords.views.rows import add_histories, build_rows, read_shown_versions, select_rows


@dataclass(frozen=True, slots=True)
class Look:
    """What a poll finds of the rows that its page shows: `versions` as they are now, by id."""

    progress: Progress
    versions: dict[int, str]
    shown: dict[int, str]
    is_panel_old: bool

    @property
    def has_moved(self) -> bool:
        return any(self.shown[id_] != version for id_, version in self.versions.items())

    def describe_silence(self) -> HttpResponse | None:
        """The answer where nothing has moved. None where something has, and for an owner's list that
        shows none of its rows, or nobody's."""
        if not self.versions or self.has_moved or self.is_panel_old:
            return None
        return HttpResponse(status=HTMX_STOP_POLLING if self.progress.is_finished else 204)


def look_for_changes(owner_id: int, list_id: int, asked: QueryDict) -> Look:
    """`rows` are the ids and versions that the browser shows, `panel` the version of the numbers. Two
    queries."""
    progress = build_progress(count_lists([list_id])[list_id])
    shown = read_versions(asked.get("rows", ""))
    found = Keyword.objects.filter(
        keyword_list__owner_id=owner_id, keyword_list=list_id, pk__in=shown
    )
    versions = read_shown_versions(found)
    return Look(progress, versions, shown, asked.get("panel") != progress.version)


@never_cache
@require_safe
@signed_in
def show_changes(request: SignedInRequest, pk: int) -> HttpResponse:
    """Polls without a ticket that still holds come here; the answer brings the next one."""
    look = look_for_changes(request.user.pk, pk, request.GET)
    response = look.describe_silence() or show_news(request, pk, look)
    response[TICKET_HEADER] = issue_ticket(request.user.pk, pk)
    return response


def show_news(request: SignedInRequest, pk: int, look: Look) -> HttpResponse:
    keyword_list = find_list(request, pk, with_extras())
    view = ListView.read(request.GET)
    keywords = Keyword.objects.filter(keyword_list=keyword_list, pk__in=look.versions)
    rows = build_rows(select_rows(keywords).order_by("pk"))
    context = describe_list(keyword_list, look.progress, view, rows)
    changed = [row for row in rows if row.version != look.shown[row.id]]
    changed = add_histories(changed, shown_domain(keyword_list, view))
    context |= {"rows": changed, "is_panel_old": look.is_panel_old}
    status = HTMX_STOP_POLLING if look.progress.is_finished else 200
    return render(request, "keywords/list_changes.html", context, status=status)


def read_versions(text: str) -> dict[int, str]:
    """`12.AbCd,13.EfGh`: what cannot be read is left out."""
    pairs = (pair.partition(".") for pair in text.split(",")[: max(SIZES)])
    return {int(id_): version for id_, _, version in pairs if is_id(id_)}


def is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19
