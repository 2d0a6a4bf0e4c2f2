"""What an answer is: judged before anybody believes what stands on it.

The order decides. Good pages contain the words "captcha" and "enablejs", so structure is asked
before words, and results that were found end the questions:

    transport -> address -> status and headers -> results found: ok
    -> a refusal's own elements -> JavaScript shell -> the engine's "no results" inside its frame
    -> a refusal's words -> consent -> layout_changed

`judge_exchange` answers what needs no page, `judge_page` the rest.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from serp.document import Document
from serp.refusals import (
    LONGEST_REFUSAL,
    find_refusal,
    find_refusal_words,
    first_match,
    ways_on,
)
from serp.types import Exchange, FetchProblem, Outcome, Verdict

LONGEST_RETRY_AFTER = 6 * 3600.0
LONGEST_STUB = 400  # of characters to read


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSigns:
    """What an engine's parser saw on the page."""

    engine_title: str
    results: int  # organic results and ads
    frame: str = ""  # the element that holds results here, "" where the page has none
    no_results: str = ""  # where the engine itself says that it found nothing
    needs_js: str = ""  # the engine's own way of asking for JavaScript
    consent: str = ""
    refusal: str = ""  # the engine's own way of refusing
    asked: str = ""  # the words searched for, which a page may repeat: they tell nothing


@dataclass(frozen=True, slots=True)
class _AddressRule:
    host: str  # a pattern
    path: str
    outcome: Outcome
    sentence: str


_CAPTCHA_SENTENCE = "{engine} answered with a captcha and wants proof that a person is asking."
_CONSENT_SENTENCE = "{engine} asks for consent to its cookies before it shows results."

_ADDRESS_RULES = (
    _AddressRule(r"(^|\.)google\.", r"^/sorry(/|$)", Outcome.BLOCKED, _CAPTCHA_SENTENCE),
    _AddressRule(r"^sorry\.google\.", r"", Outcome.BLOCKED, _CAPTCHA_SENTENCE),
    _AddressRule(r"^consent\.(google|youtube|yahoo)\.", r"", Outcome.CONSENT, _CONSENT_SENTENCE),
    _AddressRule(
        r"^(guce\.)?(consent\.)?yahoo\.com$|^guce\.", r"consent", Outcome.CONSENT, _CONSENT_SENTENCE
    ),
    _AddressRule(
        r"", r"^/(showcaptcha|checkcaptcha|xcheckcaptcha)", Outcome.BLOCKED, _CAPTCHA_SENTENCE
    ),
    _AddressRule(r"startpage\.com$", r"^/sp/captcha", Outcome.BLOCKED, _CAPTCHA_SENTENCE),
    _AddressRule(r"^wappass\.baidu\.com$", r"", Outcome.BLOCKED, _CAPTCHA_SENTENCE),
)

_PROBLEM_SENTENCES: Mapping[FetchProblem, str] = {
    FetchProblem.DNS: "The name of the server could not be found.",
    FetchProblem.CONNECT: "The server could not be reached.",
    FetchProblem.TLS: "No secure connection to the server could be made.",
    FetchProblem.TIMEOUT: "The server took too long to answer.",
    FetchProblem.TRUNCATED: "The connection broke before the answer was complete.",
    FetchProblem.TOO_LARGE: "The answer was larger than is read.",
    FetchProblem.TOO_MANY_REDIRECTS: "The server sent us from one address to the next without end.",
    FetchProblem.FORBIDDEN_ADDRESS: "The address is private or not on the web, and this source may not use such addresses.",
    FetchProblem.FORBIDDEN_REDIRECT: "The server sent us to another site, which this source may not use.",
    FetchProblem.PROXY: "The proxy did not let the request through.",
    FetchProblem.PROTOCOL: "What the server sent is not a valid answer.",
    FetchProblem.CANCELLED: "The search was cancelled.",
}
_PROBLEM_OUTCOMES: Mapping[FetchProblem, Outcome] = {
    FetchProblem.FORBIDDEN_ADDRESS: Outcome.BAD_REQUEST,
    FetchProblem.CANCELLED: Outcome.CANCELLED,
}
_REDIRECT_PROBLEMS = {FetchProblem.FORBIDDEN_REDIRECT, FetchProblem.TOO_MANY_REDIRECTS}

_SIGN_IN = 401
_STATUS_RULES: Mapping[int, tuple[Outcome, str]] = {
    401: (Outcome.BLOCKED, "{engine} wants a sign-in."),
    402: (Outcome.BLOCKED, "{engine} wants to be paid."),
    403: (Outcome.BLOCKED, "{engine} refused the request."),
    407: (Outcome.NETWORK, "The proxy wants a sign-in."),
    408: (Outcome.SERVER_ERROR, "{engine} gave up waiting for the request."),
    425: (Outcome.SERVER_ERROR, "{engine} wants the request again, later."),
    429: (Outcome.RATE_LIMITED, "{engine} says that too many requests come from here."),
    451: (Outcome.BLOCKED, "{engine} refused the request for legal reasons."),
}

