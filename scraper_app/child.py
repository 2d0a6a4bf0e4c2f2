"""One process that the supervisor keeps running."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from scraper_app.environment import BASE_DIR

PR_SET_PDEATHSIG = 1
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
# A child that has lived so long has recovered: its next death counts as a first.
RECOVERED_SECONDS = 60.0


@dataclass
class Child:
    """`is_ready` says whether it does its work; it is asked again and again after a start."""

    name: str
    command: list[str]
    is_ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restart_at: float = 0.0
    deaths: int = 0

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own words
            self.command,
            env={**os.environ, **self.environment},
            cwd=BASE_DIR,
            stdin=subprocess.DEVNULL,
            # A terminal's Ctrl-C is for the supervisor, which stops its children in order.
            start_new_session=True,
            preexec_fn=make_tie(os.getpid()),  # noqa: PLW1509 - the supervisor has one thread
        )

    def note_death(self, now: float) -> float:
        """Seconds until it is to be started again: doubled with each death in a row."""
        if now - self.started_at > RECOVERED_SECONDS:
            self.deaths = 0
        self.deaths += 1
        pause = min(FIRST_PAUSE * 2.0 ** (self.deaths - 1), LONGEST_PAUSE)
        self.restart_at = now + pause
        return pause

    def signal(self, number: int) -> None:
        """To its main process, which knows how to stop its own."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def kill(self) -> None:
        """The whole group, whatever state it is in."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def make_tie(parent: int) -> Callable[[], None] | None:
    """To be run in the child: it is told to stop when its parent dies, even by kill -9."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl

    def tie() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGTERM)

    return tie
