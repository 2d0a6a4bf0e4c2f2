"""`/admin/custom-source/`: a form for a search page of one's own, tried out before it is saved."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from jobs.admin.base import operator_name
from jobs.groups import may_configure
from keywords.custom_sources.forms import CustomSourceForm, initial_of
from keywords.custom_sources.trying import TryOut, read_pasted, try_out
from keywords.models import Source
from keywords.source_fetchers import FetcherSettings, build_fetcher
from keywords.sources import SourceMistake, set_source
from keywords.vault import Unreadable, unseal
from serp.encoding import decode_page
from serp.engines.registry import configure_engine
from serp.errors import SerpError
from serp.types import EngineOptions, Exchange, Query

MOST_ROWS = 50


@require_http_methods(["GET", "HEAD", "POST"])
def declare_source(request: HttpRequest) -> HttpResponse:
    """`?source=ID` for one that is there."""
    if not may_configure(request.user):
        raise PermissionDenied
    pk = request.GET.get("source", "")
    source = (
        get_object_or_404(Source, pk=int(pk), engine="custom")
        if pk.isdecimal() and len(pk) < 19
        else None
    )
    if request.method != "POST":
        initial = initial_of(source) if source else None
        return render(request, CustomSourceForm(initial=initial, source=source), source)
    form = CustomSourceForm(
        request.POST, source=source, initial=initial_of(source) if source else None
    )
    if not form.is_valid():
        return render(request, form, source)
    if "save" in request.POST:
        return save(request, form, source)
    return show_try_out(request, form, source)


def save(request: HttpRequest, form: CustomSourceForm, source: Source | None) -> HttpResponse:
    data, by = form.cleaned_data, operator_name(request)
    try:
        saved = set_source(
            data["name"],
            engine="custom",
            by=by,
            settings=form.settings(),
            allow_private=data["allow_private"],
        )
    except SourceMistake as mistake:
        form.add_error(None, str(mistake))
        return render(request, form, source)
    messages.success(request, f"The source {saved.name} is saved.")
    return HttpResponseRedirect(f"{reverse('custom-source')}?source={saved.pk}", status=303)


def show_try_out(
    request: HttpRequest, form: CustomSourceForm, source: Source | None
) -> HttpResponse:
    options, keyword = form.options(), form.cleaned_data["keyword"] or "test"
    try:
        if "fetch" in request.POST:
            exchange = fetch(form, source, keyword)
            text = decode_page(exchange.body, exchange.headers.get("content-type", ""))
            # It stands in the form for the next try.
            form.data = {**request.POST.dict(), "page": text}
        else:
            exchange = read_pasted(form.cleaned_data["page"], options)
        found = try_out(exchange, keyword, options)
    except SerpError as mistake:
        form.add_error(None, str(mistake))
        return render(request, form, source)
    return render(request, form, source, found, exchange)


def fetch(form: CustomSourceForm, source: Source | None, keyword: str) -> Exchange:
    """One request, as a search would make it. Raises SerpError."""
    asked = form.options()
    options = EngineOptions(
        base_url=asked.base_url, settings=asked.settings, credentials=read_credentials(source)
    )
    request = configure_engine("custom", options).build(Query(text=keyword), options)
    fetcher = build_fetcher(FetcherSettings(allow_private=form.cleaned_data["allow_private"]))
    try:
        return fetcher.fetch(request)
    finally:
        fetcher.close()


def read_credentials(source: Source | None) -> dict[str, str]:
    try:
        return dict(unseal(source.credentials)) if source else {}
    except Unreadable:
        return {}


def render(
    request: HttpRequest,
    form: CustomSourceForm,
    source: Source | None,
    found: TryOut | None = None,
    exchange: Exchange | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": f"{source.name}: what is where on its pages"
        if source
        else "A search page of your own",
        "form": form,
        "source": source,
        "found": found,
        "exchange": exchange,
        "organic": found.reading.serp.organic[:MOST_ROWS] if found and found.reading.serp else (),
        "ads": found.reading.serp.ads[:MOST_ROWS] if found and found.reading.serp else (),
        "others": Source.objects.filter(engine="custom").order_by("name"),
    }
    return TemplateResponse(request, "admin/custom_sources/declare.html", context)
