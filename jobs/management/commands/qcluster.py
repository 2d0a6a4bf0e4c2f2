"""A worker node. Replaces django-q2's command of the same name, for the changes of jobs.node."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from jobs import node_identity
from jobs.node import run_node


class Command(BaseCommand):
    requires_system_checks = []  # the pages are not a node's business, and it starts sooner
    help = "Starts a worker node: as many as you like, on as many machines. SIGTERM or Ctrl-C drains it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--queues", default="", help="Work for these queues alone, separated by commas."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        names = (name.strip() for name in options["queues"].split(","))
        node_identity.only_queues = frozenset(name for name in names if name)
        sys.exit(run_node())
