"""Error pages that say what happened and how to go on."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat

RETRY_SECONDS = 60


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return render(request, "413.html", describe_sizes(request), status=413)
    return render(request, "400.html", status=400)


def describe_sizes(request: HttpRequest) -> dict[str, str]:
    """`sent` is "" where the browser did not say how much it would send."""
    length = request.headers.get("Content-Length") or ""
    return {
        "sent": filesizeformat(int(length)) if length.isdecimal() else "",
        "limit": filesizeformat(settings.MAX_UPLOAD_BYTES),
    }


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """allauth does not tell how long its limit lasts; none of those that lead here is longer."""
    response = render(request, "429.html", {"seconds": RETRY_SECONDS}, status=429)
    response["Retry-After"] = str(RETRY_SECONDS)
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Renders without the request: whatever failed may fail again."""
    request_id = find_request_id()
    response = render(None, "500.html", {"request_id": request_id}, status=500)
    if request_id:
        response["X-Request-ID"] = request_id  # for parts of pages, which do not show this one
    return response


def find_request_id() -> str:
    import structlog  # noqa: PLC0415

    return str(structlog.contextvars.get_contextvars().get("request_id", ""))
