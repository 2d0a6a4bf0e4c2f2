"""`manage.py database_url`: for psql, pg_dump and other programs."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Prints the URL of the database. The embedded one listens there while anything uses it."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        given = settings.ENVIRONMENT.database_url
        self.stdout.write(given.get_secret_value() if given else settings.EMBEDDED_POSTGRES.url())
