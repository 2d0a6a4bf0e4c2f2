"""What is asked of people about their account."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from keywords.account.records import Preferences
from keywords.models import ApiToken
from keywords.people import name_of
from keywords.zones import list_zones

Theme, Density = Preferences.Theme, Preferences.Density


class PreferencesForm(forms.ModelForm):  # type: ignore[type-arg]
    theme = forms.ChoiceField(
        label=_("Theme"),
        choices=[
            (Theme.SYSTEM, _("As the system has it")),
            (Theme.LIGHT, _("Light")),
            (Theme.DARK, _("Dark")),
        ],
    )
    density = forms.ChoiceField(
        label=_("Tables"),
        choices=[(Density.COMFORTABLE, _("Comfortable")), (Density.COMPACT, _("Compact"))],
    )
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("As the browser asks for")), *settings.LANGUAGES],
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        required=False,
        choices=[
            ("", _("As the installation has it")),
            *list_zones(),
        ],
    )
    shortcuts = forms.BooleanField(label=_("Keyboard shortcuts"), required=False)

    class Meta:
        model = Preferences
        fields = ("theme", "density", "language", "time_zone", "shortcuts")


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What it is for"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    scope = forms.ChoiceField(
        label=_("It may"),
        choices=[
            (ApiToken.Scope.READ, _("read")),
            (ApiToken.Scope.WRITE, _("read and change things")),
        ],
    )
    days = forms.TypedChoiceField(
        label=_("It ends"),
        coerce=int,
        empty_value=None,
        required=False,
        initial=90,
        choices=[
            (30, _("in 30 days")),
            (90, _("in 90 days")),
            (365, _("in a year")),
            (0, _("never")),
        ],
    )

    def lifetime(self) -> timedelta | None:
        days = self.cleaned_data["days"]
        return timedelta(days=days) if days else None


class LeavingForm(forms.Form):
    """Both are asked for: who finds an open browser must not be able to end an account."""

    email = forms.CharField(
        label=_("Type your e-mail address"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )
    password = forms.CharField(
        label=_("Password"), widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        if not user.has_usable_password():
            del self.fields["password"]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if email.strip().lower() != name_of(self.user).lower():
            raise ValidationError(_("That is not this account's e-mail address."))
        return email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if not self.user.check_password(password):
            raise ValidationError(_("That is not the password."))
        return password
