"""`manage.py doctor`: one line for each thing that has to work; exit code 1 where one does not."""

import sys
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from scraper_app.diagnosis import examine, fetch_from_sources


class Command(BaseCommand):
    help = "Says what works and what does not."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--fetch",
            nargs="?",
            type=float,
            const=60.0,
            metavar="SECONDS",
            help="Ask every source one keyword, too, and wait so long for the answers.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        findings = []
        tests = fetch_from_sources(options["fetch"]) if options["fetch"] else ()
        for finding in chain(examine(), tests):
            findings.append(finding)
            word = self.style.SUCCESS("ok     ") if finding.ok else self.style.ERROR("problem")
            self.stdout.write(f"{word}  {finding.subject}: {finding.words}")
        if not all(finding.ok for finding in findings):
            sys.exit(1)