# (header, value, what it is): services that stand before engines say so themselves.
_REFUSAL_HEADERS = (
    ("cf-mitigated", "challenge"),
    ("x-yandex-captcha", "captcha"),
    ("x-amzn-waf-action", "captcha"),
    ("x-amzn-waf-action", "challenge"),
    ("x-datadome", "protected"),
)

_CONSENT_ACTIONS = re.compile(
    r"//consent\.|/(collect)?consent(/|\?|$)|/save\b.*consent", re.IGNORECASE
)
_CONSENT_WORDS = re.compile(
    r"before you continue|bevor sie (zu|fortfahren)|avant d.acc\u00e9der|antes de (ir|continuar)|prima di continuare|voordat je verdergaat",
    re.IGNORECASE,
)


def judge_exchange(exchange: Exchange, engine_title: str) -> Verdict | None:
    """The verdict where transport, address or headers settle it; None: the page must be read.

    A status that speaks of a refusal or a fault settles it too, but its page may say more: see
    `judge_refused_page`.
    """
    if exchange.problem not in _REDIRECT_PROBLEMS | {None}:
        return _judge_problem(exchange)
    verdict = _judge_addresses(exchange, engine_title)
    if verdict is None and exchange.problem is not None:
        verdict = _judge_problem(exchange)
    return (
        verdict or _judge_headers(exchange, engine_title) or _judge_status(exchange, engine_title)
    )


def judge_page(document: Document, signs: PageSigns) -> Verdict:
    """The verdict on a page whose transport, address and status were good."""
    if signs.results:
        return Verdict(outcome=Outcome.OK, evidence=f"{signs.results} results")
    return (
        judge_refused_page(document, signs)
        or _judge_way_on(document, signs)
        or _judge_script_shell(document, signs)
        or _judge_no_results(signs)
        or _judge_words(document, signs)
        or _judge_consent(document, signs)
        or _judge_unknown(document, signs)
    )


def judge_refused_page(document: Document, signs: PageSigns) -> Verdict | None:
    """A refusal told by elements that only refusals have."""
    seen = signs.refusal or find_refusal(document, has_frame=bool(signs.frame), asked=signs.asked)
    if not seen:
        return None
    return Verdict(
        outcome=Outcome.BLOCKED,
        reason=_CAPTCHA_SENTENCE.format(engine=signs.engine_title),
        evidence=seen,
    )


def _judge_way_on(document: Document, signs: PageSigns) -> Verdict | None:
    """A page that holds nothing but the way to a refusal: what a redirect leaves that was not followed."""
    if signs.frame or len(document.visible_text) > LONGEST_STUB:
        return None
    for address in ways_on(document):
        rule = _find_address_rule(address)
        if rule:
            return _judge_address(rule, address, signs.engine_title, "leads on")
    return None


def _judge_problem(exchange: Exchange) -> Verdict:
    problem = exchange.problem
    assert problem is not None
    return Verdict(
        outcome=_PROBLEM_OUTCOMES.get(problem, Outcome.NETWORK),
        reason=_PROBLEM_SENTENCES[problem],
        evidence=problem.value,
        retry_after=read_retry_after(exchange.headers, exchange.started_at),
    )


def _judge_addresses(exchange: Exchange, engine_title: str) -> Verdict | None:
    addresses = [
        exchange.final_url,
        *(hop.location for hop in exchange.hops),
        exchange.headers.get("location", ""),
    ]
    for address in addresses:
        rule = _find_address_rule(address)
        if rule:
            verdict = _judge_address(rule, address, engine_title, "sent")
            delay = read_retry_after(exchange.headers, exchange.started_at)
            return replace(verdict, retry_after=delay)
    return None


def _judge_address(rule: _AddressRule, address: str, engine_title: str, verb: str) -> Verdict:
    parts = urlsplit(address)
    return Verdict(
        outcome=rule.outcome,
        reason=rule.sentence.format(engine=engine_title),
        evidence=f"{verb} to {parts.hostname or ''}{parts.path[:60]}",
    )


def _find_address_rule(address: str) -> _AddressRule | None:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return None
    return next((rule for rule in _ADDRESS_RULES if _address_fits(rule, host, parts.path)), None)


def _address_fits(rule: _AddressRule, host: str, path: str) -> bool:
    # A relative Location has no host: the path alone decides, where the rule has one.
    host_fits = re.search(rule.host, host) is not None if host else bool(rule.path)
    return host_fits and re.search(rule.path, path) is not None


