"""Accounts, where commands and records need them."""

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser, Group, User
from django.db import transaction

from jobs.groups import CONFIGURERS


def name_of(user: AbstractBaseUser) -> str:
    return getattr(user, "email", "") or user.get_username()


@transaction.atomic
def find_or_make_account(email: str, *, staff: bool = False) -> User:
    """The account of that e-mail. A new one has no password: its owner sets one by a reset."""
    users = get_user_model().objects
    user = users.filter(email__iexact=email).order_by("pk").first()
    if user is None:
        user = users.create_user(email, email)
        EmailAddress.objects.create(user=user, email=email.lower(), verified=True, primary=True)
    if staff and not user.is_staff:
        user.is_staff = True
        user.save(update_fields=["is_staff"])
    if staff:
        user.groups.add(Group.objects.get_or_create(name=CONFIGURERS)[0])
    return user
