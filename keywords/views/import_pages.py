"""`/pages/import`: saved results pages become a list. Nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from keywords.page_imports.forms import MOST_BYTES, ImportPagesForm
from keywords.page_imports.importing import NothingToImport, import_files
from keywords.page_imports.storing import Haul
from keywords.templatetags.figures import grouped
from keywords.uploads import Skipped
from keywords.views.access import SignedInRequest, see_other, signed_in

MOST_PAGES = 100
REPORTED_AT_MOST = 200


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def import_pages(request: SignedInRequest) -> HttpResponse:
    if request.method != "POST":
        return show_form(request, ImportPagesForm())
    form = ImportPagesForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_form(request, form)
    files: list[UploadedFile[bytes]] = form.cleaned_data["pages"]
    try:
        keyword_list, haul = import_files(
            read_files(files),
            owner=request.user,
            filename=files[0].name or "",
            most=MOST_PAGES,
            **form.options(),
        )
    except NothingToImport as nothing:
        form.add_error(
            "pages", _("None of the files holds a results page that is understood here.")
        )
        return show_form(request, form, nothing.haul.skipped)
    messages.success(request, describe_haul(haul))
    return see_other("list-import" if haul.skipped else "list", keyword_list.pk)


def read_files(files: Sequence[UploadedFile[bytes]]) -> Iterator[tuple[str, bytes]]:
    for file in files:
        yield file.name or "page.html", file.read()


def describe_haul(haul: Haul) -> str:
    count = len(haul.pages)
    text = ngettext("%(n)s page imported", "%(n)s pages imported", count) % {"n": grouped(count)}
    if not haul.skipped:
        return f"{text}."
    return _("%(pages)s, %(n)s not: the report says why.") % {
        "pages": text,
        "n": grouped(len(haul.skipped)),
    }


def show_form(
    request: SignedInRequest, form: ImportPagesForm, skipped: Sequence[Skipped] = ()
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "skipped": skipped[:REPORTED_AT_MOST],
        "skipped_count": len(skipped),
        "max_bytes": MOST_BYTES,
        "max_pages": MOST_PAGES,
    }
    return render(request, "keywords/import_pages.html", context)
