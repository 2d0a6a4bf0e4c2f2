"""The fetcher for everything that needs no browser: requests, made safe.

    HttpFetcher.fetch -> Journey (what happened so far) -> GuardedAdapter -> guarded sockets

The watch (watch.py) holds the total deadline and the cap on the wire, sockets.py the check of the
address that is really connected to, redirects.py the choice of what is followed, redaction.py the
secrets, decoding.py the cap on what is unpacked.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from http.cookiejar import CookieJar
from time import monotonic
from urllib.parse import urlsplit

import requests

import serp
from serp.fetchers.addresses import is_permitted, numeric_addresses
from serp.fetchers.connections import GuardedAdapter
from serp.fetchers.decoding import ACCEPTED
from serp.fetchers.journey import Journey
from serp.fetchers.limits import FetchLimits
from serp.fetchers.problems import FAILURES, explain
from serp.fetchers.redirects import is_to_be_followed, location_of
from serp.fetchers.watch import FetchStopped, Watch, too_large_on_the_wire, watching
from serp.types import CancelCheck, Exchange, FetchProblem, Request

USER_AGENT = f"Athanor/{serp.__version__} (+https://athanor.invalid/bot)"
ACCEPT = "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8"
READ_SIZE = 64 * 1024


class HttpFetcher:
    """A Fetcher on requests. One per source, shared by as many threads as there are.

    `proxies` maps "http" and "https" to the URL of an HTTP proxy; `allow_private` covers the
    addresses of pages and of proxies, `allow_private_proxies` those of proxies only.
    """

    def __init__(
        self,
        limits: FetchLimits | None = None,
        *,
        allow_private: bool = False,
        allow_private_proxies: bool = False,
        user_agent: str = USER_AGENT,
        proxies: Mapping[str, str] | None = None,
        https_only: bool = False,
        keep_cookies: bool = False,
        connections: int = 64,
        ca_file: str = "",
    ) -> None:
        self.limits = limits or FetchLimits()
        self.allow_private = allow_private
        self.https_only = https_only
        self.keep_cookies = keep_cookies
        self._allow_private_connections = allow_private or (allow_private_proxies and bool(proxies))
        self._headers = {
            "User-Agent": user_agent,
            "Accept": ACCEPT,
            "Accept-Encoding": ACCEPTED,
            "Connection": "keep-alive",
        }
        self._proxies = dict(proxies or {})
        self._adapter = GuardedAdapter(connections=connections, ca_file=ca_file)
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.mount("http://", self._adapter)
        self._session.mount("https://", self._adapter)

    def fetch(self, request: Request, *, check: CancelCheck | None = None) -> Exchange:
        """Problems are values; only what `check` raises is raised."""
        started_at = datetime.now(UTC)
        watch = Watch(self.limits, check, allow_private=self._allow_private_connections)
        journey = Journey(request)
        stopped = None
        with watching(watch):
            try:
                watch.tick()
                self._travel(journey)
            except FetchStopped as stop:
                stopped = stop
            except FAILURES as error:
                stopped = explain(error)
        return journey.exchange(self.limits, stopped, started_at, monotonic() - watch.started)

    def close(self) -> None:
        self._session.close()

    def _travel(self, journey: Journey) -> None:
        while True:
            self._refuse_address(journey.url)
            response = self._ask(journey)
            try:
                location = location_of(journey.note_answer(response), journey.headers, journey.url)
                if not location or not is_to_be_followed(journey.request, journey.url, location):
                    self._read_body(response, journey)
                    return
            finally:
                response.close()
            if len(journey.hops) > self.limits.redirects:
                raise FetchStopped(
                    FetchProblem.TOO_MANY_REDIRECTS,
                    f"The server redirected more than {self.limits.redirects} times.",
                )
            journey.turn_to(location)

    def _refuse_address(self, url: str) -> None:
        """Raises FetchStopped for what is seen without resolving the host."""
        try:
            parts = urlsplit(url)
            port = parts.port or 0
        except ValueError:
            raise forbidden("That is no valid web address.") from None
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise forbidden("Only http and https addresses are fetched.")
        if self.https_only and parts.scheme != "https":
            raise forbidden("This source allows https addresses only.")
        if parts.username is not None:
            raise forbidden("The address holds a user name; credentials belong elsewhere.")
        if self._proxies and not self.allow_private:
            refuse_private_literal(parts.hostname, port)

    def _ask(self, journey: Journey) -> requests.Response:
        """Send and wait for the headers. Never a second time, though a kept connection may just have been
        closed: the server may have counted the request, and nothing has allowed another one."""
        response = self._adapter.send(self._prepare(journey), stream=True, proxies=self._proxies)
        if self.keep_cookies:
            self._session.cookies.update(response.cookies)
        return response

    def _prepare(self, journey: Journey) -> requests.PreparedRequest:
        prepared = requests.PreparedRequest()
        prepared.prepare(
            method=journey.method,
            url=journey.wire_url,
            headers=merge(self._headers, journey.wire_headers),
            data=journey.request_body or None,
            cookies=self._cookies(),
        )
        return prepared

    def _cookies(self) -> CookieJar | None:
        return self._session.cookies if self.keep_cookies else None

    def _read_body(self, response: requests.Response, journey: Journey) -> None:
        announced = response.raw.length_remaining
        if announced is not None and announced > self.limits.wire_bytes:
            raise too_large_on_the_wire(self.limits)
        while data := response.raw.read1(READ_SIZE, decode_content=False):
            journey.wire_body += data
            if len(journey.wire_body) > self.limits.wire_bytes:
                raise too_large_on_the_wire(self.limits)


def merge(defaults: Mapping[str, str], headers: Mapping[str, str]) -> dict[str, str]:
    """The defaults where the request does not set a header of the same name, in any case."""
    taken = {name.lower() for name in headers}
    return {n: v for n, v in defaults.items() if n.lower() not in taken} | dict(headers)


def forbidden(detail: str) -> FetchStopped:
    return FetchStopped(FetchProblem.FORBIDDEN_ADDRESS, detail)


def refuse_private_literal(host: str, port: int) -> None:
    """Behind a proxy the proxy resolves names; what the URL spells out is checked all the same."""
    addresses = numeric_addresses(host, port)
    if host == "localhost" or host.endswith((".localhost", ".local", ".internal")):
        raise forbidden(f"{host} is a private address, which is not allowed.")
    if any(not is_permitted(address.ip, allow_private=False) for address in addresses):
        raise forbidden(f"{host} is a private address, which is not allowed.")
