"""`/drafts/ID`: the second of three steps. What came of reading an upload, row by row, before it starts."""

import re
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from keywords.drafts.changing import (
    assign_roles,
    correct_cells,
    read_differently,
    set_options,
    start_draft,
)
from keywords.drafts.checks import Check, unpack_check
from keywords.drafts.options import ON_DUPLICATE, DraftOptions
from keywords.drafts.records import Draft
from keywords.lists import UnableToStart
from keywords.models import KeywordList
from keywords.templatetags.figures import grouped
from keywords.tracked import OnDuplicate
from keywords.uploads import UploadError
from keywords.uploads.types import Flaw
from keywords.views.access import SignedInRequest, see_other, signed_in
from keywords.views.check_table import build_page, describe_reading
from keywords.views.draft_footer import describe_start
from keywords.views.problem_rows import write_problem_rows

CELL = re.compile(r"cell-(\d{1,9})-(\d{1,4})")
COLUMN = re.compile(r"column-(\d{1,4})")
# "auto" in a select: find out again.
AUTO = "auto"


@require_safe
@signed_in
def show_draft(request: SignedInRequest, pk: int) -> HttpResponse:
    draft = find_draft(request, pk)
    if draft.keyword_list is not None:
        messages.info(request, _("This upload has been started already: here is its list."))
        return see_other("list", draft.keyword_list.pk)
    check, options = unpack_check(draft.checked), DraftOptions.read(draft.options)
    context = {
        "draft": draft,
        "check": check,
        "options": options,
        **describe_reading(draft, check),
        **build_page(check, request.GET),
        **describe_start(check, options),
    }
    return render(request, "keywords/check.html", context)


@require_POST
@signed_in
def read_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another encoding, delimiter, header, or meaning of a column."""
    draft = find_draft(request, pk)
    if draft.keyword_list is not None:
        return see_other("list", draft.keyword_list.pk)
    check = unpack_check(draft.checked)
    wanted = choose_reading(request.POST)
    has_changed = any(draft.reading.get(name) != wanted[name] for name in wanted)
    roles = choose_roles(request.POST, check)
    try:
        if has_changed:
            read_differently(draft, wanted)
        elif roles is not None:
            assign_roles(draft, roles)
    except UploadError as problem:
        messages.error(request, str(problem))
    return back_to(draft, request.POST)


def choose_reading(form: Mapping[str, str]) -> dict[str, Any]:
    """None for each that is to be found out."""
    has_header = {"yes": True, "no": False}.get(form.get("has_header", ""))
    delimiter = form.get("delimiter", AUTO)
    return {
        "encoding": none_if_auto(form.get("encoding", AUTO)) or None,
        "delimiter": {"tab": "\t", "none": "", AUTO: None}.get(delimiter, delimiter),
        "has_header": has_header,
    }


def none_if_auto(said: str) -> str | None:
    return None if said == AUTO else said


def choose_roles(form: Mapping[str, str], check: Check) -> dict[int, str] | None:
    """None where the columns mean what they meant."""
    roles = {
        int(match[1]): role for name, role in form.items() if (match := COLUMN.fullmatch(name))
    }
    known = {place: role for place, (_name, role) in enumerate(check.columns)}
    wanted = {**known, **{place: role for place, role in roles.items() if place in known}}
    return wanted if wanted != known else None


@require_POST
@signed_in
def correct_draft(request: SignedInRequest, pk: int) -> HttpResponse:
    draft = find_draft(request, pk)
    if draft.keyword_list is not None:
        return see_other("list", draft.keyword_list.pk)
    check = unpack_check(draft.checked)
    try:
        changed = correct_cells(draft, check, read_cells(request.POST))
    except UploadError as problem:
        messages.error(request, str(problem))
        return back_to(draft, request.POST)
    left = unpack_check(draft.checked).counts[Flaw.PROBLEM]
    tell_corrections(request, changed, left)
    return back_to(draft, request.POST if left else {})


def read_cells(form: Mapping[str, str]) -> dict[tuple[int, int], str]:
    return {
        (int(match[1]), int(match[2])): text
        for name, text in form.items()
        if (match := CELL.fullmatch(name))
    }


def tell_corrections(request: SignedInRequest, changed: int, left: int) -> None:
    text = ngettext("%(n)d row changed", "%(n)d rows changed", changed) % {"n": changed}
    rest = ngettext("%(n)d row has a problem still", "%(n)d rows have problems still", left)
    tell = messages.success if changed and not left else messages.info
    tell(request, f"{text}; {rest % {'n': left}}." if left else f"{text}.")


@require_POST
@signed_in
def take_first(request: SignedInRequest, pk: int) -> HttpResponse:
    """Of too many rows, the first ones: by the user's own word."""
    draft = find_draft(request, pk)
    if draft.keyword_list is None:
        set_options(draft, take_first=True)
    return see_other("draft", pk)


@require_POST
@signed_in
def start_list_of(request: SignedInRequest, pk: int) -> HttpResponse:
    draft = find_draft(request, pk)
    is_first = draft.keyword_list is None
    on_duplicate = choose_on_duplicate(request.POST)
    try:
        keyword_list = start_draft(
            draft, on_duplicate=on_duplicate, hold=request.POST.get("how") == "hold"
        )
    except UnableToStart as problem:
        messages.error(request, str(problem))
        return see_other("draft", pk)
    if is_first:
        messages.success(request, describe_started(keyword_list, on_duplicate))
    return see_other("list", keyword_list.pk)


def choose_on_duplicate(form: Mapping[str, str]) -> OnDuplicate:
    said = form.get("on_duplicate", "skip")
    return next((each for each in ON_DUPLICATE if each == said), "skip")


def describe_started(keyword_list: KeywordList, on_duplicate: OnDuplicate) -> str:
    accepted, skipped = keyword_list.imported["accepted"], keyword_list.imported["skipped"]
    queued = ngettext("%(n)s keyword queued", "%(n)s keywords queued", accepted)
    parts = [queued % {"n": grouped(accepted)}]
    tracked = keyword_list.skipped_rows.filter(reason__startswith="Already in the list").count()
    if tracked:
        known = _("%(n)s searched again") if on_duplicate == "rerun" else _("%(n)s already tracked")
        parts.append(known % {"n": grouped(tracked)})
    if skipped > tracked:
        parts.append(_("%(n)s not imported") % {"n": grouped(skipped - tracked)})
    if not skipped:
        return f"{parts[0]}."
    report = reverse("list-import", args=[keyword_list.pk])
    return format_html('{}. <a href="{}">{}</a>', ", ".join(parts), report, _("See which and why"))


@require_safe
@signed_in
def download_problems(request: SignedInRequest, pk: int) -> HttpResponse:
    draft = find_draft(request, pk)
    if draft.keyword_list is not None:
        return see_other("list-import", draft.keyword_list.pk)
    response = HttpResponse(
        write_problem_rows(unpack_check(draft.checked)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="problem-rows.csv"'
    return response


def find_draft(request: SignedInRequest, pk: int) -> Draft:
    drafts = Draft.objects.for_user(request.user).select_related("owner", "keyword_list")
    return get_object_or_404(drafts.defer("body"), pk=pk)


def back_to(draft: Draft, form: Mapping[str, str]) -> HttpResponse:
    """The same filter of the table; its page may not be there any more."""
    response = see_other("draft", draft.pk)
    show = form.get("show", "")
    if show in {*Flaw, "new"}:
        response["Location"] += f"?show={show}"
    return response
