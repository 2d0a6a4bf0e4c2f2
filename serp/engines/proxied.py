"""Pages of other engines, fetched by a rendering service that the user pays.

One engine here for each HTML engine: the service's HTML goes through that engine's own judge and
parser, since a service's 200 may hold a captcha. Settings: `template`, the service's address with
`{url}` and, if wanted, `{country}` in it; `key_param` (default "api_key") or `key_header`, where the
credential `api_key` goes. Services take up to 70 seconds: give the source that time.
"""

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, quote, urlsplit

from serp.document import read_document
from serp.engines.api import credential, error_verdict, setting
from serp.engines.registry import get_engine
from serp.engines.values import read_object, value_at
from serp.errors import BadQuery
from serp.types import (
    EngineOptions,
    Exchange,
    Hop,
    Outcome,
    Query,
    Reading,
    Request,
    Verdict,
)
from serp.verdicts import PageSigns, judge_exchange, judge_refused_page

SERVICE = "The rendering service"
HTML_KEYS = ("result", "html", "body", "content", "data")
# Statuses of the services themselves, where they differ from what they mean elsewhere.
STATUSES = {
    400: Outcome.BAD_REQUEST,
    401: Outcome.QUOTA,
    402: Outcome.QUOTA,
    403: Outcome.QUOTA,
    404: Outcome.BAD_REQUEST,
    409: Outcome.RATE_LIMITED,  # too many at once
    422: Outcome.BAD_REQUEST,
    423: Outcome.BLOCKED,  # the engine noticed the service
    429: Outcome.RATE_LIMITED,
}
SENTENCES = {
    Outcome.BLOCKED: "The search engine noticed the rendering service and refused it.",
    Outcome.SERVER_ERROR: "The rendering service could not fetch the page.",
    Outcome.LAYOUT_CHANGED: "The rendering service gave an answer that it does not promise.",
}


@dataclass(frozen=True, slots=True)
class ProxiedEngine:
    """An HTML engine behind a rendering service."""

    inner: str  # the name of the engine whose pages these are
    made_up: bool = False

    @property
    def name(self) -> str:
        return f"{self.inner}_proxied"

    @property
    def title(self) -> str:
        return f"{get_engine(self.inner).title} through a service"

    @property
    def label(self) -> str:
        return "Paid: pages fetched by a rendering service of your choice, read by our own parser."

    @property
    def parser_version(self) -> str:
        return get_engine(self.inner).parser_version

    def build(self, query: Query, options: EngineOptions) -> Request:
        """Raises BadQuery without a usable template, and where the engine's page is no plain GET."""
        template = setting(options, "template")
        if "{url}" not in template:
            raise BadQuery("A service needs its address as 'template', with {url} in it.")
        page = get_engine(self.inner).build(query, EngineOptions(settings=options.settings))
        if page.method != "GET":
            raise BadQuery(f"{self.title}: its pages cannot be asked for by address alone.")
        address = template.replace("{url}", quote(page.url, safe=""))
        key = credential(options, "api_key", SERVICE)
        header = setting(options, "key_header")
        return Request(
            url=address.replace("{country}", quote(query.country, safe="")),
            secret_headers={header: key} if header else {},
            secret_params={} if header else {setting(options, "key_param", "api_key"): key},
        )

    def read(self, exchange: Exchange, query: Query) -> Reading:
        if exchange.problem is None and exchange.status != 200:
            return Reading(verdict=judge_service(exchange, get_engine(self.inner).title))
        return get_engine(self.inner).read(unwrap(exchange), query)


def judge_service(exchange: Exchange, engine_title: str) -> Verdict:
    """The service's own refusal, or the engine's where the service passes its page on."""
    page = unwrap(exchange)
    document = read_document(page.body, page.headers.get("content-type", ""))
    refused = judge_refused_page(document, PageSigns(engine_title=engine_title, results=0))
    if refused and not refused.evidence.startswith("title "):
        return refused
    said = " ".join(exchange.body[:1000].decode("utf-8", "replace").split())
    outcome = STATUSES.get(exchange.status)
    if outcome is None:
        general = judge_exchange(exchange, SERVICE)
        outcome = general.outcome if general else Outcome.LAYOUT_CHANGED
    return error_verdict(outcome, SERVICE, exchange, said, reason=SENTENCES.get(outcome, ""))


def unwrap(exchange: Exchange) -> Exchange:
    """The page as if the engine itself had sent it, out of JSON where the service packs it so."""
    url = find_page_url(exchange.request.url)
    body = read_html(exchange)
    return replace(
        exchange,
        request=replace(exchange.request, url=url),
        hops=(Hop(url=url, status=200),),
        status=200,
        headers={"content-type": "text/html; charset=utf-8"} if body else exchange.headers,
        body=body.encode() if body else exchange.body,
    )


def find_page_url(service_url: str) -> str:
    """The engine's address among the parameters of the service's."""
    values = [value for _, value in parse_qsl(urlsplit(service_url).query)]
    return next((v for v in values if v.startswith(("http://", "https://"))), service_url)


def read_html(exchange: Exchange) -> str:
    """The page inside a JSON answer; "" where the answer is the page itself."""
    answer = read_object(exchange)
    texts = (value_at(answer, key) for key in HTML_KEYS)
    return next((text for text in texts if isinstance(text, str) and "<" in text), "")


google = ProxiedEngine("google")
bing = ProxiedEngine("bing")
brave = ProxiedEngine("brave")
duckduckgo = ProxiedEngine("duckduckgo")
yahoo = ProxiedEngine("yahoo")
yandex = ProxiedEngine("yandex")
