"""What an answer is: judged before anybody believes what stands on it.

The order decides. Good pages contain the words "captcha" and "enablejs", so structure is asked
before words, and results that were found end the questions:

    transport -> address -> status and headers -> results found: ok
    -> a refusal's own elements -> JavaScript shell -> the engine's "no results" inside its frame
    -> a refusal's words -> consent -> layout_changed

`judge_exchange` answers what needs no page, `judge_page` the rest.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from serp.document import Document, Node
from serp.types import Exchange, FetchProblem, Outcome, Verdict

LONGEST_RETRY_AFTER = 6 * 3600.0
# A page with more to read than this is no refusal, whatever words occur in it.
LONGEST_REFUSAL = 3_000


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

# Elements that only a refusal has, last seen 2026-07. Matched only where no results were found.
_REFUSAL_IDS = (
    "captcha-form",  # Google /sorry, 2019-2026
    "challenge-form",  # DuckDuckGo, Cloudflare
    "turnstile-widget",  # Bing, 2026
    "cf-wrapper",
    "px-captcha",
    "captcha-container",
    "anubis_challenge",
    "anubis_version",
)
_REFUSAL_CLASSES = (
    "g-recaptcha",
    "h-captcha",
    "cf-turnstile",
    "anomaly-modal__title",  # DuckDuckGo
    "captcha_header",  # Bing
    "CheckboxCaptcha",  # Yandex
    "AdvancedCaptcha",
    "frc-captcha",
    "altcha",
)
_REFUSAL_ACTIONS = re.compile(
    r"captcharedirect|/(check|x?check|show)captcha|/anomaly\.js|/sp/captcha|/cdn-cgi/challenge|/sorry/index|_incapsula_",
    re.IGNORECASE,
)
_REFUSAL_SOURCES = re.compile(
    r"^/sorry/image|/recaptcha/(api|enterprise)|hcaptcha\.com/|challenges\.cloudflare\.com|captcha-delivery\.com|/_incapsula_resource|smartcaptcha",
    re.IGNORECASE,
)
_REFUSAL_TITLES = re.compile(
    r"^just a moment|^attention required|captcha|are you (not )?a robot|verifying your (request|browser)"
    r"|security check|bot (check|verification)|^verify (that )?you|making sure you.re not a bot",
    re.IGNORECASE,
)
_REFUSAL_WORDS = re.compile(
    r"unusual (traffic|activity)|not a robot|you('re| are) (a )?human|bots use \w+ too|automated (queries|requests|access)|verifying your (request|browser)"
    r"|access (to this page )?(has been |is )?denied|your (ip|ip address|network) (has been|is) (blocked|banned)|too many requests"
    r"|complete the (following )?(challenge|security check)|solve (the|this) (captcha|challenge)|enter the characters you see|captcha"
    r"|ungew\u00f6hnlichen (datenverkehr|traffic)|trafic (inhabituel|exceptionnel)|tr\u00e1fico inusual|traffico insolito|tr\u00e1fego incomum"
    r"|\u043d\u0435 \u0440\u043e\u0431\u043e\u0442|\u5f02\u5e38\u6d41\u91cf|\u7570\u5e38\u6d41\u91cf|\u5b89\u5168\u9a8c\u8bc1|not (yet )?available in your (country|region)|service unavailable",
    re.IGNORECASE,
)
_CONSENT_ACTIONS = re.compile(r"//consent\.|/consent(/|\?|$)|/save\b.*consent", re.IGNORECASE)
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
        or _judge_script_shell(document, signs)
        or _judge_no_results(signs)
        or _judge_words(document, signs)
        or _judge_consent(document, signs)
        or _judge_unknown(document, signs)
    )


def judge_refused_page(document: Document, signs: PageSigns) -> Verdict | None:
    """A refusal told by elements that only refusals have."""
    seen = signs.refusal or find_refusal(document)
    if not seen:
        return None
    return Verdict(
        outcome=Outcome.BLOCKED,
        reason=_CAPTCHA_SENTENCE.format(engine=signs.engine_title),
        evidence=seen,
    )


def find_refusal(document: Document) -> str:
    """The element that makes the page a refusal, "" where there is none."""
    for identifier in _REFUSAL_IDS:
        if identifier in document.by_id:
            return f"element #{identifier}"
    for name in _REFUSAL_CLASSES:
        if name in document.by_class:
            return f"element .{name}"
    return (
        _first_match(document.by_name.get("form", []), "action", _REFUSAL_ACTIONS)
        or _first_match(document.by_name.get("img", []), "src", _REFUSAL_SOURCES)
        or _first_match(document.by_name.get("iframe", []), "src", _REFUSAL_SOURCES)
        or _find_refusal_field(document)
        or _find_refusal_title(document)
    )


def _find_refusal_field(document: Document) -> str:
    for field in document.by_name.get("input", []):
        if field.get("name") in {
            "cf-turnstile-response",
            "g-recaptcha-response",
            "h-captcha-response",
        }:
            return f"input {field.get('name')}"
    return ""


def _find_refusal_title(document: Document) -> str:
    title = document.title
    if len(document.visible_text) > LONGEST_REFUSAL or not _REFUSAL_TITLES.search(title):
        return ""
    return f'title "{title[:80]}"'


def _first_match(nodes: Iterable[Node], attribute: str, pattern: re.Pattern[str]) -> str:
    for node in nodes:
        match = pattern.search(node.get(attribute)[:500])
        if match:
            return f'{node.name} {attribute} with "{match.group()}"'
    return ""


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
            parts = urlsplit(address)
            return Verdict(
                outcome=rule.outcome,
                reason=rule.sentence.format(engine=engine_title),
                evidence=f"sent to {parts.hostname or ''}{parts.path[:60]}",
                retry_after=read_retry_after(exchange.headers, exchange.started_at),
            )
    return None


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
    return Verdict(
        outcome=outcome,
        reason=sentence.format(engine=engine_title),
        evidence=f"status {status}",
        retry_after=read_retry_after(exchange.headers, exchange.started_at),
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
    text = document.visible_text
    match = _REFUSAL_WORDS.search(text) if len(text) <= LONGEST_REFUSAL else None
    if match is None:
        return None
    return Verdict(
        outcome=Outcome.BLOCKED,
        reason=f"{signs.engine_title} refuses to answer programs, or this network.",
        evidence=f'the page says "{match.group()}"',
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
    found = _first_match(document.by_name.get("form", []), "action", _CONSENT_ACTIONS)
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
