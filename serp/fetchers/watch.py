"""What guards one running fetch: its deadline, its byte count and the caller's wish to stop.

A fetch runs wholly in one thread, so the sockets of a shared pool find the watch of the fetch that
uses them in a thread-local. That is what holds the *total* deadline: every blocking call below is
cut into slices, and between two slices the watch is asked.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TypeVar

from serp.fetchers.limits import FetchLimits
from serp.types import CancelCheck, FetchProblem

T = TypeVar("T")

SLICE = 0.2  # seconds that a socket blocks before the watch is asked again
HEADERS_ALLOWANCE = 256 * 1024  # bytes besides the body: headers, chunk sizes, redirects


class FetchStopped(Exception):
    """Ends a fetch with a problem.

    No OSError, so that no layer between the socket and the fetcher takes it for one of its own.
    """

    def __init__(self, problem: FetchProblem, detail: str) -> None:
        super().__init__(detail)
        self.problem = problem
        self.detail = detail


class Watch:
    """Time, bytes and cancellation of one fetch."""

    def __init__(
        self, limits: FetchLimits, check: CancelCheck | None, *, allow_private: bool
    ) -> None:
        self.limits = limits
        self.check = check
        self.allow_private = allow_private
        self.started = monotonic()
        self.deadline = self.started + limits.total
        self.received = 0  # bytes from sockets, headers included

    def tick(self) -> None:
        """Raises Cancelled (the caller's) or FetchStopped when it is time to end."""
        if self.check is not None:
            self.check()
        if monotonic() >= self.deadline:
            raise FetchStopped(
                FetchProblem.TIMEOUT, f"No complete answer within {self.limits.total:g} seconds."
            )

    def count(self, size: int) -> int:
        self.received += size
        if self.received > self.limits.wire_bytes + HEADERS_ALLOWANCE:
            raise too_large_on_the_wire(self.limits)
        return size

    def repeat(self, call: Callable[[], T]) -> T:
        """Call again and again until the call does not time out, at most `limits.read` seconds."""
        silent_since = monotonic()
        while True:
            self.tick()
            try:
                return call()
            except TimeoutError:
                if monotonic() - silent_since >= self.limits.read:
                    raise FetchStopped(
                        FetchProblem.TIMEOUT,
                        f"The server was silent for {self.limits.read:g} seconds.",
                    ) from None


def too_large_on_the_wire(limits: FetchLimits) -> FetchStopped:
    return FetchStopped(
        FetchProblem.TOO_LARGE, f"The answer is larger than {limits.wire_bytes:,} bytes."
    )


_running = threading.local()


@contextmanager
def watching(watch: Watch) -> Iterator[Watch]:
    """Make this the watch of every guarded socket that this thread uses."""
    _running.watch = watch
    try:
        yield watch
    finally:
        _running.watch = None


def current_watch() -> Watch:
    watch = getattr(_running, "watch", None)
    if not isinstance(watch, Watch):
        raise RuntimeError("A guarded socket was used outside a fetch.")
    return watch
