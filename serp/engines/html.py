"""The frame in which every engine that answers with HTML reads: judge, parse, judge."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from serp.document import Document, read_document
from serp.errors import SerpError
from serp.features import complete_features
from serp.types import (
    EngineOptions,
    Exchange,
    Outcome,
    PageMarks,
    Query,
    Reading,
    Request,
    Serp,
    Verdict,
)
from serp.urls import is_engine_host, registrable_domain
from serp.verdicts import PageSigns, judge_exchange, judge_page, judge_refused_page

logger = logging.getLogger(__name__)

PageParser = Callable[[Document, str], tuple[Serp, PageSigns]]
RequestBuilder = Callable[[Query, EngineOptions], Request]


@dataclass(frozen=True, slots=True, kw_only=True)
class HtmlEngine:
    """An engine made of two functions: one builds the request, one parses the page.

    `parse_page(document, base_url)` gives what stands on the page and the signs by which to judge it.
    """

    name: str
    title: str
    label: str
    parser_version: str
    build_request: RequestBuilder
    parse_page: PageParser
    made_up: bool = False

    def build(self, query: Query, options: EngineOptions) -> Request:
        return self.build_request(query, options)

    def read(self, exchange: Exchange, query: Query) -> Reading:
        """Judge and parse with one tree. Never raises for any answer whatever."""
        try:
            return self._read(exchange, query)
        except Exception as error:  # a parser's mistake is a page not understood, not a lost job
            logger.exception("%s: the parser failed", self.name)
            return Reading(verdict=self._verdict_on_mistake(error))

    def _read(self, exchange: Exchange, query: Query) -> Reading:
        early = judge_exchange(exchange, self.title)
        if early is not None:
            return Reading(verdict=self._look_closer(early, exchange))
        document = read_document(exchange.body, exchange.headers.get("content-type", ""))
        serp, signs = self.parse_page(document, self._find_address(exchange, query))
        verdict = judge_page(document, replace(signs, asked=query.text))
        marks = PageMarks(
            frame=bool(signs.frame), links=len(document.links), title=document.title[:300]
        )
        if not verdict.outcome.is_good:
            return Reading(verdict=verdict, marks=marks)
        serp = replace(serp, parser_version=self.parser_version, features=complete_features(serp))
        return Reading(verdict=verdict, serp=serp, marks=marks)

    def _find_address(self, exchange: Exchange, query: Query) -> str:
        """Where the page's relative links belong: at the engine's own address, also where another
        server handed the page on, such as a rendering service or one of the operator's own."""
        try:
            own = self.build_request(query, EngineOptions()).url
        except SerpError:  # it has no address of its own
            return exchange.final_url
        label = registrable_domain(own).split(".", 1)[0]
        host = urlsplit(exchange.final_url).hostname or ""
        return exchange.final_url if is_engine_host(host, label) else own

    def _look_closer(self, early: Verdict, exchange: Exchange) -> Verdict:
        """A captcha may come with 429 or 503: then the page says more than the status."""
        if exchange.problem is not None or exchange.status < 400 or not exchange.body:
            return early
        document = read_document(exchange.body, exchange.headers.get("content-type", ""))
        signs = PageSigns(engine_title=self.title, results=0)
        refused = judge_refused_page(document, signs)
        if refused is None:
            return early
        evidence = f"{early.evidence}, {refused.evidence}"
        return replace(refused, evidence=evidence, retry_after=early.retry_after)

    def _verdict_on_mistake(self, error: Exception) -> Verdict:
        return Verdict(
            outcome=Outcome.LAYOUT_CHANGED,
            reason=f"The answer of {self.title} could not be understood.",
            evidence=f"the parser failed: {type(error).__name__}",
        )
