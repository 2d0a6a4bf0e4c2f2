"""SearXNG, the user's own or one that lets programs in: JSON, and HTML where JSON is switched off.

Settings of a source: `format` ("json", the default, or "html"), `engines`, `categories`,
`time_range` (day, month, year), `safesearch` (0, 1, 2). Seen to work: answers of 2026-08.
"""

from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlencode, urlsplit

from serp.document import read_document
from serp.engines.api import ApiEngine, error_verdict, setting
from serp.engines.asking import language_tag
from serp.engines.html import HtmlEngine
from serp.engines.searxng.answer import judge_error, parse_answer
from serp.engines.searxng.failures import judge_failures
from serp.engines.searxng.page import FAILURES, parse_page
from serp.engines.values import read_object
from serp.errors import BadQuery
from serp.types import EngineOptions, Exchange, Outcome, Query, Reading, Request, Verdict
from serp.verdicts import PageSigns, judge_exchange, judge_refused_page

NAME = "searxng"
TITLE = "SearXNG"
LABEL = "Your own meta search engine: as good as the engines that still answer it."
PARSER_VERSION = "searxng-3"

JSON_SWITCHED_OFF = (
    "This SearXNG does not hand out JSON. Add `json` to `search.formats` in its settings.yml, "
    "or set the option `format` of this source to `html`."
)


def build_request(query: Query, options: EngineOptions) -> Request:
    if not options.base_url:
        raise BadQuery("A SearXNG source needs the address of its instance.")
    if not query.text.strip():
        raise BadQuery("There is nothing to search for.")
    as_json = setting(options, "format", "json") != "html"
    parameters = {
        "q": query.text,
        "format": "json" if as_json else "",
        "pageno": str(query.page) if query.page > 1 else "",
        "language": language_tag(query),
        **{
            name: setting(options, name)
            for name in ("engines", "categories", "time_range", "safesearch")
        },
    }
    kept = {name: value for name, value in parameters.items() if value}
    return Request(
        url=f"{search_address(options.base_url)}?{urlencode(kept)}",
        headers={"Accept": "application/json"} if as_json else {},
    )


def search_address(base_url: str) -> str:
    base = base_url.rstrip("/")
    return base if base.endswith("/search") else f"{base}/search"


ANSWERS = ApiEngine(
    name=NAME,
    title=TITLE,
    label=LABEL,
    parser_version=PARSER_VERSION,
    build_request=build_request,
    judge_error=judge_error,
    parse_answer=parse_answer,
)
PAGES = HtmlEngine(
    name=NAME,
    title=TITLE,
    label=LABEL,
    parser_version=PARSER_VERSION,
    build_request=build_request,
    parse_page=parse_page,
)


@dataclass(frozen=True, slots=True)
class SearxngEngine:
    """Reads by what came, not by what was asked for: some instances answer JSON with a page."""

    name: str = NAME
    title: str = TITLE
    label: str = LABEL
    parser_version: str = PARSER_VERSION
    made_up: bool = False

    def build(self, query: Query, options: EngineOptions) -> Request:
        """Raises BadQuery without text or without the instance's address."""
        return build_request(query, options)

    def read(self, exchange: Exchange, query: Query) -> Reading:
        if exchange.problem is not None or read_object(exchange) is not None:
            return ANSWERS.read(exchange, query)
        verdict = judge_json_switched_off(exchange)
        if verdict:
            return Reading(verdict=verdict)
        return judge_page_failures(PAGES.read(exchange, query), exchange)


def judge_json_switched_off(exchange: Exchange) -> Verdict | None:
    """SearXNG says 403 where JSON is not among its formats; walls before it say so in their own ways."""
    asked_for_json = parse_qs(urlsplit(exchange.request.url).query).get("format") == ["json"]
    if exchange.status != 403 or not asked_for_json:
        return None
    early = judge_exchange(replace(exchange, status=200), TITLE)
    document = read_document(exchange.body, exchange.headers.get("content-type", ""))
    wall = judge_refused_page(document, PageSigns(engine_title=TITLE, results=0))
    if early or (wall and not wall.evidence.startswith("title ")):
        return early or wall
    return error_verdict(
        Outcome.BAD_REQUEST, TITLE, exchange, document.title, reason=JSON_SWITCHED_OFF
    )


def judge_page_failures(reading: Reading, exchange: Exchange) -> Reading:
    """The page that says "no results" looks the same when every engine was refused."""
    if reading.verdict.outcome is Outcome.OK or exchange.status != 200:
        return reading
    if FAILURES.encode() not in exchange.body:
        return reading
    document = read_document(exchange.body, exchange.headers.get("content-type", ""))
    serp, _ = parse_page(document, exchange.final_url)
    verdict = judge_failures(serp.features.get("unresponsive_engines"), exchange)
    return Reading(verdict=verdict) if verdict else reading


engine = SearxngEngine()
