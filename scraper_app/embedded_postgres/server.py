"""The server of one data folder: made, launched, asked, stopped. Callers see to it that one does so at a time.

Nothing listens on the network: clients reach the server through a socket in a closed folder.
"""

import hashlib
import os
import shlex
import shutil
import time
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from pathlib import Path
from typing import ClassVar

import psutil

from scraper_app.embedded_postgres.account import find_server_account, open_way_to
from scraper_app.embedded_postgres.binaries import Answer, open_programs, run_program

# The longest address of a Unix socket is 107 bytes.
LONGEST_SOCKET_PATH = 103
SOCKET_NAME = ".s.PGSQL.5432"
START_SECONDS = 60
LOG_BYTES = 10 * 1024 * 1024


class PostgresUnavailable(Exception):
    """One plain sentence that says why the embedded server does not run."""


class Readiness(IntEnum):
    """The exit codes of pg_isready."""

    READY = 0
    BUSY = 1  # starting, recovering or stopping
    SILENT = 2


@dataclass(frozen=True)
class Server:
    """Making this object touches nothing."""

    data_dir: Path
    max_connections: int = 60
    durable: bool = True

    user: ClassVar[str] = "athanor"
    database: ClassVar[str] = "athanor"

    @property
    def folder(self) -> Path:
        return self.data_dir / "postgres"

    @property
    def log(self) -> Path:
        return self.data_dir / "postgres.log"

    @cached_property
    def socket_dir(self) -> Path:
        """Beside the data, or where that is too long (or has a comma, which libpq takes for a list
        of hosts) a short folder that every process computes alike."""
        near = self.data_dir / "postgres.socket"
        if len(os.fsencode(near / SOCKET_NAME)) <= LONGEST_SOCKET_PATH and "," not in str(near):
            return near
        digest = hashlib.sha256(os.fsencode(self.data_dir.resolve())).hexdigest()[:16]
        return Path("/tmp") / f"athanor-{os.geteuid()}-{digest}"  # noqa: S108 - its owner is checked

    def ask_readiness(self) -> Readiness:
        answer = run_program("pg_isready", "-h", str(self.socket_dir), "-p", "5432", "-t", "3")
        return Readiness(min(answer.code, Readiness.SILENT))

    def find_postmaster(self) -> int | None:
        """The pid of this folder's server, None where none lives: the pid file that a crash leaves
        may name a process that is somebody else's by now."""
        try:
            pid = int((self.folder / "postmaster.pid").read_text().split("\n", 1)[0])
            process = psutil.Process(pid)
            ours = process.name() == "postgres" and Path(process.cwd()) == self.folder.resolve()
        except (OSError, ValueError, psutil.Error):
            return None
        return pid if ours else None

    def wait_while_starting(self) -> bool:
        """Whether the server answers. One that recovers from a crash is waited for."""
        deadline = time.monotonic() + START_SECONDS
        while (answer := self.ask_readiness()) is not Readiness.READY:
            if answer is Readiness.SILENT and self.find_postmaster() is None:
                return False
            if time.monotonic() > deadline:
                raise PostgresUnavailable(
                    f"The embedded PostgreSQL in {self.folder} does not answer. Its log is {self.log}."
                )
            time.sleep(0.05)
        return True

    def launch(self) -> None:
        """Make the data where there is none, and start. Raises PostgresUnavailable."""
        try:
            self._prepare_folders()
            if not (self.folder / "PG_VERSION").exists():
                self._create()
        except OSError as error:
            raise PostgresUnavailable(
                f"The embedded PostgreSQL cannot use {self.data_dir}: {error}."
            ) from error
        self._clear_remains()
        self._start()

    def stop(self) -> None:
        if self.find_postmaster() is None:
            return
        for mode in ("fast", "immediate"):
            if self._control("stop", "-w", "-t", "30", "-m", mode).code == 0:
                return

    def _prepare_folders(self) -> None:
        if find_server_account():
            open_programs()
            open_way_to(self.folder)
        self._make_socket_dir()
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        self.log.touch(mode=0o600)
        self._give_away(self.log)

    def _make_socket_dir(self) -> None:
        folder = self.socket_dir
        folder.mkdir(mode=0o700, exist_ok=True)
        account = find_server_account()
        owners = {os.geteuid(), account.pw_uid if account else os.geteuid()}
        if folder.is_symlink() or folder.stat().st_uid not in owners:
            raise PostgresUnavailable(f"The folder {folder} belongs to somebody else.")
        folder.chmod(0o700)
        self._give_away(folder)

    def _create(self) -> None:
        """In a folder beside, renamed when complete: a half-made one is never taken for data."""
        draft = self.data_dir / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self._give_away(draft)
        # One order of words, whatever the machine's locale and after its upgrades.
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        words = ["-D", str(draft), "-U", self.user, "--auth=trust", "--encoding=UTF8", *locale]
        self._make_with("initdb", *words, *([] if self.durable else ["--no-sync"]))
        create = f"CREATE DATABASE {self.database}\n"
        self._make_with("postgres", "--single", "-D", str(draft), "postgres", said=create)
        draft.rename(self.folder)

    def _make_with(self, program: str, *words: str, said: str = "") -> None:
        answer = run_program(program, *words, said=said, account=find_server_account())
        if answer.code != 0:
            raise PostgresUnavailable(
                f"The embedded PostgreSQL cannot make its data in {self.data_dir}: {answer.last_line}"
            )

    def _clear_remains(self) -> None:
        """After a crash these name a pid; the server refuses to start while any process has it."""
        for path in (self.folder / "postmaster.pid", self.socket_dir / f"{SOCKET_NAME}.lock"):
            path.unlink(missing_ok=True)

    def _start(self) -> None:
        options = shlex.join(self._list_options())
        words = ["-w", "-t", str(START_SECONDS), "-l", str(self.log), "-o", options]
        if self._control("start", *words).code != 0:
            lines = self.log.read_text(errors="replace").strip().splitlines() or [
                "its log is empty"
            ]
            raise PostgresUnavailable(
                f"The embedded PostgreSQL in {self.folder} does not start: {lines[-1]}"
            )

    def _list_options(self) -> list[str]:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_dir),
            "unix_socket_permissions": "0700",
            "max_connections": str(self.max_connections),
            "shared_buffers": "128MB",
            "log_min_messages": "warning",
            "log_line_prefix": "%m [%p] ",
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return [word for name, value in options.items() for word in ("-c", f"{name}={value}")]

    def _control(self, *words: str) -> Answer:
        return run_program("pg_ctl", *words, "-D", str(self.folder), account=find_server_account())

    def _give_away(self, path: Path) -> None:
        account = find_server_account()
        if account:
            os.chown(path, account.pw_uid, account.pw_gid)
