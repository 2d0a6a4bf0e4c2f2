"""The frame in which every engine that answers with JSON reads: judge, parse, judge.

Statuses mean other things to each API, so the engine's own `judge_error` is asked before the rules
that hold for all; results that were found end the questions, as everywhere.
"""

import json
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from serp.document import read_document
from serp.engines.html import RequestBuilder
from serp.engines.values import JsonObject, read_object
from serp.errors import BadQuery, MissingKey
from serp.features import complete_features
from serp.types import (
    Ad,
    EngineOptions,
    Exchange,
    OrganicResult,
    Outcome,
    Query,
    Reading,
    Request,
    Serp,
    Sitelink,
    Target,
    Verdict,
)
from serp.urls import read_target, shown_domain
from serp.verdicts import PageSigns, judge_exchange, judge_refused_page, read_retry_after

logger = logging.getLogger(__name__)

ErrorJudge = Callable[[Exchange, JsonObject], Verdict | None]
AnswerParser = Callable[[JsonObject], tuple[Serp, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiEngine:
    """An API made of three functions.

    `judge_error(exchange, answer)` tells what the API says went wrong, None where nothing did; the
    answer is {} where the body is no JSON object. `parse_answer(answer)` gives what the answer holds
    and, where it holds no results, the place that proves that there are none ("" where nothing does).
    """

    name: str
    title: str
    label: str
    parser_version: str
    build_request: RequestBuilder
    judge_error: ErrorJudge
    parse_answer: AnswerParser
    made_up: bool = False

    def build(self, query: Query, options: EngineOptions) -> Request:
        """Raises BadQuery for a query without text and for a source without its key."""
        if not query.text.strip():
            raise BadQuery("There is nothing to search for.")
        return self.build_request(query, options)

    def read(self, exchange: Exchange, query: Query) -> Reading:
        """Never raises for any answer whatever."""
        try:
            return self._read(exchange)
        except Exception as error:  # a parser's mistake is an answer not understood, not a lost job
            logger.exception("%s: the parser failed", self.name)
            return Reading(
                verdict=self._not_understood(f"the parser failed: {type(error).__name__}")
            )

    def _read(self, exchange: Exchange) -> Reading:
        if exchange.problem is not None:
            return Reading(verdict=self._judge_exchange(exchange))
        answer = read_object(exchange)
        verdict = self.judge_error(exchange, answer or {}) or judge_exchange(exchange, self.title)
        if verdict:
            return Reading(verdict=verdict)
        if answer is None:
            return Reading(verdict=self._judge_other_kind(exchange))
        serp, nothing = self.parse_answer(answer)
        serp = replace(
            serp,
            parser_version=self.parser_version,
            layout=serp.layout or "json",
            features=complete_features(serp),
        )
        return self._judge_found(serp, nothing)

    def _judge_found(self, serp: Serp, nothing: str) -> Reading:
        found = len(serp.organic) + len(serp.ads)
        if found:
            return Reading(
                verdict=Verdict(outcome=Outcome.OK, evidence=f"{found} results"), serp=serp
            )
        if nothing:
            reason = f"{self.title} found nothing for these words."
            verdict = Verdict(outcome=Outcome.EMPTY, reason=reason, evidence=nothing)
            return Reading(verdict=verdict, serp=serp)
        return Reading(verdict=self._not_understood("no results, and nothing that says so"))

    def _judge_exchange(self, exchange: Exchange) -> Verdict:
        return judge_exchange(exchange, self.title) or self._not_understood("no answer")

    def _judge_other_kind(self, exchange: Exchange) -> Verdict:
        """A page where JSON was asked for: a wall before the API, or another service altogether."""
        content_type = exchange.headers.get("content-type", "")
        document = read_document(exchange.body, content_type)
        refused = judge_refused_page(document, PageSigns(engine_title=self.title, results=0))
        return refused or self._not_understood(
            f"no JSON but {content_type[:80] or 'nothing known'}"
        )

    def _not_understood(self, evidence: str) -> Verdict:
        return Verdict(
            outcome=Outcome.LAYOUT_CHANGED,
            reason=f"The answer of {self.title} is not what its interface promises.",
            evidence=evidence,
        )


def get_json(
    url: str,
    parameters: Mapping[str, str],
    *,
    secret_params: Mapping[str, str] | None = None,
    secret_headers: Mapping[str, str] | None = None,
) -> Request:
    """A GET for JSON; parameters without a value are left out."""
    kept = {name: value for name, value in parameters.items() if value}
    return Request(
        url=f"{url}?{urlencode(kept)}",
        headers={"Accept": "application/json"},
        secret_params=secret_params or {},
        secret_headers=secret_headers or {},
    )


def post_json(url: str, value: object, *, secret_headers: Mapping[str, str]) -> Request:
    return Request(
        url=url,
        method="POST",
        headers={"Accept": "application/json", "Content-Type": "application/json"},
        body=json.dumps(value).encode(),
        secret_headers=secret_headers,
    )


def credential(options: EngineOptions, name: str, title: str) -> str:
    """Raises MissingKey where the source has none: no retry will find it."""
    value = options.credentials.get(name, "").strip()
    if not value:
        raise MissingKey(f"{title} needs a credential named {name!r}.")
    return value


def setting(options: EngineOptions, name: str, default: str = "") -> str:
    """A setting as text; lists are joined with commas."""
    value = options.settings.get(name)
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return default if value is None else str(value).strip()


def error_verdict(
    outcome: Outcome, title: str, exchange: Exchange, said: str, reason: str = ""
) -> Verdict:
    """What an API says went wrong, in its own words where it has some."""
    bad_key = outcome is Outcome.QUOTA and not is_used_up(exchange, said)
    usual = BAD_KEY if bad_key else ERROR_SENTENCES.get(outcome, "")
    sentence = reason or usual.format(engine=title)
    evidence = f"status {exchange.status}" + (f": {said[:200]}" if said else "")
    wait = read_retry_after(exchange.headers, exchange.started_at)
    return Verdict(
        outcome=outcome, reason=sentence, evidence=evidence, retry_after=wait, bad_key=bad_key
    )


def is_used_up(exchange: Exchange, said: str) -> bool:
    """Whether what the key may ask is used up, as against a key that is not accepted: another day or
    a payment changes the first, nobody's waiting the second."""
    return exchange.status in {402, 429} or USED_UP.search(said) is not None


USED_UP = re.compile(
    r"credits?\b|quota|balance|funds|limit|payment|exceed|exhaust|used up|(run|ran) out"
    r"|out of searches",
    re.IGNORECASE,
)
BAD_KEY = "{engine} does not accept the key."
ERROR_SENTENCES = {
    Outcome.QUOTA: "The searches of this key at {engine} are used up.",
    Outcome.RATE_LIMITED: "{engine} says that there are too many requests at once.",
    Outcome.BAD_REQUEST: "{engine} does not accept this request.",
    Outcome.SERVER_ERROR: "{engine} has a fault of its own.",
    Outcome.BLOCKED: "{engine} refused the request.",
}


@dataclass(frozen=True, slots=True)
class Found:
    """One result of an API, before it is ranked."""

    title: str
    url: str
    snippet: str = ""
    display_url: str = ""
    date: str = ""
    sitelinks: tuple[Sitelink, ...] = ()


@dataclass(frozen=True, slots=True)
class FoundAd:
    """One ad of an API; `block` is "top", "bottom" or "right"."""

    block: str
    title: str
    url: str
    click_url: str = ""
    display_url: str = ""
    snippet: str = ""


def rank_results(found: Sequence[Found], first_absolute_rank: int = 1) -> tuple[OrganicResult, ...]:
    """Results in the order given; those that lead nowhere are left out."""
    targets = [(one, read_target(one.url, "")) for one in found]
    leading = [(one, target) for one, target in targets if target.url]
    return tuple(
        OrganicResult(
            rank=rank,
            absolute_rank=rank + first_absolute_rank - 1,
            title=one.title,
            target=target,
            display_url=one.display_url,
            snippet=one.snippet,
            date=one.date,
            sitelinks=one.sitelinks,
        )
        for rank, (one, target) in enumerate(leading, 1)
    )


def rank_page(
    found: Sequence[Found], ads: Sequence[FoundAd]
) -> tuple[tuple[OrganicResult, ...], tuple[Ad, ...]]:
    """Results and ads with their places on the page: ads at the top, results, the other ads."""
    blocks = {
        block: [ad for ad in ads if ad.block == block] for block in ("top", "bottom", "right")
    }
    organic = rank_results(found, len(blocks["top"]) + 1)
    below = len(blocks["top"]) + len(organic)
    before = {"top": 0, "bottom": below, "right": below + len(blocks["bottom"])}
    return organic, tuple(
        rank_ad(ad, position, before[block] + position)
        for block, members in blocks.items()
        for position, ad in enumerate(members, 1)
    )


def rank_ad(ad: FoundAd, position: int, absolute_rank: int) -> Ad:
    return Ad(
        block=ad.block,
        position=position,
        absolute_rank=absolute_rank,
        title=ad.title,
        target=read_target(ad.url, "", shown_domain(ad.display_url)),
        click_url=ad.click_url,
        display_url=ad.display_url,
        snippet=ad.snippet,
    )


def links_to(urls: Sequence[str]) -> tuple[Target, ...]:
    targets = (read_target(url, "") for url in urls)
    return tuple(target for target in targets if target.url)
