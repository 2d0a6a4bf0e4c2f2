"""`manage.py up` as a newcomer runs it: an empty data folder, the whole product, and the end of it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import psutil
import pytest

from scraper_app.environment import BASE_DIR
from tests.scraper_app.processes import find_free_port, find_processes, wait_until

pytestmark = pytest.mark.cluster


class Up:
    """One `manage.py up` in a terminal of its own."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir
        self.port = find_free_port()
        self.output = data_dir.with_suffix(".log")
        own = {"DATA_DIR": str(data_dir), "PORT": str(self.port), "POSTGRES_DURABLE": "false"}
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "DJANGO_SETTINGS_MODULE": "scraper_app.settings",
            "PRACTICE_PORT": str(find_free_port()),
            **own,
        }
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=BASE_DIR,
                env=self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        wait_until(lambda: "is ready" in self.read() or self.process.poll() is not None, 120)
        assert self.process.poll() is None, self.read()

    def read(self) -> str:
        return self.output.read_text()

    def get(self, path: str) -> tuple[int, bytes]:
        http = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            http.request("GET", path)
            answer = http.getresponse()
            return answer.status, answer.read()
        finally:
            http.close()

    def answers(self) -> bool:
        try:
            return self.get("/healthz")[0] == 200
        except (OSError, HTTPException):
            return False

    def find_child(self, word: str) -> psutil.Process:
        for child in psutil.Process(self.process.pid).children():
            if child.status() != psutil.STATUS_ZOMBIE and word in " ".join(child.cmdline()):
                return child
        raise AssertionError(f"no {word} runs")


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    """Empty for the first test; the others find what that one made, as a second start does."""
    with tempfile.TemporaryDirectory(prefix="up", dir="/tmp") as folder:
        yield Path(folder) / "data"


@pytest.fixture
def up(data_dir: Path) -> Iterator[Up]:
    up = Up(data_dir)
    up.wait_until_ready()
    yield up
    up.process.kill()
    up.process.wait()
    wait_until(lambda: not find_processes(data_dir))


class TestUp:
    def test_serves_the_product_and_stops_all_of_it(self, up: Up) -> None:
        assert f"http://localhost:{up.port}/" in up.read()
        assert "/setup?token=" in up.read()
        status, body = up.get("/readyz")
        assert (status, json.loads(body)["ready"]) == (200, True)
        assert up.get("/account/login/")[0] == 200
        up.process.send_signal(signal.SIGTERM)
        assert up.process.wait(timeout=60) == 0, up.read()
        assert find_processes(up.data_dir) == []

    def test_stops_when_the_terminal_interrupts_it(self, up: Up) -> None:
        os.killpg(up.process.pid, signal.SIGINT)
        assert up.process.wait(timeout=60) == 0, up.read()
        assert find_processes(up.data_dir) == []

    def test_leaves_nothing_when_it_is_killed(self, up: Up) -> None:
        up.process.kill()
        up.process.wait()
        wait_until(lambda: not find_processes(up.data_dir))

    def test_starts_again_what_was_killed(self, up: Up) -> None:
        for word in ("gunicorn", "qcluster", "serp.practice"):
            up.find_child(word).kill()
        wait_until(lambda: up.read().count("Starting it again") == 3)
        wait_until(lambda: up.answers() and up.get("/readyz")[0] == 200)

    def test_outlives_a_crash_of_its_database(self, up: Up) -> None:
        assert up.get("/readyz")[0] == 200
        pid = int((up.data_dir / "postgres" / "postmaster.pid").read_text().split()[0])
        for process in [psutil.Process(pid), *psutil.Process(pid).children()]:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        wait_until(lambda: up.get("/readyz")[0] == 200)


class TestDoctor:
    def manage(self, up: Up, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(
            command, cwd=BASE_DIR, env=up.environment, capture_output=True, text=True, check=False
        )

    def test_misses_an_operator_and_nothing_else(self, up: Up) -> None:
        answer = self.manage(up, "doctor")
        assert answer.returncode == 1
        wrong = [line for line in answer.stdout.splitlines() if not line.startswith("ok")]
        assert len(wrong) == 1
        assert "open /setup" in wrong[0]

    @pytest.fixture
    def operator(self, up: Up) -> Iterator[None]:
        """Gone afterwards: other tests of this folder are of an installation without one."""
        users = "from django.contrib.auth.models import User; User.objects"
        make = f"{users}.create_superuser('ann', 'ann@example.org', None)"
        assert self.manage(up, "shell", "-c", make).returncode == 0
        yield
        self.manage(up, "shell", "-c", f"{users}.all().delete()")

    @pytest.mark.usefixtures("operator")
    def test_finds_nothing_wrong_beside_a_running_up(self, up: Up) -> None:
        answer = self.manage(up, "doctor")
        assert answer.returncode == 0, answer.stdout
        assert {line.split()[0] for line in answer.stdout.splitlines()} == {"ok"}
        assert "source practice: open" in answer.stdout