def _judge_headers(exchange: Exchange, engine_title: str) -> Verdict | None:
    for name, value in _REFUSAL_HEADERS:
        if value in exchange.headers.get(name, "").lower():
            return Verdict(
                outcome=Outcome.BLOCKED,
                reason=_CAPTCHA_SENTENCE.format(engine=engine_title),
                evidence=f"header {name}: {value}",
                retry_after=read_retry_after(exchange.headers, exchange.started_at),
            )
    return None


def _judge_status(exchange: Exchange, engine_title: str) -> Verdict | None:
    status = exchange.status
    if status == 0 or 200 <= status < 300:
        return None
    outcome, sentence = _STATUS_RULES.get(status) or _status_family(status)
    asked = exchange.request
    bad_key = status == _SIGN_IN and bool(asked.secret_params or asked.secret_headers)
    if bad_key:
        outcome, sentence = Outcome.QUOTA, "{engine} does not accept the key."
    return Verdict(
        outcome=outcome,
        reason=sentence.format(engine=engine_title),
        evidence=f"status {status}",
        retry_after=read_retry_after(exchange.headers, exchange.started_at),
        bad_key=bad_key,
    )


def _status_family(status: int) -> tuple[Outcome, str]:
    if status >= 500:
        return Outcome.SERVER_ERROR, "{engine} has a fault of its own."
    if status >= 400:
        return Outcome.BAD_REQUEST, "{engine} does not accept this request."
    return Outcome.LAYOUT_CHANGED, "{engine} sent us on to an address that is not a results page."


def _judge_script_shell(document: Document, signs: PageSigns) -> Verdict | None:
    seen = signs.needs_js or ("" if signs.frame else _find_script_shell(document))
    if not seen:
        return None
    return Verdict(
        outcome=Outcome.JS_REQUIRED,
        reason=f"{signs.engine_title} sends an empty page to programs that do not run its JavaScript.",
        evidence=seen,
    )


def _find_script_shell(document: Document) -> str:
    """A page with scripts, next to nothing to read, and a note for those without JavaScript."""
    if not document.scripts or len(document.visible_text) > 600 or len(document.links) > 15:
        return ""
    note = document.noscript_text or document.visible_text
    return "note that asks for JavaScript" if "javascript" in note.lower() else ""


def _judge_no_results(signs: PageSigns) -> Verdict | None:
    if not (signs.frame and signs.no_results):
        return None
    return Verdict(
        outcome=Outcome.EMPTY,
        reason=f"{signs.engine_title} found nothing for these words.",
        evidence=signs.no_results[:200],
    )


def _judge_words(document: Document, signs: PageSigns) -> Verdict | None:
    seen = find_refusal_words(document, signs.asked)
    if not seen:
        return None
    return Verdict(
        outcome=Outcome.BLOCKED,
        reason=f"{signs.engine_title} refuses to answer programs, or this network.",
        evidence=f'the page says "{seen}"',
    )


def _judge_consent(document: Document, signs: PageSigns) -> Verdict | None:
    seen = signs.consent or ("" if signs.frame else _find_consent(document))
    if not seen:
        return None
    return Verdict(
        outcome=Outcome.CONSENT,
        reason=_CONSENT_SENTENCE.format(engine=signs.engine_title),
        evidence=seen,
    )


def _find_consent(document: Document) -> str:
    found = first_match(document.by_name.get("form", []), "action", _CONSENT_ACTIONS)
    if found:
        return found
    match = _CONSENT_WORDS.search(document.visible_text[:LONGEST_REFUSAL])
    return f'the page says "{match.group()}"' if match else ""


def _judge_unknown(document: Document, signs: PageSigns) -> Verdict:
    frame = f"frame {signs.frame}" if signs.frame else "no results frame"
    return Verdict(
        outcome=Outcome.LAYOUT_CHANGED,
        reason=f"The answer is no results page that we know: {signs.engine_title} may have changed its pages.",
        evidence=f'{frame}, {len(document.links)} links, title "{document.title[:80]}"',
    )


def read_retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds to wait as the server asks, seconds or an HTTP date, at most six hours; else None."""
    for name in ("retry-after", "ratelimit-reset", "x-ratelimit-reset"):
        seconds = _read_delay(headers.get(name, "").strip(), now or datetime.now(UTC))
        if seconds is not None:
            return min(seconds, LONGEST_RETRY_AFTER)
    return None


def _read_delay(value: str, now: datetime) -> float | None:
    if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,6})?", value):
        seconds = float(value)
    else:
        try:
            moment = parsedate_to_datetime(value)
        except (TypeError, ValueError, OverflowError):
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        seconds = (moment - now).total_seconds()
    return seconds if seconds > 0 else None
