"""allauth's forms with the labels of our pages, and without placeholders that say the label once more."""

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

EMAIL = _("E-mail address")
NEW_PASSWORDS = {"password1": _("New password"), "password2": _("New password, again")}
CODE = {"code": _("Code")}


class OurWords:
    """Goes before a form of allauth, which builds some of its fields when it is made."""

    labels: ClassVar[dict[str, str | Promise]] = {}
    fields: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = self.labels.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)


class SignInForm(OurWords, account.LoginForm):  # type: ignore[misc]  # allauth has no types
    labels = {"login": EMAIL}


class SignUpForm(OurWords, account.SignupForm):  # type: ignore[misc]
    labels = {"email": EMAIL}


class AddEmailForm(OurWords, account.AddEmailForm):  # type: ignore[misc]
    labels = {"email": EMAIL}


class ChangePasswordForm(OurWords, account.ChangePasswordForm):  # type: ignore[misc]
    labels = {"oldpassword": _("Current password"), **NEW_PASSWORDS}


class SetPasswordForm(OurWords, account.SetPasswordForm):  # type: ignore[misc]
    labels = {**NEW_PASSWORDS}


class ResetPasswordForm(OurWords, account.ResetPasswordForm):  # type: ignore[misc]
    labels = {"email": EMAIL}


class NewPasswordForm(OurWords, account.ResetPasswordKeyForm):  # type: ignore[misc]
    labels = {**NEW_PASSWORDS}


class ConfirmByPasswordForm(OurWords, account.ReauthenticateForm):  # type: ignore[misc]
    pass


class ActivateAppForm(OurWords, ActivateTOTPForm):  # type: ignore[misc]
    labels = {**CODE}


class SecondStepForm(OurWords, mfa.AuthenticateForm):  # type: ignore[misc]
    labels = {**CODE}


class ConfirmByCodeForm(OurWords, mfa.ReauthenticateForm):  # type: ignore[misc]
    labels = {**CODE}
