"""A PostgreSQL server of our own in DATA_DIR, for machines that have none."""

from scraper_app.embedded_postgres.server import PostgresUnavailable
from scraper_app.embedded_postgres.shared import EmbeddedPostgres

__all__ = ["EmbeddedPostgres", "PostgresUnavailable"]
