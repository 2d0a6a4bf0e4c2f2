"""Who may see a page: its owner. Everybody else is sent to sign in, or gets 404 like for nothing at all."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from urllib.parse import urlencode

from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

P = ParamSpec("P")


class SignedInRequest(HttpRequest):
    """A request that passed `signed_in`."""

    user: User
    htmx: HtmxDetails


def signed_in(
    view: Callable[Concatenate[SignedInRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    @wraps(view)
    def check(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        known = cast(SignedInRequest, request)
        if request.user.is_authenticated:
            return view(known, *args, **kwargs)
        return send_to_sign_in(known)

    return check


def send_to_sign_in(request: SignedInRequest) -> HttpResponse:
    """A part of a page must not show the sign-in form within itself: the whole page goes there."""
    if request.htmx:
        back = request.htmx.current_url_abs_path or "/"
        return HttpResponseClientRedirect(
            f"{resolve_url('account_login')}?{urlencode({'next': back})}"
        )
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")


def find_way_back(request: HttpRequest, otherwise: str) -> str:
    """Where it was asked from (`next`), which is a page of ours."""
    asked = request.POST.get("next", "")
    return asked if url_has_allowed_host_and_scheme(asked, allowed_hosts=None) else otherwise


def see_other(to: str, *args: Any) -> HttpResponse:
    """After a POST: the browser gets the next page, and reload does not repeat what was done."""
    return HttpResponseRedirect(resolve_url(to, *args), status=303)
