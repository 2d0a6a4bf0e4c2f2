"""`manage.py create_token EMAIL`: a bearer token of the API, printed once and alone."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from keywords.models import ApiToken
from keywords.people import find_or_make_account
from keywords.tokens import create_token


class Command(BaseCommand):
    help = "Prints a new API token of the account with this e-mail; makes the account if there is none."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--scope", choices=ApiToken.Scope.values, default=ApiToken.Scope.READ)
        parser.add_argument("--staff", action="store_true", help="The account may operate queues.")
        parser.add_argument("--name", default="", help="What the token is for.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
        except ValidationError:
            raise CommandError(f"{options['email']} is not an e-mail address.") from None
        owner = find_or_make_account(options["email"], staff=options["staff"])
        _, secret = create_token(owner, scope=options["scope"], name=options["name"][:100])
        self.stdout.write(secret)
