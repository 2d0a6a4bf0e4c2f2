"""What the browser may use, and the end of one that uses more."""

import contextlib
from collections.abc import Iterator

import psutil

from serp.types import FetchProblem

MIB = 1024 * 1024
MOST_MEMORY = 1200 * MIB  # of all its processes together, shared pages counted in each
HEAP_OF_A_PAGE = 256  # MiB of JavaScript
# A killed process that is still there then waits for its disk: nobody can help it.
DYING_SECONDS = 5.0


class BrowserStopped(Exception):
    """The page or the browser was stopped: `problem` and one plain sentence."""

    def __init__(self, problem: FetchProblem, detail: str) -> None:
        super().__init__(detail)
        self.problem = problem
        self.detail = detail


def find_processes(mark: str) -> Iterator[psutil.Process]:
    """Those of the browser that was started with this mark; only such are ever ended."""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if any(mark in word for word in process.cmdline()):
                yield process


def count_memory(mark: str) -> int:
    total = 0
    for main in find_processes(mark):
        with contextlib.suppress(psutil.Error):
            family = [main, *main.children(recursive=True)]
            return sum(_memory_of(process) for process in family)
    return total


def _memory_of(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def end_processes(mark: str) -> None:
    """Stays until they are gone: a process that was killed goes on for as long as it takes to let it go."""
    killed = []
    for main in list(find_processes(mark)):
        with contextlib.suppress(psutil.Error):
            killed += [*main.children(recursive=True), main]
    for process in killed:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(killed, timeout=DYING_SECONDS)
