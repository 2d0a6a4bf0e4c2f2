"""The fetcher for pages that need JavaScript: Chromium, which asks nobody but the guarded fetcher.

    BrowserFetcher.fetch -> BrowserThread (one a process) -> a page -> every request of the page
        -> HttpFetcher, with the same checks of addresses, caps and deadlines -> back into the page

The browser itself has no network: names resolve to nothing and its proxy is a closed port, so that
what slips past the interception (a socket, a prefetch) goes nowhere. It says what it is: its own
user agent, with ours added. An optional extra: requirements-browser.txt, and Chromium of the system.
"""

from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic

from serp.fetchers.browser_page import PageTask
from serp.fetchers.browser_thread import BrowserStopped, the_browser_thread
from serp.fetchers.http import HttpFetcher
from serp.types import CancelCheck, Exchange, FetchProblem, Request

SLICE = 0.25  # seconds between two looks at the deadline
GRACE = 3.0  # beyond the deadline, for the page to be closed in good order


class BrowserFetcher:
    """A Fetcher. Pages of all threads of a process go through its one browser, one after another."""

    def __init__(self, http: HttpFetcher) -> None:
        self.http = http

    def fetch(self, request: Request, *, check: CancelCheck | None = None) -> Exchange:
        """Problems are values; only what `check` raises is raised."""
        started_at, started = datetime.now(UTC), monotonic()
        first = self.http.fetch(request, check=check)
        if first.problem is not None or not _runs_scripts(first):
            return replace(first, fetcher="browser")
        deadline = started + self.http.limits.total
        task = PageTask(first, self.http, deadline)
        try:
            exchange = self._wait_for(task, deadline, check)
        except BrowserStopped as stop:
            exchange = replace(first, problem=stop.problem, problem_detail=stop.detail)
        return replace(
            exchange, fetcher="browser", started_at=started_at, seconds=monotonic() - started
        )

    def _wait_for(self, task: PageTask, deadline: float, check: CancelCheck | None) -> Exchange:
        """Raises BrowserStopped, and what `check` raises; the page is then left to end by itself."""
        thread = the_browser_thread()
        future = thread.submit(task)
        while True:
            try:
                return future.result(timeout=SLICE)
            except TimeoutError:
                pass
            try:
                if check is not None:
                    check()
            except BaseException:
                thread.give_up(task)
                raise
            if monotonic() > deadline + GRACE:
                thread.give_up(task)
                raise BrowserStopped(
                    FetchProblem.TIMEOUT, "The page did not come to an end in time."
                )

    def close(self) -> None:
        """The browser itself belongs to the process."""
        self.http.close()


def _runs_scripts(exchange: Exchange) -> bool:
    """Whether a browser would make more of the answer: errors and JSON it leaves as they are."""
    kind = exchange.headers.get("content-type", "text/html")
    return exchange.status == 200 and "html" in kind and b"<script" in exchange.body.lower()
