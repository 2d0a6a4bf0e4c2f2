"""`/setup`: once, while there is no operator; afterwards a page on which operators see that all works."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model, login, password_validation
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from keywords.check_jobs import ask_test
from keywords.models import Source
from keywords.people import name_of
from keywords.source_checks import SourceCheck
from keywords.sources import SourceMistake, engine_of, set_source
from keywords.views.wording import OUTCOMES
from scraper_app.diagnosis import TEST_KEYWORD, examine
from scraper_app.first_operator import TooLate, has_operator, is_token, make_first_operator


class OperatorForm(forms.Form):
    token = forms.CharField(
        label=gettext_lazy("Token"),
        help_text=gettext_lazy("It stands in the log of `manage.py up`."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "mono"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_token(self) -> str:
        token: str = self.cleaned_data["token"].strip()
        if not is_token(token):
            raise ValidationError(_("That is not the token of this installation."))
        return token

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if get_user_model().objects.filter(email__iexact=email).exists():
            raise ValidationError(_("There is an account with this address; choose another."))
        return email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password)
        return password


@never_cache
@sensitive_post_parameters("password", "token")
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest) -> HttpResponse:
    """Who is no operator finds nothing here once there is one."""
    if has_operator():
        require_operator(request)
        return show_state(request)
    if request.method != "POST":
        return ask(request, OperatorForm(initial={"token": request.GET.get("token", "")}))
    form = OperatorForm(request.POST)
    if not form.is_valid():
        return ask(request, form)
    try:
        user = make_first_operator(form.cleaned_data["email"], form.cleaned_data["password"])
    except TooLate:
        raise Http404 from None
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    messages.success(request, _("You are the operator now."))
    return back()


def require_operator(request: HttpRequest) -> User:
    """Raises Http404."""
    if not isinstance(request.user, User) or not request.user.is_superuser:
        raise Http404
    return request.user


@require_POST
def switch_source(request: HttpRequest, pk: int) -> HttpResponse:
    """`do`: enable, disable or default."""
    operator = require_operator(request)
    source = get_object_or_404(Source, pk=pk)
    changes: dict[str, Any] = {
        "enable": {"enabled": True},
        "disable": {"enabled": False},
        "default": {"is_default": True},
    }.get(request.POST.get("do", ""), {})
    try:
        set_source(source.name, by=name_of(operator), **changes)
    except SourceMistake as mistake:
        messages.error(request, str(mistake))
    return back()


@require_POST
def test_source(request: HttpRequest, pk: int) -> HttpResponse:
    """As every fetch: by a job, so that it shows that workers work, too."""
    operator = require_operator(request)
    source = get_object_or_404(Source.objects.select_related("queue"), pk=pk)
    ask_test(source, TEST_KEYWORD, by=name_of(operator), owner=operator.pk)
    return back()


def ask(request: HttpRequest, form: OperatorForm) -> HttpResponse:
    return render(request, "setup/operator.html", {"form": form})


def show_state(request: HttpRequest) -> HttpResponse:
    rows = [describe_source(source) for source in Source.objects.select_related("queue")]
    findings = list(examine())
    context: dict[str, Any] = {
        "findings": findings,
        "rows": rows,
        "is_settled": all(finding.ok for finding in findings)
        and not any(row["is_pending"] for row in rows),
    }
    return render(request, "setup/state.html", context)


def describe_source(source: Source) -> dict[str, Any]:
    check = SourceCheck.objects.filter(source=source).order_by("-pk").first()
    meaning = OUTCOMES.get(check.outcome) if check else None
    return {
        "source": source,
        "engine": engine_of(source),
        "check": check,
        "chip": meaning.chip if meaning else None,
        "is_pending": check is not None and check.finished_at is None,
    }


def back() -> HttpResponse:
    return HttpResponseRedirect(reverse("setup"), status=303)
