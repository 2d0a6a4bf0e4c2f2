"""The optional browser on pages that need JavaScript, on real sockets of loopback."""

from collections.abc import Callable, Iterator

import pytest

from serp.engines.registry import get_engine
from serp.fetchers.browser import BrowserFetcher
from serp.fetchers.browser_limits import count_memory, find_processes
from serp.fetchers.browser_thread import the_browser_thread
from serp.fetchers.http import HttpFetcher
from serp.fetchers.limits import FetchLimits
from serp.practice import PracticeServer
from serp.types import Cancelled, EngineOptions, Exchange, FetchProblem, Outcome, Query, Request
from tests.serp.fetchers.loopback import Client, LoopbackServer, serving

pytestmark = pytest.mark.browser

SLOW = FetchLimits(total=90)  # a browser takes its time to start where many tests run at once
PAGES = {
    "/written": b"<title>t</title><ul id=list></ul><script>fetch('/data').then(a => a.text()).then(t => document.getElementById('list').innerHTML = t)</script>",
    "/data": b"<li>red kettle</li>",
    "/asks-elsewhere": b"<p id=said>waiting</p><script>fetch('http://169.254.169.254/latest/').catch(() => document.getElementById('said').textContent = 'refused')</script>",
    "/sends-elsewhere": b"<script>location.href = 'http://169.254.169.254/latest/'</script>",
    "/never-ends": b"<script>while (true) {}</script>",
    "/grows": b"<script>document.head.dataset.a = 'a'.repeat(9 * 1024 * 1024)</script>",
    "/plain": b"<p>no script at all</p>",
    "/says-who": b"<p id=said></p><script>document.getElementById('said').textContent = navigator.userAgent + ' ' + navigator.webdriver</script>",
    "/opens-socket": b"<p id=said></p><script>var s = new WebSocket('ws://127.0.0.1:PORT/'); s.onerror = () => document.getElementById('said').textContent = 'no socket'</script>",
}  # fmt: skip


def answer(client: Client) -> None:
    while request := client.read_request():
        path = request.split(b" ")[1].decode()
        body = PAGES.get(path, b"?").replace(b"PORT", str(client.server.port).encode())
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n"
        client.send(head.encode() + body)


@pytest.fixture(scope="module")
def server() -> Iterator[LoopbackServer]:
    with serving(answer) as started:
        yield started


def fetch(
    server: LoopbackServer, path: str, *, total: float = 90, check: Callable[[], None] | None = None
) -> Exchange:
    http = HttpFetcher(FetchLimits(total=total), allow_private=True)
    return BrowserFetcher(http).fetch(Request(url=server.url + path), check=check)


class TestPages:
    def test_what_a_script_writes_is_read(self, server: LoopbackServer) -> None:
        exchange = fetch(server, "/written")
        assert exchange.problem is None
        assert b"<li>red kettle</li>" in exchange.body
        assert (exchange.fetcher, exchange.status) == ("browser", 200)

    def test_a_shell_that_sets_a_cookie_and_reloads_gives_its_results(self) -> None:
        engine, query = get_engine("practice"), Query(text="kettle fault:shellx1")
        with PracticeServer() as practice:
            request = engine.build(query, EngineOptions(base_url=practice.url))
            exchange = BrowserFetcher(HttpFetcher(SLOW, allow_private=True)).fetch(request)
            reading = engine.read(exchange, query)
        assert reading.verdict.outcome is Outcome.OK
        assert len(exchange.hops) == 2

    def test_a_page_without_scripts_needs_no_browser(self, server: LoopbackServer) -> None:
        thread = the_browser_thread()
        pages = thread.pages
        assert b"no script at all" in fetch(server, "/plain").body
        assert thread.pages == pages

    def test_it_says_what_it_is(self, server: LoopbackServer) -> None:
        said = fetch(server, "/says-who").body
        assert b"HeadlessChrome" in said
        assert b"Athanor/" in said
        assert b" true</p>" in said


class TestGuards:
    def test_what_a_page_asks_for_is_checked_like_the_page_itself(
        self, server: LoopbackServer
    ) -> None:
        exchange = fetch(server, "/asks-elsewhere")
        assert b">refused</p>" in exchange.body
        assert "169.254.169.254" in exchange.problem_detail

    def test_a_page_is_sent_nowhere_that_is_forbidden(self, server: LoopbackServer) -> None:
        exchange = fetch(server, "/sends-elsewhere")
        assert exchange.problem is FetchProblem.FORBIDDEN_REDIRECT
        assert all("169.254" not in hop.url for hop in exchange.hops)

    def test_private_pages_are_not_fetched_at_all(self, server: LoopbackServer) -> None:
        exchange = BrowserFetcher(HttpFetcher()).fetch(Request(url=server.url + "/written"))
        assert exchange.problem is FetchProblem.FORBIDDEN_ADDRESS

    def test_the_browser_has_no_network_of_its_own(self, server: LoopbackServer) -> None:
        before = server.connections
        assert b">no socket</p>" in fetch(server, "/opens-socket").body
        assert server.connections == before + 1  # the page itself

    def test_a_page_that_never_ends_is_stopped_and_the_next_one_is_read(
        self, server: LoopbackServer
    ) -> None:
        assert fetch(server, "/never-ends", total=2).problem is FetchProblem.TIMEOUT
        assert b"red kettle" in fetch(server, "/written").body

    def test_a_page_that_grows_too_large_is_not_kept(self, server: LoopbackServer) -> None:
        exchange = fetch(server, "/grows")
        assert exchange.problem is FetchProblem.TOO_LARGE
        assert len(exchange.body) < 1000

    def test_a_cancelled_fetch_ends(self, server: LoopbackServer) -> None:
        calls = []

        def check() -> None:
            calls.append(1)
            if len(calls) > 8:
                raise Cancelled

        with pytest.raises(Cancelled):
            fetch(server, "/never-ends", check=check)


class TestOneBrowser:
    def test_serves_many_pages_and_is_started_anew_when_spent(
        self, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fetch(server, "/written")
        thread = the_browser_thread()
        starts = thread.starts
        monkeypatch.setattr("serp.fetchers.browser_thread.PAGES_OF_A_BROWSER", thread.pages + 1)
        fetch(server, "/written")
        assert thread.starts == starts
        fetch(server, "/written")
        assert thread.starts == starts + 1
        [main, *_] = find_processes(thread.mark)
        assert main.is_running()
        assert count_memory(thread.mark) > 0

    def test_is_ended_when_a_page_takes_too_much_memory(
        self, server: LoopbackServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fetch(server, "/written")
        thread = the_browser_thread()
        mark = thread.mark
        with monkeypatch.context() as patched:
            patched.setattr("serp.fetchers.browser_thread.MOST_MEMORY", 1)
            exchange = fetch(server, "/never-ends", total=60)
        assert exchange.problem is not None
        assert list(find_processes(mark)) == []
        assert b"red kettle" in fetch(server, "/written").body
        assert thread.mark != mark
