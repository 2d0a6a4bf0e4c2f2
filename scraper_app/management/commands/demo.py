"""`manage.py demo`: as `up`, with an account and a sample list. Use a data folder of its own for it."""

from django.conf import settings

from scraper_app.demonstration import EMAIL, furnish
from scraper_app.management.commands import up


class Command(up.Command):
    help = "Starts everything with a demo account and a sample list on the practice source."
    password = ""

    def prepare(self) -> None:
        super().prepare()
        self.password = furnish(settings.ENVIRONMENT.data_dir)

    def announce(self) -> None:
        super().announce()
        self.stdout.write(f"Sign in as {EMAIL} with the password {self.password}")
        self.stdout.flush()
