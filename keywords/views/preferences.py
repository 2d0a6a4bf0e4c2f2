"""`/account/preferences`: how somebody likes the pages."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from keywords.account.forms import PreferencesForm
from keywords.account.records import preferences_of
from keywords.views.access import SignedInRequest, see_other, signed_in
from keywords.views.theme import COOKIE, THEMES, set_theme_cookie


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in
def preferences(request: SignedInRequest) -> HttpResponse:
    mine = preferences_of(request.user)
    if request.method != "POST":
        # This browser's own theme comes before the account's.
        theme = request.COOKIES.get(COOKIE, "")
        initial = {"theme": theme} if theme in THEMES else {}
        form = PreferencesForm(instance=mine, initial=initial)
        return render(request, "keywords/preferences.html", {"form": form})
    form = PreferencesForm(request.POST, instance=mine)
    if not form.is_valid():
        return render(request, "keywords/preferences.html", {"form": form})
    saved = form.save()
    if saved.language:
        translation.activate(saved.language)  # what follows is in the language that was chosen
    messages.success(request, _("Saved."))
    response = see_other("preferences")
    set_theme_cookie(request, response, saved.theme)
    return response
