"""A saved page as the engine sent it, and with what the parser saw marked on it. It is somebody else's: it
may hold anything, and must do nothing here, neither in its frame nor opened alone."""

import re

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from keywords.evidence import mark_saved_page, read_source
from keywords.models import SavedPage, Search
from keywords.saved_pages import read_page
from keywords.views.access import SignedInRequest, signed_in
from keywords.views.finding import find_search

# No script, no request, no form, no other place: only its own markup and style.
PAGE_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)
SAFE_HEADERS = {
    "Content-Security-Policy": PAGE_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private",
}
HTML = re.compile(r"\s*(text/html|application/xhtml\+xml)\s*(;|$)", re.IGNORECASE)
CHARSET = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]{1,40})", re.IGNORECASE)
LOOKS_LIKE_HTML = re.compile(rb"\s*(<!doctype html|<html|<head|<body)", re.IGNORECASE)


@require_safe
@signed_in
@xframe_options_sameorigin
def show_page(request: SignedInRequest, pk: int) -> HttpResponse:
    _, saved = find_page(request, pk)
    body = read_page(saved)
    return HttpResponse(body, content_type=choose_type(saved, body), headers=SAFE_HEADERS)


@require_safe
@signed_in
@xframe_options_sameorigin
def show_marked_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """An answer that is no page has nothing to mark: it is shown as it came."""
    search, saved = find_page(request, pk)
    body = read_page(saved)
    if not is_html(saved, body):
        return HttpResponse(body, content_type=choose_type(saved, body), headers=SAFE_HEADERS)
    marked = mark_saved_page(search, saved)
    return HttpResponse(marked.html, content_type="text/html; charset=utf-8", headers=SAFE_HEADERS)


@require_safe
@signed_in
def show_source(request: SignedInRequest, pk: int) -> HttpResponse:
    """As text, on a page of our own: nothing of it is markup here."""
    search, saved = find_page(request, pk)
    context = {"search": search, "keyword": search.keyword, "source": read_source(saved)}
    return render(request, "keywords/page_source.html", context)


@require_safe
@signed_in
def download_page(request: SignedInRequest, pk: int) -> HttpResponse:
    _, saved = find_page(request, pk)
    body = read_page(saved)
    ending = "html" if is_html(saved, body) else "txt"
    return HttpResponse(
        body,
        content_type="application/octet-stream",
        headers={
            **SAFE_HEADERS,
            "Content-Disposition": f'attachment; filename="search-{pk}.{ending}"',
        },
    )


def find_page(request: SignedInRequest, pk: int) -> tuple[Search, SavedPage]:
    searches = Search.objects.select_related("page", "keyword__keyword_list")
    search = find_search(request, pk, searches)
    if search.page is None:
        raise Http404
    return search, search.page


def is_html(saved: SavedPage, body: bytes) -> bool:
    if saved.content_type:
        return HTML.match(saved.content_type) is not None
    return LOOKS_LIKE_HTML.match(body) is not None


def choose_type(saved: SavedPage, body: bytes) -> str:
    """HTML as such, all else as text. The charset is the server's; where it named none, the page's own counts."""
    charset = CHARSET.search(saved.content_type)
    if is_html(saved, body):
        return f"text/html; charset={charset[1]}" if charset else "text/html"
    return f"text/plain; charset={charset[1] if charset else 'utf-8'}"
