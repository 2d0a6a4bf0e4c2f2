"""Who may sign up, and how people are called."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# What allauth says on our pages: our catalogues have it in the form of address that all pages use.
SAID_BY_ALLAUTH = (
    gettext_noop("Be patient, you are sending too many requests."),
    gettext_noop("Please type your current password."),
    gettext_noop("You cannot add more than %d email addresses."),
    gettext_noop("You cannot remove your primary email address (%(email)s)."),
    gettext_noop("You cannot remove your primary email address."),
    gettext_noop("You have confirmed %(email)s."),
    gettext_noop("You have signed out."),
    gettext_noop("You must type the same password each time."),
    gettext_noop("Your primary email address must be verified."),
)
INVITATION_SECONDS = 14 * 24 * 3600
INVITATION_KEY = "invitation"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """With SIGNUP=invite the invitation comes with the link and stays in the session, since the
        form is posted without it."""
        if settings.SIGNUP != "invite":
            return bool(settings.SIGNUP == "open")
        invitation = request.GET.get(INVITATION_KEY)
        if invitation and read_invitation(invitation):
            request.session[INVITATION_KEY] = invitation
        return self.find_invited_email() is not None

    def clean_email(self, email: str) -> str:
        if settings.SIGNUP == "invite" and not self.request.user.is_authenticated:
            self.check_invited(email)
        return str(super().clean_email(email))

    def check_invited(self, email: str) -> None:
        invited = self.find_invited_email()
        # Without one nobody can be signing up: this is another form, such as password reset.
        if invited and invited.lower() != email.lower():
            raise ValidationError("The invitation is for another e-mail address.")

    def get_reauthentication_methods(self, user: AbstractBaseUser) -> list[dict[str, str]]:
        """Passkeys are called so on all pages."""
        methods: list[dict[str, str]] = super().get_reauthentication_methods(user)
        for method in methods:
            if method["id"] == "mfa_reauthenticate:webauthn":
                method["description"] = _("Use a passkey")
        return methods

    def find_invited_email(self) -> str | None:
        return read_invitation(self.request.session.get(INVITATION_KEY, ""))


def make_invitation(email: str) -> str:
    return TimestampSigner(salt=INVITATION_KEY).sign(email)


def read_invitation(text: str) -> str | None:
    """The e-mail that is invited; None where the invitation is false or too old."""
    try:
        return TimestampSigner(salt=INVITATION_KEY).unsign(text, max_age=INVITATION_SECONDS)
    except BadSignature:
        return None


def display_user(user: AbstractBaseUser) -> str:
    return getattr(user, "email", "") or user.get_username()
