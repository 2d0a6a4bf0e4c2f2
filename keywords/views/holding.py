"""Pausing a list and letting it go on."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from keywords.holding import pause_list, resume_list
from keywords.templatetags.figures import grouped
from keywords.views.access import SignedInRequest, see_other, signed_in
from keywords.views.finding import find_list


@require_POST
@signed_in
def pause(request: SignedInRequest, pk: int) -> HttpResponse:
    held = pause_list(find_list(request, pk), by=request.user)
    text = ngettext(
        "%(n)s search is held. What runs goes on.",
        "%(n)s searches are held. What runs goes on.",
        held,
    )
    messages.success(request, text % {"n": grouped(held)})
    return see_other("list", pk)


@require_POST
@signed_in
def resume(request: SignedInRequest, pk: int) -> HttpResponse:
    released = resume_list(find_list(request, pk), by=request.user)
    text = ngettext("%(n)s search goes on.", "%(n)s searches go on.", released)
    messages.success(request, text % {"n": grouped(released)})
    return see_other("list", pk)
