"""Passkeys, as allauth has them, in our words. A site's name is what a passkey belongs to: the host of the request."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NAME_LENGTH = 100
# What comes of an answer that is no passkey's: the libraries read it before they check it.
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)


class PasskeyAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Devices show the name beside the account."""
        return {**super().get_public_key_credential_rp_entity(), "name": "Athanor"}

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:  # noqa: A002
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)s") % {"number": count + 1} if count else _("Passkey")


def in_our_words(check: Callable[[], Any]) -> Any:
    """allauth calls a passkey that does not fit an incorrect code."""
    try:
        return check()
    except ValidationError as refusal:
        if getattr(refusal, "code", None) != "incorrect_code":
            raise
    except UNREADABLE:
        pass
    raise ValidationError(_("This passkey was not accepted. Try once more, or use another way."))


def ask_for_credential() -> forms.JSONField:
    """Filled by static/js/passkey.js."""
    return forms.JSONField(
        widget=forms.HiddenInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("The browser gave no passkey.")},
    )


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        max_length=NAME_LENGTH,
        help_text=gettext_lazy("So that you know it in the list: the device, for example."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    passwordless = forms.BooleanField(
        label=gettext_lazy("It signs in alone, without the password"),
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "The device then asks for a finger, a face or its PIN. Without this it only follows the password."
        ),
    )
    credential = ask_for_credential()

    def clean(self) -> Any:
        return in_our_words(super().clean)


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class SecondFactorForm(AuthenticateWebAuthnForm):  # type: ignore[misc]
    credential = ask_for_credential()

    def clean_credential(self) -> Any:
        return in_our_words(super().clean_credential)


class SignInForm(LoginWebAuthnForm):  # type: ignore[misc]
    credential = ask_for_credential()

    def clean_credential(self) -> Any:
        return in_our_words(super().clean_credential)


class ConfirmForm(ReauthenticateWebAuthnForm):  # type: ignore[misc]
    credential = ask_for_credential()

    def clean_credential(self) -> Any:
        return in_our_words(super().clean_credential)
