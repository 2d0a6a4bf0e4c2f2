"""What only a refusal has: elements first, then the addresses of its scripts, its title, its words.

The walls that stand before engines (Cloudflare, DataDome, Imperva, AWS, Anubis and others) are few
and the same everywhere. Their texts come in any language, their elements and addresses do not: so
words come last, and never count where they are the words that were searched for.
"""

import re
from collections.abc import Iterable, Iterator

from serp.document import Document, Node

# A page with more to read than this is no refusal, whatever words occur in it.
LONGEST_REFUSAL = 3_000
LONGEST_SCRIPT = 20_000  # of all scripts together that are looked at
MOST_NODES = 400
MOST_WAYS_ON = 3
MOST_ASKED_WORDS = 40
_ASKED_WORD = re.compile(r"\w{3,60}")

# Elements that only a refusal has, last seen 2026-07. Matched only where no results were found.
_IDS = (
    "captcha-form",  # Google /sorry, 2019-2026
    "challenge-form",  # DuckDuckGo, Cloudflare
    "turnstile-widget",  # Bing, 2026
    "cf-wrapper",
    "challenge-error-text",  # Cloudflare
    "px-captcha",
    "captcha-container",
    "challenge-container",  # AWS
    "anubis_challenge",
    "anubis_version",
)
_CLASSES = (
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
_ATTRIBUTES = ("data-sitekey", "data-mcaptcha_url")  # of every captcha's widget, whatever its name
_FIELDS = frozenset({"cf-turnstile-response", "g-recaptcha-response", "h-captcha-response"})
_ACTIONS = re.compile(
    r"captcharedirect|/(check|x?check|show)captcha|/anomaly\.js|/sp/captcha|/cdn-cgi/challenge|/sorry/index|_incapsula_",
    re.IGNORECASE,
)
_SOURCES = re.compile(
    r"^/sorry/image|/recaptcha/(api|enterprise)|hcaptcha\.com/|challenges\.cloudflare\.com|captcha-delivery\.com|/_incapsula_resource|smartcaptcha|/captchaimg",
    re.IGNORECASE,
)
# Of scripts: only of those that good pages never load, and only where there is no results frame.
_SCRIPT_SOURCES = re.compile(
    r"captcha-delivery\.com|challenges\.cloudflare\.com|/challenge-platform/.*(chl_page|orchestrate)|awswaf\.com/|/_incapsula_resource|/cmd/anubis/|/recaptcha/enterprise\.js|px-cloud\.net|ddos-guard",
    re.IGNORECASE,
)
_SCRIPT_WORDS = re.compile(
    r"_cf_chl_opt|captcha-delivery\.com|\bgokuProps\b|AwsWafCaptcha|\bchallengeSet\b"
)
_TITLES = re.compile(
    r"^just a moment|^attention required|captcha|are you (not )?a robot|verifying your (request|browser)"
    r"|security (check|checkpoint)|(bot|human) (check|verification)|^verify (that )?you|not a (ro)?bot\b|pardon our interruption|ddos.guard"
    r"|(kein|pas un|no eres un|non sei un|geen|n\u00e3o \u00e9 um|nie jeste\u015b) (ro)?bot|\u043d\u0435 (\u0440\u043e)?\u0431\u043e\u0442",
    re.IGNORECASE,
)
# What a status says too: by itself only where the status is good.
_ERROR_TITLES = re.compile(
    r"^access (to this page )?(has been |is )?denied|\| access denied|^(error )?(403|429|999)\b|^forbidden|too many requests|firewall",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"unusual (traffic|activity)|suspicious (traffic|activity)|not a (ro)?bot\b|you(.re| are) (a )?human|were a bot|bots use \w+ too"
    r"|automated (queries|requests|access)|verifying your (request|browser)|checking your browser|made by a human"
    r"|access (to this (page|service) )?.{0,40}\b(denied|forbidden)|(your (ip|ip address|network)|you) (has|have|is) (been )?(blocked|banned)|blocking your (ip|network)"
    r"|too many requests|rate limit exceeded|\b403 forbidden|restrict access"
    r"|complete the (following )?(challenge|security check)|solve (the|this) (captcha|challenge)|enter the characters you see|captcha"
    r"|unable to process (your )?request at this time|if this (error )?persists, please"
    r"|ungew\u00f6hnlichen (datenverkehr|traffic)|trafic (inhabituel|exceptionnel)|tr\u00e1fico inusual|traffico insolito|tr\u00e1fego incomum"
    r"|ongebruikelijk verkeer|nietypowy ruch|ovanlig trafik|us\u00e6dvanlig trafik|uvanlig trafikk|ola\u011fan d\u0131\u015f\u0131 (bir )?trafik|neobvykl\u00fd provoz|truy c\u1eadp b\u1ea5t th\u01b0\u1eddng"
    r"|\u043d\u0435 \u0440\u043e\u0431\u043e\u0442|\u043f\u043e\u0434\u043e\u0437\u0440\u0438\u0442\u0435\u043b\u044c\u043d(\u044b\u0439|\u043e\u0433\u043e) \u0442\u0440\u0430\u0444\u0438\u043a|\u043f\u043e\u0445\u043e\u0436\u0438 \u043d\u0430 \u0430\u0432\u0442\u043e\u043c\u0430\u0442\u0438\u0447\u0435\u0441\u043a\u0438\u0435|\u0434\u043e\u0441\u0442\u0443\u043f .{0,40}\u0437\u0430\u043f\u0440\u0435\u0449[\u0435\u0451]\u043d"
    r"|\u5f02\u5e38\u6d41\u91cf|\u7570\u5e38\u6d41\u91cf|\u5b89\u5168\u9a8c\u8bc1|\u7f51\u7edc\u4e0d\u7ed9\u529b|\u901a\u5e38\u3068\u7570\u306a\u308b\u30c8\u30e9\u30d5\u30a3\u30c3\u30af|\ube44\uc815\uc0c1\uc801\uc778 \ud2b8\ub798\ud53d"
    r"|not (yet )?available in your (country|region)|service unavailable",
    re.IGNORECASE,
)


def find_refusal(document: Document, *, has_frame: bool = False, asked: str = "") -> str:
    """The element that makes the page a refusal, "" where there is none."""
    return (
        _find_named(document)
        or first_match(document.by_name.get("form", []), "action", _ACTIONS)
        or first_match(document.by_name.get("img", []), "src", _SOURCES)
        or first_match(document.by_name.get("iframe", []), "src", _SOURCES)
        or _find_field(document)
        or ("" if has_frame else _find_script(document))
        or _find_title(document, asked)
    )


def _find_named(document: Document) -> str:
    for identifier in _IDS:
        if identifier in document.by_id:
            return f"element #{identifier}"
    for name in _CLASSES:
        if name in document.by_class:
            return f"element .{name}"
    for attribute in _ATTRIBUTES:
        if document.with_attribute(attribute):
            return f"element with {attribute}"
    return ""


def _find_field(document: Document) -> str:
    for field in document.by_name.get("input", []):
        if field.get("name") in _FIELDS:
            return f"input {field.get('name')}"
    return ""


def _find_script(document: Document) -> str:
    if len(document.visible_text) > LONGEST_REFUSAL:
        return ""
    source = first_match(document.by_name.get("script", []), "src", _SCRIPT_SOURCES)
    if source:
        return source
    match = _SCRIPT_WORDS.search(document.script_text[:LONGEST_SCRIPT])
    return f'script with "{match.group()}"' if match else ""


def _find_title(document: Document, asked: str) -> str:
    if len(document.visible_text) > LONGEST_REFUSAL:
        return ""
    title = document.title
    return f'title "{title[:80]}"' if _TITLES.search(_without(title, asked)) else ""


def find_refusal_words(document: Document, asked: str) -> str:
    """What the page says that only refusals say, "" where it says nothing of the kind."""
    text = document.visible_text
    if len(text) > LONGEST_REFUSAL:
        return ""
    match = _WORDS.search(_without(text, asked)) or _ERROR_TITLES.search(
        _without(document.title, asked)
    )
    return match.group() if match else ""


def _without(text: str, asked: str) -> str:
    """The text without the words that were searched for, each by itself: pages quote and shorten them."""
    words = [re.escape(word) for word in _ASKED_WORD.findall(asked)[:MOST_ASKED_WORDS]]
    return re.sub("|".join(words), " ", text, flags=re.IGNORECASE) if words else text


def ways_on(document: Document) -> Iterator[str]:
    """Where a page without anything else leads: its links, and what it says to the browser."""
    if len(document.links) <= MOST_WAYS_ON:
        yield from (anchor.get("href") for anchor in document.links)
    for meta in document.by_name.get("meta", [])[:MOST_NODES]:
        if meta.get("http-equiv").lower() == "refresh":
            yield meta.get("content").partition("=")[2].strip(" '\"")


def first_match(nodes: Iterable[Node], attribute: str, pattern: re.Pattern[str]) -> str:
    for node in nodes:
        match = pattern.search(node.get(attribute)[:500])
        if match:
            return f'{node.name} {attribute} with "{match.group()}"'
    return ""
