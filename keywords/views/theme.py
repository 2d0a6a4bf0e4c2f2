"""The theme's switch, for browsers without scripts: with them, theme.js writes the same cookie."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

COOKIE = "theme"
THEMES = ("system", "light", "dark")
A_YEAR = 365 * 24 * 3600


@require_POST
def switch_theme(request: HttpRequest) -> HttpResponse:
    theme = request.POST.get("theme", "")
    response = HttpResponseRedirect(find_next(request), status=303)
    if theme in THEMES:
        response.set_cookie(
            COOKIE, theme, max_age=A_YEAR, samesite="Lax", secure=request.is_secure()
        )
    return response


def find_next(request: HttpRequest) -> str:
    url = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure())
    return url if ours else "/"
