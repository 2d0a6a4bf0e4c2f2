"""The whole product as a process of its own: `manage.py up` on a data folder and ports of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests

ROOT = Path(__file__).parents[2]

MAKE_TOKENS = """
from django.contrib.auth.models import User
from keywords.models import ApiToken
from keywords.tokens import create_token
import json
users = [User.objects.create(username=f"user{{i}}", email=f"user{{i}}@example.com") for i in range({count})]
print(json.dumps([create_token(user, scope=ApiToken.Scope.WRITE)[1] for user in users]))
"""


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Product:
    """Leaving the `with` block stops it as Ctrl-C would, and whatever is left by force."""

    def __init__(self, folder: Path, **environment: object) -> None:
        self.port = find_free_port()
        self.practice_port = find_free_port()
        self._log = folder / "up.log"
        self.environment = {
            **os.environ,
            "DATA_DIR": str(folder / "data"),
            "PORT": str(self.port),
            "PRACTICE_PORT": str(self.practice_port),
            "DJANGO_SETTINGS_MODULE": "scraper_app.settings",
            **{name: str(value) for name, value in environment.items()},
        }
        self.environment.pop("DATABASE_URL", None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self._log.read_text()

    def __enter__(self) -> Self:
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_until_ready(120)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(10)

    def manage(self, *args: str) -> str:
        """What a management command prints, on this product's database."""
        done = subprocess.run(
            [sys.executable, "manage.py", *args],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def make_tokens(self, count: int) -> list[str]:
        """API tokens of that many new accounts."""
        printed = self.manage("shell", "-v", "0", "-c", MAKE_TOKENS.format(count=count))
        tokens: list[str] = json.loads(printed.strip().splitlines()[-1])
        return tokens

    def call(self, method: str, path: str, token: str, **kwargs: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return requests.request(
            method, f"{self.url}/api/v1/{path}", headers=headers, timeout=120, **kwargs
        )

    def _wait_until_ready(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while True:
            assert self.process.poll() is None, self.log
            assert time.monotonic() < until, self.log
            try:
                if requests.get(f"{self.url}/readyz", timeout=5).status_code == 200:
                    return
            except (requests.ConnectionError, requests.Timeout):
                pass
            time.sleep(0.2)
