"""What `up` says when it cannot start: one plain sentence, and an exit code."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from scraper_app.environment import BASE_DIR
from scraper_app.preflight import NotReady, prepare_database, require_port
from tests.scraper_app.processes import find_free_port


def run_up(**environment: str) -> "subprocess.CompletedProcess[str]":
    inherited = {**os.environ, "DJANGO_SETTINGS_MODULE": "scraper_app.settings"}
    return subprocess.run(
        [sys.executable, "manage.py", "up"],
        cwd=BASE_DIR,
        env={**inherited, "PORT": str(find_free_port()), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def expect_sentence(answer: "subprocess.CompletedProcess[str]", beginning: str) -> None:
    assert answer.returncode != 0
    lines = answer.stderr.strip().splitlines()
    assert len(lines) == 1, answer.stderr
    assert lines[0].removeprefix("CommandError: ").startswith(beginning)


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


class TestUp:
    def test_says_that_the_port_is_in_use(self, taken_port: int) -> None:
        answer = run_up(PORT=str(taken_port))
        expect_sentence(answer, f"Port {taken_port} on 127.0.0.1 is in use.")

    def test_says_that_the_data_folder_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        expect_sentence(run_up(DATA_DIR=f"{tmp_path}/file/data"), "The data folder ")

    def test_says_that_postgres_does_not_answer(self) -> None:
        url = f"postgresql://nobody@127.0.0.1:{find_free_port()}/nothing"
        answer = run_up(DATABASE_URL=url)
        expect_sentence(answer, "The PostgreSQL of DATABASE_URL does not answer: ")

    @pytest.mark.skipif(os.geteuid() != 0, reason="needs a folder that this user cannot write")
    def test_says_that_the_data_folder_cannot_be_written(self) -> None:
        """Root can write everywhere but where the file system itself says no."""
        expect_sentence(
            run_up(DATA_DIR="/proc/athanor"), "The data folder /proc/athanor cannot be made"
        )


class TestRequirePort:
    def test_tells_an_unknown_address_from_a_taken_one(self) -> None:
        with pytest.raises(NotReady, match=r"^HOST no\.such\.host\.invalid is no address"):
            require_port("no.such.host.invalid", find_free_port())

    def test_tells_somebody_elses_address(self) -> None:
        with pytest.raises(NotReady, match=r"^HOST 192\.0\.2\.1 is no address"):
            require_port("192.0.2.1", find_free_port())

    def test_is_content_with_a_port_that_was_just_given_up(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            client = socket.create_connection(("127.0.0.1", port))
            accepted, _ = server.accept()
            accepted.close()
            client.close()
        require_port("127.0.0.1", port)


@pytest.mark.django_db(transaction=True)
class TestPrepareDatabase:
    def test_makes_what_is_missing_and_may_be_repeated(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE django_cache")
        prepare_database()
        prepare_database()
        assert "django_cache" in connection.introspection.table_names()

    def test_leaves_no_lock_behind(self) -> None:
        prepare_database()
        with connection.cursor() as cursor:
            # Of this connection: a node of a test beside this one may hold its own.
            cursor.execute(
                "SELECT count(*) FROM pg_locks"
                " WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
            )
            assert cursor.fetchone()[0] == 0
        call_command("check", database=["default"])
