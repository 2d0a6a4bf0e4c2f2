"""One server for any number of processes that come and go, and may be killed.

Whoever uses it holds a shared lock on `postgres.users`, which the kernel takes away from a process
that dies, however it dies. The last one to leave stops the server; where nobody could (kill -9),
the keeper does, a process that waits for the exclusive lock. Users start it one at a time, under
`postgres.lock`; whoever stops it has the exclusive lock, so nobody can be starting it.
"""

import atexit
import fcntl
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from scraper_app.data_folder import ensure_data_folder
from scraper_app.embedded_postgres.server import Server

USERS = "postgres.users"
LOCK = "postgres.lock"

# Descriptors of the users' locks that this process holds or has inherited, by data folder.
held_locks: dict[Path, int] = {}
held_locks_guard = threading.Lock()


class EmbeddedPostgres(Server):
    def url(self, database: str = Server.database) -> str:
        return f"postgresql://{self.user}@{quote(str(self.socket_dir), safe='')}/{quote(database)}"

    def join(self) -> None:
        """Count this process among the users until `leave` or its end; forked children count with
        it. Waits while the server is being stopped. Does not start it."""
        with held_locks_guard:
            if self.data_dir in held_locks:
                return
            ensure_data_folder(self.data_dir)
            descriptor = self._open(USERS)
            fcntl.flock(descriptor, fcntl.LOCK_SH)
            held_locks[self.data_dir] = descriptor
        atexit.register(self._leave_at_exit, os.getpid())

    def start(self) -> None:
        """Join, and return when the server takes connections. Raises PostgresUnavailable."""
        self.join()
        with self._alone(LOCK):
            if not self.wait_while_starting():
                # First, so that a launch which is killed half-way leaves nothing behind either.
                self._spawn_keeper()
                self.launch()

    def leave(self) -> None:
        """When this returns, the server is stopped, unless others use it."""
        with held_locks_guard:
            descriptor = held_locks.pop(self.data_dir, None)
        if descriptor is not None:
            # Closed, not unlocked: forked children that live on hold it still.
            os.close(descriptor)
            self.stop_when_unused(wait=False)

    def stop_when_unused(self, *, wait: bool) -> None:
        """Without `wait`, do nothing while others use the server."""
        try:
            descriptor = os.open(self.data_dir / USERS, os.O_RDWR)
        except FileNotFoundError:
            return  # somebody has removed the data: nothing is put into its place
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            self.stop()
        except BlockingIOError:
            # Somebody uses it, or is just stopping it: that we wait for.
            fcntl.flock(descriptor, fcntl.LOCK_SH)
        finally:
            os.close(descriptor)

    def _leave_at_exit(self, joined_by: int) -> None:
        if os.getpid() == joined_by:  # a forked child's lock is not its own to give back
            self.leave()

    def _spawn_keeper(self) -> None:
        """In a session of its own: it outlives us, whatever happens to us."""
        null = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
        module = "scraper_app.embedded_postgres.keeper"
        command = [sys.executable, "-m", module, str(self.data_dir)]
        project = str(Path(__file__).resolve().parents[2])
        environment = {**os.environ, "PYTHONPATH": project}
        os.posix_spawn(sys.executable, command, environment, file_actions=null, setsid=True)

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        descriptor = self._open(name)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _open(self, name: str) -> int:
        return os.open(self.data_dir / name, os.O_RDWR | os.O_CREAT, 0o600)
