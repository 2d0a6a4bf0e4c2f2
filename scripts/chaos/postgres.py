"""A Postgres server of its own, which may be killed."""

import os
import signal
import time
from pathlib import Path
from urllib.parse import quote

import psutil

from scraper_app.embedded_postgres.server import PostgresUnavailable, Server

COMES_BACK_WITHIN = 60.0


class ChaosPostgres:
    def __init__(self, folder: Path) -> None:
        # Durable: what has been committed must be there after a kill, as for any user.
        self._server = Server(folder, max_connections=100, durable=True)

    @property
    def database(self) -> str:
        return self._server.database

    @property
    def url(self) -> str:
        return self._url(self.database)

    @property
    def admin_url(self) -> str:
        return self._url("postgres")

    def _url(self, database: str) -> str:
        server = self._server
        return f"postgresql://{server.user}@{quote(str(server.socket_dir), safe='')}/{database}"

    def start(self) -> None:
        """After a kill the old processes must have gone first: the server waits for that itself."""
        until = time.monotonic() + COMES_BACK_WITHIN
        while True:
            try:
                self._server.launch()
                return
            except PostgresUnavailable:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)

    def stop(self) -> None:
        self._server.stop()

    def restart(self) -> None:
        self.stop()
        self.start()

    def kill(self) -> None:
        """kill -9 of the postmaster; its children end by themselves."""
        postmaster = self._server.find_postmaster()
        assert postmaster is not None
        children = psutil.Process(postmaster).children()
        os.kill(postmaster, signal.SIGKILL)
        psutil.wait_procs(children, timeout=20)
        self.start()
