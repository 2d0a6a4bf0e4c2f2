"""The real product for a browser: web server, a worker node and the practice engine, on the test database."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    expect,
)
from pytest_django.live_server_helper import LiveServer

from keywords.sources import set_source
from serp.practice.server import PracticeServer
from tests.jobs.nodes import NodeProcess

# Playwright's loop runs in the tests' thread; Django would take that for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# A bound that no healthy run comes near (milliseconds), on a machine that has other work too.
expect.set_options(timeout=20_000)

QUIET = [
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    arguments = browser_type_launch_args.get("args", [])
    assert isinstance(arguments, list)
    return {**browser_type_launch_args, "args": [*arguments, *QUIET]}


@dataclass
class Watch:
    """Everything that a page must not do: errors on the console, blocked or failed requests."""

    problems: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    statuses: frozenset[int] = frozenset()

    def follow(self, page: Page) -> None:
        page.on("console", self.hear)
        page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("requestfailed", self.note_failure)
        page.on("response", self.note_response)

    def hear(self, message: ConsoleMessage) -> None:
        # The browser's words, and htmx's.
        expected = any(
            words in message.text
            for status in self.statuses
            for words in (f"status of {status}", f"Error Code {status} ")
        )
        if message.type in {"error", "warning"} and not expected:
            self.problems.append(f"console: {message.text}")

    def note_failure(self, request: Request) -> None:
        # A page that is left takes its requests with it.
        if "ERR_ABORTED" not in (request.failure or ""):
            self.problems.append(f"failed: {request.url} {request.failure}")

    def note_response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.statuses:
            self.problems.append(f"{response.status}: {response.url}")

    @contextmanager
    def expecting(self, *statuses: int) -> Iterator[None]:
        self.statuses = frozenset(statuses)
        yield
        self.statuses = frozenset()


@pytest.fixture
def watch(context: BrowserContext) -> Iterator[Watch]:
    watch = Watch()
    context.on("page", watch.follow)
    yield watch
    assert watch.problems == []


@pytest.fixture
def page(context: BrowserContext, watch: Watch) -> Page:
    return context.new_page()


@pytest.fixture
def plain(browser: Browser, watch: Watch) -> Iterator[Page]:
    """A page in a browser that runs no scripts."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    watch.follow(page)
    yield page
    context.close()


@pytest.fixture
def practice() -> Iterator[PracticeServer]:
    with PracticeServer() as server:
        yield server


@pytest.fixture
def site(live_server: LiveServer, practice: PracticeServer) -> str:
    """The address of the web server; its default source is the practice engine."""
    set_source(
        "practice",
        engine="practice",
        base_url=practice.url,
        allow_private=True,
        is_default=True,
        by="tests",
    )
    return str(live_server.url)


@pytest.fixture
def node(database_url: str, site: str) -> Iterator[NodeProcess]:
    with NodeProcess(database_url, workers=1, threads=4) as running:
        yield running
