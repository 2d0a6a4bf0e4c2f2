"""Real worker nodes for tests: `manage.py qcluster` as processes of their own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from jobs.models import Job, Worker
from jobs.states import UNFINISHED

ROOT = Path(__file__).parents[2]


class NodeProcess:
    """One node. Leaving the `with` block kills what is left of it."""

    def __init__(
        self, database_url: str, *, workers: int = 2, threads: int = 4, args: tuple[str, ...] = ()
    ) -> None:
        self._environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "WORKERS": str(workers),
            "THREADS": str(threads),
            "DRAIN_SECONDS": "15",
            "PYTHONPATH": str(ROOT),
        }
        self._args = args
        self._workers = workers

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "qcluster", *self._args],
            cwd=ROOT,
            env=self._environment,
            start_new_session=True,
        )
        known = set(Worker.objects.values_list("pk", flat=True))
        wait_for(
            lambda: Worker.objects.exclude(pk__in=known).count() >= self._workers, "workers", 30
        )
        self.family = [*psutil.Process(self.pid).children(recursive=True)]
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        for process in (
            [psutil.Process(self.pid), *self.children()]
            if self.process.poll() is None
            else self.family
        ):
            if process.is_running():
                process.kill()
        self.process.wait(10)

    @property
    def pid(self) -> int:
        return self.process.pid

    def children(self) -> list[psutil.Process]:
        return list(psutil.Process(self.pid).children(recursive=True))

    def find(self, role: str) -> int:
        """The pid of "main", "sentinel", "worker", "monitor" or "pusher"."""
        if role == "main":
            return self.pid
        sentinel = psutil.Process(self.pid).children()[0]
        if role == "sentinel":
            return int(sentinel.pid)
        alive = {child.pid for child in sentinel.children()}
        workers = sorted(set(Worker.objects.values_list("pid", flat=True)) & alive)
        if role == "worker":
            return int(workers[0])
        monitor, pusher = sorted(alive - set(workers))[-2:]
        return int({"monitor": monitor, "pusher": pusher}[role])

    def kill(self, role: str) -> None:
        os.kill(self.find(role), signal.SIGKILL)

    def kill_all(self) -> None:
        os.killpg(self.pid, signal.SIGKILL)

    def ends_within(self, seconds: float) -> int:
        """Its exit code; nothing of it is left behind."""
        code = self.process.wait(seconds)
        wait_for(
            lambda: not any(is_alive(child) for child in self.family), "its children's end", seconds
        )
        return code


def is_alive(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def wait_for(condition: Callable[[], bool], what: str, seconds: float) -> None:
    """A bound that no healthy run comes near, not a measurement."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"waited {seconds} s for {what}"
        time.sleep(0.05)


def wait_until_done(seconds: float = 60) -> None:
    wait_for(
        lambda: not Job.objects.filter(state__in=UNFINISHED).exists(), "all jobs to finish", seconds
    )


@contextmanager
def two_nodes(
    database_url: str, *, workers: int = 2, threads: int = 4
) -> Iterator[tuple[NodeProcess, NodeProcess]]:
    with (
        NodeProcess(database_url, workers=workers, threads=threads) as one,
        NodeProcess(database_url, workers=workers, threads=threads) as other,
    ):
        yield one, other
