from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base
from psycopg import OperationalError

from scraper_app.embedded_postgres import EmbeddedPostgres


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection costs nothing extra while the server runs. One that fails starts the server,
        for the first time or after a crash, and is tried once more."""
        server: EmbeddedPostgres = settings.EMBEDDED_POSTGRES
        server.join()
        try:
            return super().get_new_connection(conn_params)
        except OperationalError:
            server.start()
            return super().get_new_connection(conn_params)
