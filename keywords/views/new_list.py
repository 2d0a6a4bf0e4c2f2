"""`/lists/new`: the first of three steps. A file or pasted text becomes a draft."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from keywords.drafts.changing import Upload, change_input, make_draft
from keywords.drafts.options import DraftOptions
from keywords.drafts.records import Draft
from keywords.forms import FILE, PASTE, NewListForm, fill_form
from keywords.models import KeywordList, Source
from keywords.sources import SourceMistake, default_source, engine_of
from keywords.uploads import UploadError
from keywords.views.access import SignedInRequest, see_other, signed_in

# Twelve keywords, a bad row and a repetition: all that the check page is for.
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
noise cancelling earplugs,us,en
zapatillas de correr,es,es
"""
SAMPLE_NAME = "sample.csv"
# Every column that is understood; the file can be filled in a spreadsheet.
TEMPLATE = """keyword,country,language,device,tags
running shoes,us,en,desktop,sport
Regenjacke Damen,de,de,mobile,"clothing, autumn"
"""
TEMPLATE_NAME = "template.csv"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def new_list(request: SignedInRequest) -> HttpResponse:
    """`?draft=ID` goes back to one: its file stays unless another is chosen."""
    draft = find_open_draft(request)
    if request.method != "POST":
        initial = fill_form(DraftOptions.read(draft.options)) if draft else None
        return show_form(request, build_form(request, draft, initial=initial), draft)
    form = build_form(request, draft, data=request.POST, files=request.FILES)
    if not form.is_valid():
        return show_form(request, form, draft)
    try:
        draft = keep(request, form, draft)
    except UploadError as problem:
        form.add_error("text" if form.cleaned_data["text"].strip() else "file", str(problem))
        return show_form(request, form, draft)
    return see_other("draft", draft.pk)


def keep(request: SignedInRequest, form: NewListForm, draft: Draft | None) -> Draft:
    """Raises UploadError."""
    upload, options = form.read_upload(), form.read_options()
    if draft is not None:
        change_input(draft, upload, options)
        return draft
    assert upload is not None  # the form has seen to it
    return make_draft(request.user, upload, options)


def build_form(request: SignedInRequest, draft: Draft | None, **values: Any) -> NewListForm:
    return NewListForm(has_input=draft is not None, may_prefer=request.user.is_staff, **values)


def find_open_draft(request: SignedInRequest) -> Draft | None:
    said = request.POST.get("draft") or request.GET.get("draft", "")
    if not (said.isascii() and said.isdigit() and len(said) < 19):
        return None
    return Draft.objects.for_user(request.user).filter(pk=int(said), keyword_list=None).first()


@require_POST
@signed_in
def use_sample(request: SignedInRequest) -> HttpResponse:
    """From nothing to the check page with one press."""
    try:
        source = default_source()
    except SourceMistake:
        return see_other("list-new")
    upload = Upload("file", SAMPLE_NAME, SAMPLE.encode())
    options = DraftOptions(name="Sample keywords", sources=(source.pk,))
    return see_other("draft", make_draft(request.user, upload, options).pk)


def show_form(request: SignedInRequest, form: NewListForm, draft: Draft | None) -> HttpResponse:
    is_newcomer = not KeywordList.objects.for_user(request.user).exists()
    context = {
        **describe_form(form),
        "draft": draft,
        "way": choose_way(form, draft),
        "is_newcomer": is_newcomer,
    }
    return render(request, "keywords/new_list.html", context)


def choose_way(form: NewListForm, draft: Draft | None) -> str:
    """The tab that is shown: where something is wrong, where one was, or how the draft came."""
    if "file" in form.errors or "text" in form.errors:
        return PASTE if "text" in form.errors else FILE
    asked = form["way"].value() or (draft.how if draft else FILE)
    return PASTE if asked == PASTE else FILE


def describe_form(form: NewListForm) -> dict[str, Any]:
    sources = list(form.fields["source"].queryset)  # type: ignore[attr-defined]
    chosen = {
        str(value) for value in form["source"].value() or [source.pk for source in sources[:1]]
    }
    folded = ("name", "country", "language", "device", "tags", "priority", "start", "start_at")
    return {
        "form": form,
        "sources": [
            (source, engine_of(source), describe_health(source), str(source.pk) in chosen)
            for source in sources
        ],
        "is_open": any(name in form.errors for name in folded) or bool(form.initial),
        "max_keywords": settings.MAX_KEYWORDS,
        "max_bytes": settings.MAX_UPLOAD_BYTES,
    }


def describe_health(source: Source) -> str:
    """The tone of its dot."""
    now = timezone.now()
    if source.queue.is_paused(now):
        return "bad"
    return "warning" if source.queue.is_cooling(now) else "good"


@require_safe
def sample_file(request: HttpRequest) -> HttpResponse:
    return send_csv(SAMPLE_NAME, SAMPLE)


@require_safe
def template_file(request: HttpRequest) -> HttpResponse:
    return send_csv(TEMPLATE_NAME, TEMPLATE)


def send_csv(name: str, text: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text.encode(), content_type="text/csv; charset=utf-8", headers=headers)
