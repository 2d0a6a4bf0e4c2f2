"""Children that live, die, linger and are told to stop: real processes, small programs."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from scraper_app.child import FIRST_PAUSE, LONGEST_PAUSE, RECOVERED_SECONDS, Child
from scraper_app.environment import BASE_DIR
from scraper_app.supervisor import Supervisor
from tests.scraper_app.processes import wait_until

POLITE = (
    "import signal, sys, time; signal.signal(15, lambda *_: sys.exit()); print(1); time.sleep(99)"
)
STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1); time.sleep(99)"
# Starts a child of its own, then does as told.
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {STUBBORN!r}]);" + POLITE


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Callable[..., Child]]:
    """Children that are ready when they have written something."""
    made: list[Child] = []

    def build_child(program: str, name: str = "child") -> Child:
        output = tmp_path / f"{name}.out"
        code = f"import sys; sys.stdout = open({str(output)!r}, 'a', buffering=1); {program}"
        child = Child(
            name=name,
            command=[sys.executable, "-c", code],
            is_ready=lambda: output.exists() and output.read_text() != "",
        )
        made.append(child)
        return child

    yield build_child
    for child in made:
        child.kill()


def get_pid(child: Child) -> int:
    assert child.process is not None
    return child.process.pid


def watch_in_thread(supervisor: Supervisor) -> threading.Thread:
    thread = threading.Thread(target=supervisor.watch)
    thread.start()
    return thread


class TestStart:
    def test_waits_until_all_are_ready(self, build: Callable[..., Child]) -> None:
        slow = build("import time; time.sleep(0.5);" + POLITE)
        supervisor = Supervisor([slow], drain_seconds=5)
        assert supervisor.start()
        assert slow.is_ready()
        assert supervisor.stop()

    def test_gives_up_when_one_dies_at_once(self, build: Callable[..., Child]) -> None:
        supervisor = Supervisor(
            [build(POLITE, "good"), build("sys.exit(3)", "bad")], drain_seconds=5
        )
        assert not supervisor.start()
        supervisor.stop()
        assert not any(child.alive for child in supervisor.children)


class TestWatch:
    def test_starts_again_what_dies(self, build: Callable[..., Child]) -> None:
        child = build(POLITE)
        supervisor = Supervisor([child], drain_seconds=5)
        supervisor.start()
        first = get_pid(child)
        thread = watch_in_thread(supervisor)
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: child.alive and get_pid(child) != first)
        supervisor.stop_requests = 1
        thread.join()
        supervisor.stop()

    def test_clears_away_what_a_dead_child_left(self, build: Callable[..., Child]) -> None:
        child = build(PARENT)
        supervisor = Supervisor([child], drain_seconds=5)
        supervisor.start()
        wait_until(lambda: bool(psutil.Process(get_pid(child)).children()))
        grandchild = psutil.Process(get_pid(child)).children()[0]
        thread = watch_in_thread(supervisor)
        os.kill(get_pid(child), signal.SIGKILL)
        wait_until(lambda: not grandchild.is_running())
        supervisor.stop_requests = 1
        thread.join()
        supervisor.stop()


class TestPauseBeforeRestart:
    def test_doubles_up_to_a_limit(self, build: Callable[..., Child]) -> None:
        child = build(POLITE)
        pauses = [child.note_death(now=1.0) for _ in range(10)]
        assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
        assert pauses[-1] == LONGEST_PAUSE

    def test_begins_anew_after_a_long_life(self, build: Callable[..., Child]) -> None:
        child = build(POLITE)
        for _ in range(5):
            child.note_death(now=1.0)
        assert child.note_death(now=2 * RECOVERED_SECONDS) == FIRST_PAUSE


class TestStop:
    def test_goes_in_the_order_of_the_children(self, build: Callable[..., Child]) -> None:
        first, second = build(STUBBORN, "first"), build(POLITE, "second")
        supervisor = Supervisor([first, second], drain_seconds=1)
        supervisor.start()
        thread = threading.Thread(target=supervisor.stop)
        thread.start()
        time.sleep(0.3)
        assert first.alive
        assert second.alive
        thread.join()
        assert not second.alive

    def test_kills_what_outlasts_the_deadline_and_says_so(
        self, build: Callable[..., Child]
    ) -> None:
        supervisor = Supervisor([build(STUBBORN)], drain_seconds=0.3)
        supervisor.start()
        assert not supervisor.stop()
        assert not supervisor.children[0].alive

    def test_hurries_when_asked_twice(self, build: Callable[..., Child]) -> None:
        supervisor = Supervisor([build(STUBBORN)], drain_seconds=3600)
        supervisor.start()
        supervisor.stop_requests = 2
        supervisor.stop()
        assert not supervisor.children[0].alive


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells a child of its parent's death"
)
class TestTie:
    def test_ends_the_child_when_the_parent_is_killed(self) -> None:
        program = f"""
import sys, time
from scraper_app.child import Child
child = Child(name="x", command=[sys.executable, "-c", {POLITE!r}], is_ready=lambda: True)
child.start()
print(child.process.pid, flush=True)
time.sleep(99)
"""
        command = [sys.executable, "-c", program]
        with subprocess.Popen(command, cwd=BASE_DIR, stdout=subprocess.PIPE, text=True) as parent:
            assert parent.stdout is not None
            child = psutil.Process(int(parent.stdout.readline()))
            parent.kill()
        wait_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
