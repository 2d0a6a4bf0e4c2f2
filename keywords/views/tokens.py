"""`/account/tokens`: bearer tokens of the API. A new one's secret is shown once, on the page after."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from keywords.account.forms import TokenForm
from keywords.models import ApiToken
from keywords.tokens import create_token
from keywords.vault import Unreadable, seal, unseal
from keywords.views.access import SignedInRequest, see_other, signed_in

NEW = "new_token"


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
@never_cache
def tokens(request: SignedInRequest) -> HttpResponse:
    form = TokenForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return show(request, form)
    lifetime = form.lifetime()
    _row, secret = create_token(
        request.user,
        scope=form.cleaned_data["scope"],
        name=form.cleaned_data["name"],
        expires_at=timezone.now() + lifetime if lifetime else None,
    )
    # Sealed, since sessions lie in the database.
    request.session[NEW] = seal({"secret": secret}).decode()
    return see_other("tokens")


def show(request: SignedInRequest, form: TokenForm) -> HttpResponse:
    context = {
        "form": form,
        "secret": take_secret(request),
        "tokens": ApiToken.objects.filter(owner=request.user).order_by("-pk"),
        "now": timezone.now(),
    }
    return render(request, "keywords/tokens.html", context)


def take_secret(request: SignedInRequest) -> str:
    """ "" where there is none that was not shown yet."""
    try:
        return unseal(request.session.pop(NEW, "").encode()).get("secret", "")
    except Unreadable:
        return ""


@require_POST
@signed_in
def revoke_token(request: SignedInRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken, pk=pk, owner=request.user)
    token.delete()
    name = token.name or token.prefix
    messages.success(request, _("“%(name)s” opens nothing any more.") % {"name": name})
    return see_other("tokens")
