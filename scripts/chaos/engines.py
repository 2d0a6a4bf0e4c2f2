"""Practice engines, one for each queue: processes of their own, whose logs are the witnesses."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import requests

from scripts.chaos.plan import QUEUES
from tests.acceptance.product import ROOT, find_free_port

# What a 429 of theirs asks for: short, since the whole source then waits.
RETRY_AFTER = 1.0


class Engine:
    def __init__(self, name: str, port: int, log: Path) -> None:
        self.name = name
        self.url = f"http://127.0.0.1:{port}"
        self._log = log

    def requests(self) -> list[dict[str, Any]]:
        """In the order of their arrival."""
        lines = self._log.read_text().splitlines() if self._log.exists() else []
        return sorted((json.loads(line) for line in lines), key=lambda entry: entry["time"])

    def control(self, **orders: object) -> None:
        requests.post(f"{self.url}/_control", json=orders, timeout=10).raise_for_status()


@contextmanager
def practice_engines(folder: Path) -> Iterator[dict[str, Engine]]:
    with ExitStack() as stack:
        engines = {}
        for queue in QUEUES:
            engine = Engine(queue.name, find_free_port(), folder / f"{queue.name}.requests")
            stack.enter_context(_running(engine, queue.latency_ms, folder))
            engines[queue.name] = engine
        yield engines


@contextmanager
def _running(engine: Engine, latency_ms: int, folder: Path) -> Iterator[None]:
    port = engine.url.rpartition(":")[2]
    log = folder / f"{engine.name}.requests"
    words = ["--port", port, "--log", str(log), "--latency-ms", str(latency_ms)]
    command = [sys.executable, "-m", "serp.practice", *words]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        try:
            _wait_for(engine)
            engine.control(retry_after=RETRY_AFTER)
            yield
        finally:
            process.terminate()


def _wait_for(engine: Engine) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            requests.get(f"{engine.url}/healthz", timeout=5)
            return
        except requests.ConnectionError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
