"""The theme's switch: a cookie for this browser, and for those who are signed in a preference for every other one.
With scripts, shell.js writes the same cookie first, so that the page changes at once."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from keywords.account.records import Preferences

COOKIE = "theme"
THEMES = ("system", "light", "dark")
A_YEAR = 365 * 24 * 3600


@require_POST
def switch_theme(request: HttpRequest) -> HttpResponse:
    theme = request.POST.get("theme", "")
    response = HttpResponseRedirect(find_next(request), status=303)
    if theme in THEMES:
        set_theme_cookie(request, response, theme)
        if request.user.is_authenticated:
            Preferences.objects.update_or_create(owner=request.user, defaults={"theme": theme})
    return response


def set_theme_cookie(request: HttpRequest, response: HttpResponse, theme: str) -> None:
    response.set_cookie(COOKIE, theme, max_age=A_YEAR, samesite="Lax", secure=request.is_secure())


def find_next(request: HttpRequest) -> str:
    url = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure())
    return url if ours else "/"
