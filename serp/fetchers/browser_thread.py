"""The thread that owns the browser: Playwright's objects may be used by the thread that made them only."""

import logging
import os
import queue
import threading
import uuid
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from serp.fetchers.browser_limits import (
    HEAP_OF_A_PAGE,
    MOST_MEMORY,
    BrowserStopped,
    count_memory,
    end_processes,
)
from serp.fetchers.browser_page import PageTask
from serp.types import Exchange, FetchProblem

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["BrowserStopped", "BrowserThread", "the_browser_thread"]

logger = logging.getLogger(__name__)

CHROMIUM = os.environ.get("ATHANOR_CHROMIUM", "/usr/bin/chromium")
PAGES_OF_A_BROWSER = 50
LOOK_AT_MEMORY = 1.0  # seconds
NOT_INSTALLED = (
    "The browser is not installed: pip install -r requirements-browser.txt, and Chromium of the"
    " system (or say where it is: ATHANOR_CHROMIUM)."
)
NO_NETWORK = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://127.0.0.1:9",
    "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-pings",
)
SMALL = (
    "--renderer-process-limit=1",
    f"--js-flags=--max-old-space-size={HEAP_OF_A_PAGE}",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--mute-audio",
)

_Job = tuple[PageTask, "Future[Exchange]"]


class BrowserThread:
    """Takes pages one after another; restarts the browser after `PAGES_OF_A_BROWSER` of them."""

    def __init__(self) -> None:
        self.pages = 0  # of the browser that runs now
        self.starts = 0
        self._jobs: queue.SimpleQueue[_Job] = queue.SimpleQueue()
        self.mark = ""
        self._running: PageTask | None = None
        self._browser: Browser | None = None
        self._playwright: Any = None
        threading.Thread(target=self._work, name="browser", daemon=True).start()
        threading.Thread(target=self._watch, name="browser-memory", daemon=True).start()

    def submit(self, task: PageTask) -> "Future[Exchange]":
        future: Future[Exchange] = Future()
        self._jobs.put((task, future))
        return future

    def give_up(self, task: PageTask) -> None:
        """Called by other threads: a page that does not listen loses its browser."""
        task.given_up = True
        if self._running is task:
            end_processes(self.mark)

    def _work(self) -> None:
        while True:
            task, future = self._jobs.get()
            if task.given_up:
                future.cancel()
                continue
            self._running = task
            try:
                future.set_result(self._run(task))
            except BaseException as error:  # it goes to the thread that waits
                future.set_exception(_as_stop(error))
                self._end_browser()
            finally:
                self._running = None

    def _run(self, task: PageTask) -> Exchange:
        browser = self._fresh_browser()
        self.pages += 1
        return task.run(browser, _user_agent_of(browser))

    def _fresh_browser(self) -> "Browser":
        spent = self.pages >= PAGES_OF_A_BROWSER
        if self._browser is not None and (spent or not self._browser.is_connected()):
            self._end_browser()
        if self._browser is None:
            self._browser = self._start()
        return self._browser

    def _start(self) -> "Browser":
        try:
            from playwright.sync_api import sync_playwright  # noqa: PLC0415  # an optional extra
        except ImportError:
            raise BrowserStopped(FetchProblem.CONNECT, NOT_INSTALLED) from None
        if not os.access(CHROMIUM, os.X_OK):
            raise BrowserStopped(FetchProblem.CONNECT, NOT_INSTALLED)
        self.mark = f"--athanor-browser={uuid.uuid4().hex}"
        self._playwright = self._playwright or sync_playwright().start()
        self.pages, self.starts = 0, self.starts + 1
        browser: Browser = self._playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[*NO_NETWORK, *SMALL, self.mark],
            chromium_sandbox=os.geteuid() != 0,  # Chromium's sandbox does not work as root
            timeout=20_000,
        )
        return browser

    def _end_browser(self) -> None:
        browser, self._browser = self._browser, None
        if browser is not None:
            try:
                browser.close()
            except Exception as error:  # it is dead already
                logger.info("The browser ended badly: %s", error)
            end_processes(self.mark)

    def _watch(self) -> None:
        """A page that takes too much memory loses its browser."""
        pause = threading.Event()
        while True:
            pause.wait(LOOK_AT_MEMORY)
            task = self._running
            if task is not None and self.mark and count_memory(self.mark) > MOST_MEMORY:
                task.given_up = True
                end_processes(self.mark)


def _as_stop(error: BaseException) -> BrowserStopped:
    if isinstance(error, BrowserStopped):
        return error
    said = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
    problem = FetchProblem.TIMEOUT if "Timeout" in type(error).__name__ else FetchProblem.PROTOCOL
    return BrowserStopped(problem, f"The browser could not read the page: {said}")


def _user_agent_of(browser: "Browser") -> str:
    """What headless Chromium says of itself; nothing is hidden."""
    version = browser.version.split(".")[0]
    return (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
        f" HeadlessChrome/{version}.0.0.0 Safari/537.36"
    )


_lock = threading.Lock()
_threads: dict[int, BrowserThread] = {}


def the_browser_thread() -> BrowserThread:
    """The one of this process; a process that was forked gets its own."""
    with _lock:
        if os.getpid() not in _threads:
            _threads[os.getpid()] = BrowserThread()
        return _threads[os.getpid()]
