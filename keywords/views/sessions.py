"""`/account/sessions/ID/end`: one browser is signed out. The list itself is allauth's, with our template."""

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from keywords.templatetags.devices import device
from keywords.views.access import SignedInRequest, see_other, signed_in


@require_POST
@signed_in
def end_session(request: SignedInRequest, pk: int) -> HttpResponse:
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    is_this_one = session.session_key == request.session.session_key
    get_adapter().end_sessions([session])
    if is_this_one:
        logout(request)
        messages.success(request, _("You are signed out."))
        return see_other("home")
    name = device(session.user_agent)
    messages.success(request, _("%(device)s is signed out.") % {"device": name})
    return see_other("usersessions_list")
