"""`manage.py up`: the whole product, in the foreground."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from scraper_app.children import LOOPBACK, bracket, build_children, visit_host
from scraper_app.first_operator import has_operator, make_token
from scraper_app.preflight import NotReady, prepare
from scraper_app.supervisor import Supervisor

# Seconds beyond the node's own deadline, in which it kills what did not end and says goodbye.
MARGIN = 10


class Command(BaseCommand):
    help = "Starts the web server, a worker node and the practice engine; Ctrl-C drains and stops."
    # The checks want migrations and static files, which are made here.
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        environment = settings.ENVIRONMENT
        try:
            self.prepare()
        except NotReady as problem:
            raise CommandError(str(problem)) from problem
        except KeyboardInterrupt:
            sys.exit(130)
        supervisor = Supervisor(
            build_children(environment), drain_seconds=environment.drain_seconds + MARGIN
        )
        if not self.supervise(supervisor):
            sys.exit(1)

    def prepare(self) -> None:
        """Raises NotReady. The demo does more here."""
        prepare(settings.ENVIRONMENT)

    def supervise(self, supervisor: Supervisor) -> bool:
        """Whether all went well until, and including, the stop that was asked for."""
        supervisor.listen_for_signals()
        came_up = supervisor.start()
        if came_up and not supervisor.stop_requests:
            self.announce()
            connection.close()  # idle from here on, a supervisor needs none
            supervisor.watch()
        self.stdout.write("Stopping: what runs is finished first. Once more to hurry.")
        self.stdout.flush()
        stopped_in_order = supervisor.stop()
        connection.close()
        settings.EMBEDDED_POSTGRES.leave()
        return came_up and stopped_in_order

    def announce(self) -> None:
        environment = settings.ENVIRONMENT
        host = visit_host(environment.host)
        # By its name: browsers allow no passkeys at an address that is a number.
        name = "localhost" if host == LOOPBACK else bracket(host)
        address = f"http://{name}:{environment.port}/"
        self.stdout.write(self.style.SUCCESS(f"Athanor is ready: {address}"))
        if not has_operator():
            self.stdout.write(
                f"There is no operator account yet. Make one: {address}setup?token={make_token()}"
            )
        self.stdout.write("Ctrl-C stops it.")
        self.stdout.flush()
