"""`/keywords/ID/cancel`: stops the search of one keyword, or says that there is nothing left to stop."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from keywords.cancellation import cancel_keywords
from keywords.models import Keyword
from keywords.views.access import SignedInRequest, find_way_back, see_other, signed_in
from keywords.views.finding import find_keyword


@require_POST
@signed_in
def cancel_keyword(request: SignedInRequest, pk: int) -> HttpResponse:
    """409 where the run ended while somebody looked at it."""
    keyword = find_keyword(request, pk)
    is_done = cancel_keywords(Keyword.objects.filter(pk=keyword.pk), by=request.user) > 0
    sentence = _("The search is cancelled.") if is_done else _("This run has already finished.")
    back = find_way_back(request, resolve_url("keyword", pk))
    status = 200 if is_done else 409
    if request.htmx:
        context = {"sentence": sentence, "is_done": is_done}
        response = render(request, "parts/told.html", context, status=status)
        # The page asks at once for what has changed, and not only with its next poll.
        return trigger_client_event(response, "tick")
    if is_done:
        messages.success(request, sentence)
        return see_other(back)
    return render(request, "409.html", {"sentence": sentence, "back": back}, status=status)
