"""One durable Postgres for everything that is measured, and a database in it for each contestant."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from scraper_app.embedded_postgres import EmbeddedPostgres

ROOT = Path(__file__).parents[2]
MAX_CONNECTIONS = 100


def prepare_environment(folder: Path) -> None:
    """Before Django's settings are read."""
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "scripts.bench_jobs.settings",
        "POSTGRES_MAX_CONNECTIONS": str(MAX_CONNECTIONS),
        "POSTGRES_DURABLE": "true",
        "LOG_LEVEL": "WARNING",
    }


@contextmanager
def run_server(folder: Path) -> Iterator[EmbeddedPostgres]:
    """A fresh one, gone with all of its data afterwards."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    server = EmbeddedPostgres(folder, max_connections=MAX_CONNECTIONS)
    server.start()
    try:
        yield server
    finally:
        server.leave()
        shutil.rmtree(folder, ignore_errors=True)


def create_database(server: EmbeddedPostgres, name: str, *, template: str = "template1") -> str:
    """Its URL. Nobody may be connected to the template."""
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return server.url(name)
