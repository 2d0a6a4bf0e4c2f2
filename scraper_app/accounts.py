"""Who may sign up, and how people are called."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest

INVITATION_SECONDS = 14 * 24 * 3600
INVITATION_KEY = "invitation"


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """With SIGNUP=invite the invitation arrives in the link and stays in the session."""
        if settings.SIGNUP != "invite":
            return bool(settings.SIGNUP == "open")
        invitation = request.GET.get(INVITATION_KEY) or request.session.get(INVITATION_KEY, "")
        if not is_invitation(invitation):
            return False
        request.session[INVITATION_KEY] = invitation
        return True


def make_invitation(email: str) -> str:
    return TimestampSigner(salt=INVITATION_KEY).sign(email)


def is_invitation(text: str) -> bool:
    try:
        TimestampSigner(salt=INVITATION_KEY).unsign(text, max_age=INVITATION_SECONDS)
    except BadSignature:
        return False
    return True


def display_user(user: AbstractBaseUser) -> str:
    return getattr(user, "email", "") or user.get_username()
