"""Who is asking: a bearer token and what it may do."""

from typing import Any, cast

from allauth.account.adapter import get_adapter
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from ninja.security import HttpBearer

from jobs.groups import may_configure, may_operate, may_view
from keywords.api.problems import Refusal
from keywords.models import ApiToken
from keywords.tokens import find_token


def find_address(request: HttpRequest) -> str | None:
    """As sign-ins are counted: behind the proxies that the settings trust. None where there is none."""
    try:
        address: str = get_adapter().get_client_ip(request)
    except PermissionDenied:
        return None
    return address


class Reading(HttpBearer):
    """Any valid token."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        found = find_token(token.strip(), used_from=find_address(request))
        if found is not None:
            request.user = found.owner
        return found


class Writing(Reading):
    """A token with write scope. Raises Refusal for one without."""

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        found = super().authenticate(request, token)
        if found is not None and found.scope != ApiToken.Scope.WRITE:
            raise Refusal(
                403, "This token may only read. Changing things needs one with write scope."
            )
        return found


reading = Reading()
writing = Writing()
NEEDS = {"view": may_view, "operate": may_operate, "configure": may_configure}


def user_of(request: HttpRequest) -> User:
    token: Any = request.auth  # type: ignore[attr-defined]  # ninja sets it
    return cast("User", token.owner)


def need_staff(request: HttpRequest, what: str) -> User:
    """`what` is "view", "operate" or "configure". Raises Refusal."""
    user = user_of(request)
    if not NEEDS[what](user):
        raise Refusal(403, "Only operators may do this.")
    return user
