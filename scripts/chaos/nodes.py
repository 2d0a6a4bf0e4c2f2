"""Worker nodes that are started, killed in every part, and looked at when it is over."""

import contextlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import psutil

from jobs.models import Worker

ROOT = Path(__file__).parents[2]
DRAIN_SECONDS = 20


class ChaosNode:
    """One `manage.py qcluster`, in a session of its own, so that all of its processes are known."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        with log.open("ab") as said:
            self._process = subprocess.Popen(
                [sys.executable, "manage.py", "qcluster"],
                cwd=ROOT,
                env={**environment, "DRAIN_SECONDS": str(DRAIN_SECONDS)},
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        self.was_asked_to_end = False

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether its main process lives."""
        return self._process.poll() is None

    def processes(self) -> list[psutil.Process]:
        """All that live, those too that have lost their parents."""
        return [each for each in psutil.process_iter() if _session_of(each) == self.pid]

    def find(self, role: str, dice: random.Random) -> int | None:
        """The pid of a process of that role, None where there is none just now."""
        if role == "main":
            return self.pid
        sentinels = [each for each in self.processes() if each.ppid() == self.pid]
        if not sentinels or role == "sentinel":
            return sentinels[0].pid if sentinels else None
        children = {child.pid for child in sentinels[0].children()}
        workers = children & set(Worker.objects.values_list("pid", flat=True))
        others = sorted(children - workers)[-2:]
        # Monitor and pusher are started last, in this order; one that was replaced stands behind.
        found = {"worker": sorted(workers), "monitor": others[:1], "pusher": others[1:]}[role]
        return dice.choice(found) if found else None

    def kill(self, role: str, dice: random.Random) -> bool:
        """kill -9. Whether there was something to kill."""
        pid = self.find(role, dice)
        if pid is None:
            return False
        os.kill(pid, signal.SIGKILL)
        return True

    def kill_all(self) -> None:
        for process in self.processes():
            _signal(process, signal.SIGKILL)
        if self.is_running:
            self._process.kill()
        self._process.wait(10)

    def drain(self) -> None:
        self.was_asked_to_end = True
        self._process.send_signal(signal.SIGTERM)


def _session_of(process: psutil.Process) -> int | None:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return os.getsid(process.pid)
    except (psutil.Error, ProcessLookupError):
        return None


def _signal(process: psutil.Process, number: int) -> None:
    with contextlib.suppress(psutil.NoSuchProcess):
        process.send_signal(number)
