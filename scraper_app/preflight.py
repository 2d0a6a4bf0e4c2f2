"""What has to be true before anything is started; each thing that is not is one plain sentence."""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.db import DatabaseError, connection

from scraper_app.data_folder import DataFolderUnusable, ensure_data_folder
from scraper_app.embedded_postgres import PostgresUnavailable
from scraper_app.environment import Environment
from scraper_app.static_files import ensure_static_files

# Any number, as long as nobody else locks it in this database.
MIGRATION_LOCK = 7_251_108_361


class NotReady(Exception):
    """One plain sentence that says what stands in the way and what to do about it."""


def prepare(environment: Environment) -> None:
    """Raises NotReady. Afterwards the children can be started."""
    require_port(environment.host, environment.port)
    require_data_folder(environment)
    require_database(environment)
    prepare_database()
    require_static_files()


def require_port(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise NotReady(explain_port(host, port, error)) from error


def explain_port(host: str, port: int, error: OSError) -> str:
    if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
        return f"HOST {host} is no address of this machine."
    if isinstance(error, PermissionError):
        return f"Port {port} may not be used by this user. Set PORT to 1024 or higher."
    return f"Port {port} on {host} is in use. Stop what uses it, or set PORT to another."


def require_data_folder(environment: Environment) -> None:
    try:
        ensure_data_folder(environment.data_dir)
    except DataFolderUnusable as problem:
        raise NotReady(str(problem)) from problem


def require_database(environment: Environment) -> None:
    try:
        connection.ensure_connection()
    except PostgresUnavailable as problem:
        raise NotReady(str(problem)) from problem
    except DatabaseError as error:
        where = "of DATABASE_URL" if environment.database_url else "in the data folder"
        said = str(error).strip().splitlines()[-1]
        raise NotReady(f"The PostgreSQL {where} does not answer: {said}") from error


def prepare_database() -> None:
    """Migrations and the cache table, one starter at a time."""
    with alone_in_database():
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
    connection.close()


def require_static_files() -> None:
    try:
        ensure_static_files()
    except (OSError, ValueError) as error:  # a full disk; a style sheet that names no file
        raise NotReady(f"The static files cannot be made: {error}") from error


@contextmanager
def alone_in_database() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [MIGRATION_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
