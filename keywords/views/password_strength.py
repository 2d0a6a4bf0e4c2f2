"""`/account/password-strength`: what is said under a new password while it is typed. For everybody, since who
signs up is nobody yet; nothing is kept of what is asked."""

import math

from allauth.account.adapter import get_adapter
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from keywords.account.strength import judge
from keywords.minute_counts import MinuteCounts, seconds_left

# A question costs up to some hundredths of a second; pages ask when somebody pauses in typing.
counts = MinuteCounts(60)


# It changes nothing and tells only the page that asks. With a token, a question that is on its way while the form signs
# in would be refused: signing in renews the token.
@csrf_exempt
@never_cache
@require_POST
@sensitive_post_parameters()
def password_strength(request: HttpRequest) -> HttpResponse:
    """The password comes under the name of its field."""
    if not counts.allow(get_adapter().get_client_ip(request)):
        response = HttpResponse(status=429)
        response["Retry-After"] = str(math.ceil(seconds_left()))
        return response
    password = request.POST.get("password1") or request.POST.get("password", "")
    strength = judge(password, owner_of(request, request.POST.get("email", "")))
    return render(request, "parts/password_strength.html", {"strength": strength})


def owner_of(request: HttpRequest, email: str) -> User:
    """Whose password it is to be."""
    return request.user if isinstance(request.user, User) else User(email=email)
