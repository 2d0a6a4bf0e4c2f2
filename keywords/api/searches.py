"""One run of a keyword, and the page as it came."""

import re
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router

from keywords.api.auth import reading, user_of
from keywords.api.schemas import ResultOut
from keywords.api.showing import show_result
from keywords.models import Search
from keywords.saved_pages import read_page

router = Router(tags=["searches"])

# Somebody else's page: whoever opens it must not run it on our address.
PAGE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private",
}
CONTENT_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(\s*;\s*charset=\"?[\w-]+\"?)?", re.ASCII)
ENDINGS = {"text/html": "html", "application/json": "json", "text/plain": "txt"}
PAGE_ANSWER = {
    "responses": {
        200: {"description": "The page", "content": {"*/*": {"schema": {"type": "string"}}}}
    }
}


@router.get("/{int:search_id}", response=ResultOut, auth=reading)
def get_search(request: HttpRequest, search_id: int) -> Any:
    rows = Search.objects.with_status().select_related("job").for_user(user_of(request))
    return show_result(get_object_or_404(rows, pk=search_id))


@router.get("/{int:search_id}/page", auth=reading, openapi_extra=PAGE_ANSWER)
def get_page(request: HttpRequest, search_id: int) -> HttpResponse:
    """The answer as it came, byte for byte, as an attachment."""
    rows = Search.objects.select_related("page").for_user(user_of(request))
    page = get_object_or_404(rows, pk=search_id).page
    if page is None:
        raise Http404
    known = CONTENT_TYPE.match(page.content_type)
    content_type = known[0] if known else "application/octet-stream"
    ending = ENDINGS.get(content_type.partition(";")[0].strip().lower(), "bin")
    headers = {
        **PAGE_HEADERS,
        "Content-Disposition": f'attachment; filename="search-{search_id}.{ending}"',
    }
    return HttpResponse(read_page(page), content_type=content_type, headers=headers)
