"""Where a link really leads: redirects of the engines taken off, registrable domains."""

import base64
import binascii
import re
from collections.abc import Callable
from functools import cache, lru_cache
from ipaddress import ip_address
from typing import Never
from urllib.parse import SplitResult, parse_qs, unquote, urljoin, urlsplit

from publicsuffixlist import PublicSuffixList

from serp.types import Target

_LONGEST_URL = 8192
_LINE_BREAKS = dict.fromkeys(map(ord, "\t\r\n"))
_DEEPEST_WRAPPING = 3


class _Opaque(Exception):
    """The link is a redirect whose target only the engine knows."""


_Unwrapper = Callable[[SplitResult], str | None]


@lru_cache(maxsize=2048)
def read_target(href: str, base_url: str, shown_domain: str = "") -> Target:
    """The link as a value: never raises, whatever stands in the href.

    `url` is None for a link that does not lead to a web page and for an opaque redirect; then
    `shown_domain`, what the page itself displays, stands in for the domain.
    """
    raw = href.strip()
    try:
        url = unwrap(raw, base_url)
    except _Opaque:
        return Target(href_raw=raw, url=None, domain=shown_domain, opaque=True)
    if url is None:
        return Target(href_raw=raw, url=None, domain=shown_domain)
    return Target(href_raw=raw, url=url, domain=registrable_domain(url))


def unwrap(href: str, base_url: str) -> str | None:
    """The absolute http(s) URL behind a link, or None where there is none.

    Raises a private error for opaque redirects: callers outside use `read_target`.
    """
    url = make_absolute(href, base_url)
    for _ in range(_DEEPEST_WRAPPING):
        if url is None:
            return None
        inner = _unwrap_once(url)
        if inner is None:
            return url
        url = inner
    return url


def make_absolute(href: str, base_url: str) -> str | None:
    """The href against the page's address; None for anything but http(s)."""
    href = href.strip()
    if not href or len(href) > _LONGEST_URL:
        return None
    href = href.translate(_LINE_BREAKS)
    try:
        url = href if _is_plain(href) else urljoin(base_url, href)
        parts = urlsplit(url)
        has_host = parts.scheme in {"http", "https"} and parts.hostname
    except ValueError:
        return None
    return url if has_host else None


def _is_plain(href: str) -> bool:
    """Whether joining would change nothing: an absolute address without empty parts at its end."""
    return href.startswith(("http://", "https://")) and not href.endswith(("?", "#"))


def registrable_domain(url: str) -> str:
    """`bbc.co.uk` for `https://www.bbc.co.uk/news`; an IP address or an intranet name as it is."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""
    return domain_of_host(host)


@lru_cache(maxsize=4096)
def domain_of_host(host: str) -> str:
    host = host.lower()
    if _is_ip(host):
        return host
    return _suffixes().privatesuffix(host) or host


def shown_domain(displayed_url: str) -> str:
    """The registrable domain in a displayed URL such as `https://www.bbc.co.uk > news`."""
    match = re.search(
        r"(?:^|//|\s)((?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24})(?=[/:?#\s\u203a]|$)",
        displayed_url[:500],
    )
    return domain_of_host(match[1]) if match else ""


def is_engine_host(host: str, label: str) -> bool:
    """Whether a host belongs to an engine, in whatever country: www.google.co.uk for "google"."""
    return domain_of_host(host).split(".", 1)[0] == label


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _unwrap_once(url: str) -> str | None:
    """The next URL inside a redirect; None where this is none."""
    try:
        parts = urlsplit(url)
        label = domain_of_host(parts.hostname or "").split(".", 1)[0]
        unwrapper = _UNWRAPPERS.get(label)
        inner = unwrapper(parts) if unwrapper else None
    except ValueError:
        return None
    if inner is None or not inner.lower().startswith(("http://", "https://")):
        return None
    return inner[:_LONGEST_URL]


def _parameter(parts: SplitResult, *names: str) -> str:
    """The first of the named parameters that is there, decoded; "" without any."""
    values = parse_qs(parts.query, keep_blank_values=True)
    return next((values[name][0] for name in names if name in values), "")


def _unwrap_google(parts: SplitResult) -> str | None:
    path = parts.path
    if path in {"/url", "/interstitial"}:
        return _first_url(_parameter(parts, "q"), _parameter(parts, "url"))
    if path == "/imgres":
        return _first_url(_parameter(parts, "imgrefurl"))
    if path == "/goto":
        return _first_url(_parameter(parts, "url")) or _refuse()
    if path.startswith("/amp/"):
        return _unwrap_amp(path, parts.query)
    if path.endswith("/aclk"):
        return _unwrap_ad_click(parts)
    return None


def _unwrap_amp(path: str, query: str) -> str | None:
    """/amp/s/example.org/page is https://example.org/page as Google's cache shows it."""
    page = path.removeprefix("/amp/")
    secure = page.startswith("s/")
    address = page.removeprefix("s/")
    if "." not in address.split("/", 1)[0]:
        return None
    return f"{'https' if secure else 'http'}://{address}{'?' + query if query else ''}"


def _unwrap_ad_click(parts: SplitResult) -> str | None:
    # adurl is the last parameter and may itself hold unescaped "&": take all of the rest.
    _, found, landing = parts.query.partition("adurl=")
    if not found or not landing:
        _refuse()
    return _first_url(unquote(landing)) or _refuse()


def _unwrap_duckduckgo(parts: SplitResult) -> str | None:
    if parts.path.rstrip("/") == "/l":
        return _first_url(_parameter(parts, "uddg")) or _refuse()
    if parts.path == "/y.js":
        return _first_url(_parameter(parts, "u3")) or _refuse()
    return None


def _unwrap_bing(parts: SplitResult) -> str | None:
    if parts.path not in {"/ck/a", "/aclick", "/aclk"}:
        return None
    wrapped = _parameter(parts, "u")
    return _first_url(unquote(_decode_base64(wrapped.removeprefix("a1")))) or _refuse()


def _unwrap_yahoo(parts: SplitResult) -> str | None:
    match = re.search(r"/RU=([^/]+)/R[KSO]=", parts.path)
    return _first_url(unquote(match[1])) if match else None


def _unwrap_baidu(parts: SplitResult) -> str | None:
    return _refuse() if parts.path in {"/link", "/baidu.php", "/aclk"} else None


def _unwrap_yandex(parts: SplitResult) -> str | None:
    if parts.path.startswith(("/clck/", "/redir", "/safety/")):
        return _first_url(_parameter(parts, "url"), _parameter(parts, "l")) or _refuse()
    if (parts.hostname or "").startswith(("yabs.", "an.")) and parts.path.startswith("/count/"):
        return _refuse()
    return None


_UNWRAPPERS: dict[str, _Unwrapper] = {
    "google": _unwrap_google,
    "googleadservices": _unwrap_google,
    "doubleclick": _unwrap_google,
    "duckduckgo": _unwrap_duckduckgo,
    "bing": _unwrap_bing,
    "yahoo": _unwrap_yahoo,
    "baidu": _unwrap_baidu,
    "yandex": _unwrap_yandex,
    "ya": _unwrap_yandex,
}


def _first_url(*candidates: str) -> str | None:
    return next(
        (url for url in candidates if url.lower().startswith(("http://", "https://"))), None
    )


def _refuse() -> Never:
    raise _Opaque


def _decode_base64(text: str) -> str:
    padded = text + "=" * (-len(text) % 4)
    try:
        return base64.urlsafe_b64decode(padded.encode("ascii")).decode("utf-8")
    except (binascii.Error, UnicodeError):
        return ""
