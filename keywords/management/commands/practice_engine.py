"""`manage.py practice_engine`: the made-up search engine as a process of its own."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from serp.practice.__main__ import FAULTS_HELP, main


class Command(BaseCommand):
    help = f"Serves made-up results on this machine. {FAULTS_HELP}"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=settings.PRACTICE_PORT)
        parser.add_argument("--faults", default="", metavar="429=0.05,captcha=0.02")
        parser.add_argument("--latency-ms", type=float, default=0.0)
        parser.add_argument("--log", metavar="PATH", help="one JSON line for each request")

    def handle(self, *args: Any, **options: Any) -> None:
        names = ("host", "port", "faults", "latency_ms", "log")
        words = [f"--{name.replace('_', '-')}={options[name]}" for name in names if options[name]]
        if code := main(words):
            sys.exit(code)
