"""The embedded server with real processes: started, shared, killed, found again."""

import os
import pwd
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from scraper_app.embedded_postgres import EmbeddedPostgres, PostgresUnavailable

ROOT = Path(__file__).resolve().parents[2]
SOCKET_LOCK = ".s.PGSQL.5432.lock"
# Uses the server until its standard input closes.
USER_PROGRAM = """
import sys
from pathlib import Path
from scraper_app.embedded_postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
server.start()
print("started", flush=True)
sys.stdin.read()
server.leave()
print("left", flush=True)
"""


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """Short, and made anew: pytest's own folders may be closed again by another run."""
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as folder:
        yield Path(folder) / "data"


@pytest.fixture
def server(data_dir: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(data_dir, durable=False)
    yield server
    server.leave()
    wait_until(lambda: server.find_postmaster() is None)


def wait_until(condition: Callable[[], bool], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def start_user(
    data_dir: Path, python: str = sys.executable, **options: object
) -> "subprocess.Popen[str]":
    process: subprocess.Popen[str] = subprocess.Popen(
        [python, "-c", USER_PROGRAM, str(data_dir)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        **options,  # type: ignore[call-overload]
    )
    return process


def read_line(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def finish(process: "subprocess.Popen[str]") -> None:
    process.communicate(timeout=60)
    assert process.returncode == 0


def ask(server: EmbeddedPostgres, query: str) -> object:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        row = connection.execute(query.encode()).fetchone()
        return row[0] if row else None


class TestStart:
    def test_makes_a_database_that_sorts_alike_everywhere(self, server: EmbeddedPostgres) -> None:
        server.start()
        assert ask(server, "SHOW server_encoding") == "UTF8"
        assert ask(server, "SELECT 'Z' < 'a'") is True
        assert ask(server, "SELECT lower('ÄÖ')") == "äö"

    def test_listens_on_no_network(self, server: EmbeddedPostgres) -> None:
        server.start()
        assert ask(server, "SHOW listen_addresses") == ""
        assert server.socket_dir.stat().st_mode & 0o077 == 0

    def test_is_durable_unless_told_otherwise(self, data_dir: Path) -> None:
        server = EmbeddedPostgres(data_dir)
        server.start()
        try:
            assert ask(server, "SHOW fsync") == "on"
            assert ask(server, "SHOW synchronous_commit") == "on"
        finally:
            server.leave()

    def test_keeps_what_was_written(self, server: EmbeddedPostgres) -> None:
        server.start()
        ask(server, "SELECT 1 FROM pg_class, LATERAL (SELECT 1) AS x LIMIT 1")
        with psycopg.connect(server.url()) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
        server.leave()
        server.start()
        assert ask(server, "SELECT n FROM kept") == 7

    def test_finds_a_short_place_for_the_socket_of_a_long_path(self, data_dir: Path) -> None:
        server = EmbeddedPostgres(data_dir / ("long" * 20) / ("path" * 10), durable=False)
        server.start()
        try:
            assert len(str(server.socket_dir)) < 60
            assert ask(server, "SELECT 1") == 1
        finally:
            server.leave()
            server.socket_dir.rmdir()

    def test_takes_a_path_with_blanks_and_commas(self, data_dir: Path) -> None:
        server = EmbeddedPostgres(data_dir / "my own, data's", durable=False)
        server.start()
        try:
            assert ask(server, "SELECT 1") == 1
        finally:
            server.leave()
            server.socket_dir.rmdir()

    def test_begins_again_where_the_making_of_data_was_interrupted(
        self, server: EmbeddedPostgres
    ) -> None:
        half_made = server.data_dir / "postgres.new"
        half_made.mkdir(parents=True)
        (half_made / "PG_VERSION").write_text("18")
        server.start()
        assert ask(server, "SELECT 1") == 1

    def test_says_in_one_sentence_why_it_cannot(self, server: EmbeddedPostgres) -> None:
        server.start()
        server.leave()
        (server.folder / "global" / "pg_control").unlink()
        with pytest.raises(PostgresUnavailable, match=r"^The embedded PostgreSQL in .* start: "):
            server.start()


class TestSharing:
    def test_runs_until_the_last_user_has_left(self, server: EmbeddedPostgres) -> None:
        first, second = start_user(server.data_dir), start_user(server.data_dir)
        assert [read_line(first), read_line(second)] == ["started", "started"]
        finish(first)
        assert server.find_postmaster() is not None
        finish(second)
        assert server.find_postmaster() is None

    def test_is_started_once_by_many_at_the_same_time(self, server: EmbeddedPostgres) -> None:
        users = [start_user(server.data_dir) for _ in range(4)]
        assert {read_line(user) for user in users} == {"started"}
        assert server.log.read_text().count("ready to accept connections") == 1
        for user in users:
            finish(user)

    def test_puts_nothing_where_the_data_was_removed(self, server: EmbeddedPostgres) -> None:
        server.stop_when_unused(wait=True)
        assert not server.data_dir.exists()

    def test_counts_forked_children_with_their_parent(self, server: EmbeddedPostgres) -> None:
        server.start()
        release, wait = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(wait)
            os.read(release, 1)
            os._exit(0)
        os.close(release)
        server.leave()
        assert server.find_postmaster() is not None
        os.close(wait)
        os.waitpid(child, 0)
        wait_until(lambda: server.find_postmaster() is None)


class TestAfterKill:
    def test_stops_when_its_only_user_was_killed(self, server: EmbeddedPostgres) -> None:
        user = start_user(server.data_dir)
        assert read_line(user) == "started"
        user.kill()
        user.communicate()
        wait_until(lambda: server.find_postmaster() is None)

    def test_recovers_what_was_committed_before_a_crash(self, data_dir: Path) -> None:
        server = EmbeddedPostgres(data_dir)
        server.start()
        try:
            with psycopg.connect(server.url()) as connection:
                connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
            crash(server)
            server.start()
            assert ask(server, "SELECT n FROM kept") == 7
        finally:
            server.leave()

    def test_does_not_mistake_a_stranger_for_the_server(self, server: EmbeddedPostgres) -> None:
        """A living process of the server's user has the pid now, as after a container's restart."""
        server.start()
        crash(server)
        with subprocess.Popen(["sleep", "99"], user=server.folder.stat().st_uid) as stranger:
            for file in (server.folder / "postmaster.pid", server.socket_dir / SOCKET_LOCK):
                lines = file.read_text().splitlines()
                file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
            server.start()
            stranger.kill()
        assert ask(server, "SELECT 1") == 1


def crash(server: EmbeddedPostgres) -> None:
    """kill -9 of the server and all its processes."""
    pid = server.find_postmaster()
    assert pid is not None
    processes = [psutil.Process(pid), *psutil.Process(pid).children()]
    for process in processes:
        with suppress(psutil.NoSuchProcess):  # ended by itself, or by the postmaster's death
            process.send_signal(signal.SIGKILL)
    wait_until(lambda: server.find_postmaster() is None)
    psutil.wait_procs(processes[1:], timeout=10)


def find_python_for_others() -> str:
    """A Python of our version that any user can run, with our files in reach."""
    name = f"python3.{sys.version_info.minor}"
    for path in (sys.executable, f"/usr/local/bin/{name}", f"/usr/bin/{name}"):
        command = [path, "-c", f"open({str(ROOT / 'manage.py')!r})"]
        try:
            subprocess.run(command, user="nobody", extra_groups=[], check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return path
    pytest.skip("an ordinary user reaches neither a Python nor this folder")


@pytest.mark.skipif(os.geteuid() != 0, reason="changes users, which only root may")
class TestAccounts:
    def test_works_for_an_ordinary_user(self, data_dir: Path) -> None:
        nobody = pwd.getpwnam("nobody")
        data_dir.parent.chmod(0o711)
        data_dir.mkdir()
        os.chown(data_dir, nobody.pw_uid, nobody.pw_gid)
        user = start_user(
            data_dir,
            python=find_python_for_others(),
            env={"PYTHONPATH": f"{ROOT}:{Path(psycopg.__file__).parents[1]}", "PATH": os.defpath},
            user=nobody.pw_uid,
            group=nobody.pw_gid,
            extra_groups=[],
        )
        assert read_line(user) == "started"
        assert (data_dir / "postgres").stat().st_uid == nobody.pw_uid
        finish(user)

    def test_opens_a_way_through_closed_folders(self, data_dir: Path) -> None:
        closed = data_dir / "closed"
        closed.mkdir(mode=0o700, parents=True)
        server = EmbeddedPostgres(closed / "data", durable=False)
        server.start()
        try:
            assert ask(server, "SELECT 1") == 1
            assert closed.stat().st_mode & 0o077 == 0o001
        finally:
            server.leave()
