"""The values that travel through `serp`: a Query becomes a Request, an Exchange, a Verdict and a Serp.

All of them are frozen and hold plain data, so that they cross threads and processes and can be
compared in tests. Positions count from 1. Times are aware datetimes in UTC; durations are seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable


class Outcome(StrEnum):
    """What came of one search. The words are part of the API."""

    OK = "ok"
    EMPTY = "empty"  # the engine itself said "no results"
    BLOCKED = "blocked"  # captcha, challenge, 403, 451
    RATE_LIMITED = "rate_limited"
    JS_REQUIRED = "js_required"
    CONSENT = "consent"
    LAYOUT_CHANGED = "layout_changed"  # an answer that is none of the others: never "0 results"
    NETWORK = "network"
    SERVER_ERROR = "server_error"
    QUOTA = "quota"
    BAD_REQUEST = "bad_request"
    CANCELLED = "cancelled"
    DEGRADED = "degraded"  # results that have nothing to do with the query

    @property
    def is_good(self) -> bool:
        """Whether the page can be trusted to say what stands on it."""
        return self in GOOD_OUTCOMES


GOOD_OUTCOMES = frozenset({Outcome.OK, Outcome.EMPTY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What the user wants to know of an engine."""

    text: str
    country: str = ""  # ISO 3166 alpha-2, lower case; "" leaves it to the engine
    language: str = ""  # BCP 47; "" leaves it to the engine
    device: str = "desktop"  # "desktop" or "mobile"
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineOptions:
    """How one configured source of an engine differs from the engine's defaults."""

    base_url: str = ""  # "" is the engine's own address
    credentials: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, object] = field(
        default_factory=dict
    )  # the engine module documents its keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An HTTP request as data; `secret_params` are added on the wire and never stored or logged."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    secret_params: Mapping[str, str] = field(default_factory=dict)
    secret_headers: Mapping[str, str] = field(default_factory=dict)
    needs_js: bool = False
    # Hosts to which a redirect may lead besides the request's own registrable domain: an engine's
    # known refusal hosts. Such a redirect is recorded as a hop and not followed.
    refusal_hosts: frozenset[str] = frozenset()


class FetchProblem(StrEnum):
    """Why no complete answer came: each is told to the user in plain words."""

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"  # the total deadline or a silent socket
    TRUNCATED = "truncated"  # the connection broke before the announced end
    TOO_LARGE = "too_large"  # over the cap on the wire or decoded
    TOO_MANY_REDIRECTS = "too_many_redirects"
    FORBIDDEN_ADDRESS = "forbidden_address"  # private or not http(s)
    FORBIDDEN_REDIRECT = "forbidden_redirect"  # to a host that the request does not allow
    PROXY = "proxy"
    PROTOCOL = "protocol"  # not HTTP, or not decodable
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One answer on the way: the URL asked (without secrets), its status and where it pointed."""

    url: str
    status: int
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """All that happened on the network for one Request. Headers have lower-case names.

    `problem` is None when a complete answer came, whatever its status. `body` is decoded
    (no Content-Encoding left) and may hold what arrived before a problem.
    """

    request: Request
    hops: tuple[Hop, ...] = ()
    status: int = 0  # 0 where no answer came
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    problem: FetchProblem | None = None
    problem_detail: str = ""
    started_at: datetime | None = None
    seconds: float = 0.0
    wire_bytes: int = 0
    fetcher: str = "http"  # "http", "browser", "saved"

    @property
    def final_url(self) -> str:
        return self.hops[-1].url if self.hops else self.request.url


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an Exchange is. `reason` is one plain sentence for a user; `evidence` is what was seen."""

    outcome: Outcome
    reason: str = ""
    evidence: str = ""
    retry_after: float | None = None  # seconds, as the server asked
    bad_key: bool = False  # with QUOTA: the key is missing or refused, which no waiting changes


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where a link leads. `url` is unwrapped; None where the page does not tell (`opaque`)."""

    href_raw: str
    url: str | None
    domain: str = ""  # registrable domain, or the displayed one where the target is opaque
    opaque: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ad:
    """One text ad. `block` is "top", "bottom" or "right"; `position` counts within the block."""

    block: str
    position: int
    absolute_rank: int
    title: str
    target: Target
    click_url: str = ""
    display_url: str = ""
    snippet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitelink:
    """A link to a further page of the same site, shown under its result."""

    title: str
    target: Target


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganicResult:
    """One main result. `rank` counts organic results, `absolute_rank` every block of the page.

    `date` is what the page shows ("3 May 2026", "2 days ago"), not computed with.
    """

    rank: int
    absolute_rank: int
    title: str
    target: Target
    display_url: str = ""
    snippet: str = ""
    date: str = ""
    sitelinks: tuple[Sitelink, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Serp:
    """What stands on a results page.

    `features` are JSON values, one for each further box that the page shows; their shape, the same
    for every engine, is `serp.features.Features`. A box that is not there has no key.
    `links_total` counts every `<a>` that has an href (or the URLs of an answer that is not HTML).
    `total_results` is None where the page shows no number; `stats_raw` keeps the text itself.
    """

    query_echo: str = ""  # the query as the page repeats it, "" where it does not
    ads: tuple[Ad, ...] = ()
    organic: tuple[OrganicResult, ...] = ()
    links: tuple[Target, ...] = ()  # in document order
    links_total: int = 0
    stats_raw: str = ""
    total_results: int | None = None
    related_searches: tuple[str, ...] = ()
    people_also_ask: tuple[str, ...] = ()
    features: Mapping[str, object] = field(default_factory=dict)
    layout: str = ""  # the parser's own name for the kind of page
    parser_version: str = ""

    def ads_in(self, block: str) -> tuple[Ad, ...]:
        return tuple(ad for ad in self.ads if ad.block == block)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMarks:
    """What was seen on a page whether it can be trusted or not: by many of these it shows that an
    engine has changed its pages."""

    frame: bool  # the element that holds results is there
    links: int
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A judged answer: the Serp is there when, and only when, the verdict is good or degraded.

    `marks` are there for every page of HTML that was looked at.
    """

    verdict: Verdict
    serp: Serp | None = None
    marks: PageMarks | None = None


class Engine(Protocol):
    """One kind of search engine: two pure halves, with the fetching between them."""

    name: str
    title: str  # as users know it
    label: str  # what to expect of it, one sentence
    parser_version: str  # changes whenever the parser's results may change
    made_up: bool  # its results are invented, and every page that shows them says so

    def build(self, query: Query, options: EngineOptions) -> Request:
        """Raises serp.errors.BadQuery where the engine cannot ask this."""
        ...

    def read(self, exchange: Exchange, query: Query) -> Reading:
        """Judge and parse with one tree. Never raises for any answer whatever."""
        ...


@runtime_checkable
class ConfigurableEngine(Protocol):
    """An engine that cannot read a page without the settings of its source."""

    def configure(self, options: EngineOptions) -> Engine:
        """Raises serp.errors.BadQuery where the settings are wrong, in a plain sentence."""
        ...


class Cancelled(Exception):
    """The caller asked the fetch to stop."""


class CancelCheck(Protocol):
    """Called between socket reads; raises Cancelled to stop the fetch."""

    def __call__(self) -> None: ...


class Fetcher(Protocol):
    """Turns a Request into an Exchange. Problems are values; only Cancelled is raised."""

    def fetch(self, request: Request, *, check: CancelCheck | None = None) -> Exchange: ...
