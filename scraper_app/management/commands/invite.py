"""`manage.py invite EMAIL`: a link with which one person may sign up while SIGNUP=invite."""

from typing import Any
from urllib.parse import urlencode

from django.core.management.base import BaseCommand, CommandParser
from django.urls import reverse

from scraper_app.accounts import INVITATION_KEY, make_invitation


class Command(BaseCommand):
    help = "Prints a link for signing up, good for two weeks and for this e-mail only."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--site", default="", help="The site's address, to print a whole link.")

    def handle(self, *args: Any, **options: Any) -> None:
        query = urlencode({INVITATION_KEY: make_invitation(options["email"])})
        self.stdout.write(f"{options['site'].rstrip('/')}{reverse('account_signup')}?{query}")
