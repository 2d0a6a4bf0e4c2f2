"""`manage.py doctor`: one line for each thing that has to work; exit code 1 where one does not."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from scraper_app.diagnosis import examine


class Command(BaseCommand):
    help = "Says what works and what does not."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        findings = []
        for finding in examine():
            findings.append(finding)
            word = self.style.SUCCESS("ok     ") if finding.ok else self.style.ERROR("problem")
            self.stdout.write(f"{word}  {finding.subject}: {finding.words}")
        if not all(finding.ok for finding in findings):
            sys.exit(1)
