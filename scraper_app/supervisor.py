"""Keeps children running, and stops them in order: web first, then the node with what it has begun, then the rest."""

import signal
import time
from collections.abc import Sequence
from types import FrameType

import structlog

from scraper_app.child import Child

log = structlog.get_logger(__name__)

TICK = 0.1
START_SECONDS = 120.0


class Supervisor:
    """The first SIGTERM or SIGINT drains, the second one hurries."""

    def __init__(self, children: Sequence[Child], *, drain_seconds: float) -> None:
        self.children = children
        self.drain_seconds = drain_seconds
        self.stop_requests = 0

    def listen_for_signals(self) -> None:
        signal.signal(signal.SIGTERM, self._note_signal)
        signal.signal(signal.SIGINT, self._note_signal)

    def start(self) -> bool:
        """Whether all of them came up, or somebody asked to stop meanwhile. A child that dies while
        it starts ends the attempt: its own words stand above."""
        for child in self.children:
            child.start()
        deadline = time.monotonic() + START_SECONDS
        waiting = list(self.children)
        while waiting and not self.stop_requests:
            dead = [child.name for child in waiting if not child.alive]
            if dead or time.monotonic() > deadline:
                log.error("Did not start", names=dead or [child.name for child in waiting])
                return False
            waiting = [child for child in waiting if not child.is_ready()]
            time.sleep(TICK)
        return True

    def watch(self) -> None:
        """Until somebody asks to stop."""
        while not self.stop_requests:
            for child in self.children:
                self._look_after(child)
            time.sleep(TICK)

    def stop(self) -> bool:
        """One after the other, in the order of `children`. Whether none had to be killed."""
        left_by_themselves = [self._stop_child(child) for child in self.children]
        return all(left_by_themselves)

    def _note_signal(self, number: int, frame: FrameType | None) -> None:
        self.stop_requests += 1

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.alive:
            return
        if child.process is not None:
            code = child.process.returncode
            child.kill()  # what it may have left behind
            child.process = None
            pause = child.note_death(now)
            log.error("A process died", name=child.name, code=code, restart_in_seconds=pause)
        elif now >= child.restart_at:
            log.warning("Starting it again", name=child.name, deaths=child.deaths)
            child.start()

    def _stop_child(self, child: Child) -> bool:
        hurried = self.stop_requests > 1
        child.signal(signal.SIGTERM)
        deadline = time.monotonic() + self.drain_seconds
        while child.alive and not hurried and time.monotonic() < deadline:
            time.sleep(TICK)
            hurried = self.stop_requests > 1
        left_by_itself = not child.alive
        if not left_by_itself:
            log.warning("Killing what did not stop", name=child.name, hurried=hurried)
        child.kill()
        return left_by_itself
