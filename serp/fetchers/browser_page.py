"""One page in the browser, and what it may ask for."""

from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING, Any

from serp.fetchers.browser_limits import BrowserStopped
from serp.fetchers.http import USER_AGENT, HttpFetcher
from serp.fetchers.redirects import is_to_be_followed
from serp.fetchers.watch import FetchStopped
from serp.types import Exchange, FetchProblem, Hop, Request

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

# The page as it stands now, unless it has grown too large to be handed over.
WRITTEN_OUT = """most => {
    const text = document.documentElement ? document.documentElement.outerHTML : "";
    return text.length > most ? null : "<!doctype html>" + text;
}"""
MOST_REQUESTS = 60
MOST_BYTES = 16 * 1024 * 1024  # of everything that a page asks for
QUIET = 2.0  # seconds that a page may take after it was loaded until nothing is asked any more
# Pictures and fonts change nothing in what a page says.
WANTED = frozenset({"document", "script", "stylesheet", "xhr", "fetch", "other"})
# What the connection to the browser is made of, and what the guarded fetcher decides itself.
OWN_HEADERS = frozenset({"host", "connection", "content-length", "accept-encoding", "user-agent"})
NOT_HANDED_ON = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection"})


class _OutOfTime(Exception):
    """The page's time is over."""


@dataclass
class PageTask:
    """`first` is the answer to the page's own address, already fetched."""

    first: Exchange
    http: HttpFetcher
    deadline: float  # by monotonic()
    given_up: bool = False
    hops: list[Hop] = field(default_factory=list)
    requests: int = 0
    received: int = 0
    refused: list[str] = field(default_factory=list)  # hosts that the page asked for in vain
    answer: Exchange | None = None  # the newest of the page itself
    stop: BrowserStopped | None = None  # why the page may not be where it went

    def run(self, browser: "Browser", user_agent: str) -> Exchange:
        """Raises BrowserStopped, and what Playwright raises."""
        context = browser.new_context(
            user_agent=f"{user_agent} {USER_AGENT}",
            service_workers="block",
            accept_downloads=False,
            java_script_enabled=True,
        )
        try:
            context.set_default_timeout(self._milliseconds())
            context.on("page", _close_popup)
            context.route("**/*", self._answer_request)
            return self._read(context.new_page())
        finally:
            context.close()

    def _read(self, page: "Page") -> Exchange:
        page.goto(self.first.final_url, wait_until="load", timeout=self._milliseconds())
        self._wait_until_quiet(page)
        if self.stop is not None:
            raise self.stop
        most = self.http.limits.decoded_bytes
        text = page.evaluate(WRITTEN_OUT, most)
        body = text.encode("utf-8", "replace") if isinstance(text, str) else b""
        if not body or len(body) > most:
            raise BrowserStopped(FetchProblem.TOO_LARGE, "The page grew larger than is read.")
        return self._make_exchange(body)

    def _make_exchange(self, body: bytes) -> Exchange:
        last = self.answer or self.first
        return replace(
            last,
            request=self.first.request,
            hops=(*self.first.hops, *self.hops),
            headers={**last.headers, "content-type": "text/html; charset=utf-8"},
            body=body,
            wire_bytes=self.first.wire_bytes + self.received,
            problem_detail=self._describe_refused(),
        )

    def _wait_until_quiet(self, page: "Page") -> None:
        from playwright.sync_api import TimeoutError as TooLong  # noqa: PLC0415  # an optional extra

        try:
            page.wait_for_load_state("networkidle", timeout=min(QUIET * 1000, self._milliseconds()))
        except TooLong:
            return  # a page that never rests is read as it is

    def _describe_refused(self) -> str:
        hosts = ", ".join(dict.fromkeys(self.refused[:5]))
        return f"The page asked in vain for {hosts}." if hosts else ""

    def _answer_request(self, route: "Route") -> None:
        asked = route.request
        if self.given_up or monotonic() > self.deadline or asked.resource_type not in WANTED:
            route.abort()
            return
        is_page = asked.is_navigation_request() and asked.frame.parent_frame is None
        if is_page and self.answer is None:
            self.answer = self.first
            _fulfil(route, self.first)
            return
        exchange = self._fetch(asked) if not is_page or self._may_turn_to(asked.url) else None
        if exchange is None or exchange.problem is not None:
            if is_page and exchange is not None and exchange.problem is not None:
                self.stop = BrowserStopped(exchange.problem, exchange.problem_detail)
            self.refused.append(asked.url.split("/")[2][:100] if "//" in asked.url else "?")
            route.abort()
            return
        if is_page:
            self.answer = exchange
            self.hops.extend(exchange.hops)
        _fulfil(route, exchange)

    def _may_turn_to(self, url: str) -> bool:
        """The rules of redirects hold for pages that send themselves elsewhere."""
        last = self.answer or self.first
        try:
            if is_to_be_followed(self.first.request, last.final_url, url):
                return True
        except FetchStopped as stop:
            self.stop = BrowserStopped(stop.problem, stop.detail)
            return False
        self.hops.append(Hop(url=last.final_url, status=last.status, location=url))
        return False

    def _fetch(self, asked: Any) -> Exchange | None:
        """Through the guarded fetcher; None where the page has asked for too much already."""
        self.requests += 1
        if self.requests > MOST_REQUESTS or self.received > MOST_BYTES:
            return None
        headers = {n: v for n, v in asked.all_headers().items() if not _is_own(n)}
        request = Request(
            url=asked.url, method=asked.method, headers=headers, body=asked.post_data_buffer or b""
        )
        try:
            exchange = self.http.fetch(request, check=self._check_time)
        except _OutOfTime:
            return None
        self.received += exchange.wire_bytes
        return exchange

    def _check_time(self) -> None:
        if self.given_up or monotonic() > self.deadline:
            raise _OutOfTime

    def _milliseconds(self) -> float:
        left = self.deadline - monotonic()
        if left <= 0 or self.given_up:
            raise BrowserStopped(FetchProblem.TIMEOUT, "The page did not come to an end in time.")
        return left * 1000


def _is_own(name: str) -> bool:
    return name.startswith(":") or name in OWN_HEADERS


def _fulfil(route: "Route", exchange: Exchange) -> None:
    headers = {n: v for n, v in exchange.headers.items() if n not in NOT_HANDED_ON}
    route.fulfill(status=exchange.status, headers=headers, body=exchange.body)


def _close_popup(page: "Page") -> None:
    if len(page.context.pages) > 1:
        page.close()
