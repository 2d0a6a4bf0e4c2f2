"""`/lists/new`: a file or pasted text becomes a list."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from keywords.forms import NewListForm
from keywords.lists import UnableToStart, start_list
from keywords.models import KeywordList
from keywords.sources import engine_of
from keywords.views.access import SignedInRequest, see_other, signed_in

REPORTED_AT_MOST = 200

# Every kind of row that an upload may hold, in a dozen lines.
SAMPLE = """keyword,country,language
running shoes,us,en
best coffee grinder,us,en
"desk, standing",us,en
Regenjacke Damen,de,de
vélo électrique,fr,fr
running shoes,us,en
wireless headphones,us,en
,us,en
electric toothbrush,us,en
日本語 キーボード,jp,ja
garden hose,us,en
cheap flights to lisbon,gb,en
"""


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new_list(request: SignedInRequest) -> HttpResponse:
    if request.method != "POST":
        return show_form(request, NewListForm())
    form = NewListForm(request.POST, request.FILES)
    if not form.is_valid():
        return show_form(request, form)
    try:
        keyword_list = start(request, form)
    except UnableToStart as problem:
        form.add_error("source", str(problem))
        return show_form(request, form)
    messages.success(request, describe_start(keyword_list))
    return see_other("list", keyword_list.pk)


def start(request: SignedInRequest, form: NewListForm) -> KeywordList:
    data = form.cleaned_data
    return start_list(
        owner=request.user,
        name=data["name"],
        source=data["source"],
        imported=form.imported,
        country=data["country"],
        language=data["language"],
        device=data["device"] or "desktop",
        start_key=data["start_key"],
    )


def describe_start(keyword_list: KeywordList) -> str:
    accepted, skipped = keyword_list.imported["accepted"], keyword_list.imported["skipped"]
    text = ngettext("%(n)s keyword queued", "%(n)s keywords queued", accepted) % {
        "n": f"{accepted:,}"
    }
    if not skipped:
        return f"{text}."
    rows = ngettext("%(n)s row skipped", "%(n)s rows skipped", skipped) % {"n": f"{skipped:,}"}
    return _("%(queued)s, %(skipped)s: the import report says why.") % {
        "queued": text,
        "skipped": rows,
    }


def show_form(request: SignedInRequest, form: NewListForm) -> HttpResponse:
    return render(request, "keywords/new_list.html", describe_form(form))


def describe_form(form: NewListForm) -> dict[str, Any]:
    sources = list(form.fields["source"].queryset)  # type: ignore[attr-defined]
    chosen = form["source"].value() or (sources[0].pk if sources else None)
    imported = getattr(form, "imported", None)
    return {
        "form": form,
        "sources": [
            (source, engine_of(source), str(source.pk) == str(chosen)) for source in sources
        ],
        "skipped": imported.skipped[:REPORTED_AT_MOST] if imported else (),
        "skipped_count": len(imported.skipped) if imported else 0,
        "max_keywords": settings.MAX_KEYWORDS,
        "max_bytes": settings.MAX_UPLOAD_BYTES,
    }


@require_safe
def sample_file(request: HttpRequest) -> HttpResponse:
    headers = {"Content-Disposition": 'attachment; filename="sample.csv"'}
    return HttpResponse(SAMPLE.encode(), content_type="text/csv; charset=utf-8", headers=headers)
