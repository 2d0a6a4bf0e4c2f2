"""The whole product inside 20 connections, with many accounts uploading at once."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from tests.acceptance.product import Product

pytestmark = pytest.mark.cluster

ACCOUNTS = 100
KEYWORDS = 5
COUNT_CONNECTIONS = sql.SQL(
    "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


class TestConnections:
    def test_a_hundred_uploads_at_once_fit_in_20_connections(self, tmp_path: Path) -> None:
        with Product(tmp_path, POSTGRES_MAX_CONNECTIONS=20, WORKERS=4, THREADS=8) as product:
            tokens = product.make_tokens(ACCOUNTS)
            dsn = product.manage("database_url").strip()
            with watch_connections(dsn) as counts, ThreadPoolExecutor(ACCOUNTS) as pool:
                list(pool.map(lambda token: upload(product, token), tokens))
                for token in tokens:
                    wait_until_done(product, token)
            log = product.log
        assert 0 < max(counts) <= 19
        assert "too many" not in log
        assert "OperationalError" not in log


def upload(product: Product, token: str) -> None:
    keywords = [f"keyword {i}" for i in range(KEYWORDS)]
    body = {"name": "list", "source": "practice", "keywords": keywords}
    answer = product.call("POST", "lists", token, json=body)
    assert answer.status_code == 201, answer.text
    assert answer.json()["accepted"] == KEYWORDS


def wait_until_done(product: Product, token: str, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while True:
        answer = product.call("GET", "keywords", token, params={"status": "done"})
        assert answer.status_code == 200, answer.text
        if len(answer.json()["items"]) == KEYWORDS:
            return
        assert time.monotonic() < until, answer.text
        time.sleep(0.2)


@contextmanager
def watch_connections(dsn: str) -> Iterator[list[int]]:
    """Counts client connections but our own, all the while."""
    counts: list[int] = []
    stop = threading.Event()

    def watch() -> None:
        with psycopg.connect(dsn, autocommit=True) as session:
            while not stop.wait(0.02):
                counts.append(session.execute(COUNT_CONNECTIONS).fetchone()[0])  # type: ignore[index]

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield counts
    finally:
        stop.set()
        watcher.join()
