"""`/account/data`: a copy of everything, and the end of the account."""

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from keywords.account.copying import start_copy
from keywords.account.forms import LeavingForm
from keywords.account.leaving import LastOperator, close_account
from keywords.models import Keyword, KeywordList
from keywords.views.access import SignedInRequest, see_other, signed_in


@require_safe
@signed_in
def account_data(request: SignedInRequest) -> HttpResponse:
    return show(request, LeavingForm(user=request.user))


def show(request: SignedInRequest, form: LeavingForm) -> HttpResponse:
    context = {
        "form": form,
        "lists_total": KeywordList.objects.for_user(request.user).count(),
        "keywords_total": Keyword.objects.filter(keyword_list__owner=request.user).count(),
    }
    return render(request, "keywords/account_data.html", context)


@require_POST
@signed_in
def copy_account(request: SignedInRequest) -> HttpResponse:
    start_copy(request.user)
    messages.success(request, _("The file is being written. It stands here when it is ready."))
    return see_other("exports")


@require_POST
@signed_in
def leave(request: SignedInRequest) -> HttpResponse:
    form = LeavingForm(request.POST, user=request.user)
    if not form.is_valid():
        return show(request, form)
    try:
        close_account(request.user)
    except LastOperator:
        form.add_error(
            None, _("You are the only operator here. Make somebody else one first, in the admin.")
        )
        return show(request, form)
    logout(request)
    messages.success(
        request, _("Your account is closed, and what belonged to it is being removed.")
    )
    return see_other("home")
