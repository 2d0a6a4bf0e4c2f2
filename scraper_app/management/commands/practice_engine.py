"""`manage.py practice_engine`: the practice engine by itself, with the options of `python -m serp.practice`."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from serp.practice.__main__ import main


class Command(BaseCommand):
    help = "Serves the made-up search engine on loopback; --help tells of its faults."

    def run_from_argv(self, argv: list[str]) -> None:
        sys.exit(main(["--port", str(settings.PRACTICE_PORT), *argv[2:]]))

    def handle(self, *args: Any, **options: Any) -> None:
        main(["--port", str(settings.PRACTICE_PORT), *args])
