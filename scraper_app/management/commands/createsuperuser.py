"""Operators sign in by e-mail like everybody: the e-mail is the user name too, and counts as verified."""

import os
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.contrib.auth.management.commands import createsuperuser


class Command(createsuperuser.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"] or os.environ.get("DJANGO_SUPERUSER_EMAIL")
        if not email and options["interactive"] and self.stdin.isatty():
            email = input("E-mail: ").strip()
        if email:
            options["email"] = email
            options["username"] = options["username"] or email
        super().handle(*args, **options)
        if email:
            verify_email(options["username"], email)


def verify_email(username: str, email: str) -> None:
    user = get_user_model().objects.filter(username=username).first()
    if user is not None:
        EmailAddress.objects.update_or_create(
            user=user, email=email.lower(), defaults={"verified": True, "primary": True}
        )
