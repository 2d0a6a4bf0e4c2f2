"""Which redirects are followed: by hand, within one registrable domain, never to less safety."""

import ipaddress
from collections.abc import Mapping
from functools import cache
from urllib.parse import SplitResult, urljoin, urlsplit

from publicsuffixlist import PublicSuffixList

from serp.fetchers.watch import FetchStopped
from serp.types import FetchProblem, Request

REDIRECTS = frozenset({301, 302, 303, 307, 308})


def location_of(status: int, headers: Mapping[str, str], url: str) -> str:
    """Where an answer points, absolute and without fragment; "" where it does not."""
    location = headers.get("location", "").strip()
    if status not in REDIRECTS or not location:
        return ""
    try:
        return urlsplit(urljoin(url, location))._replace(fragment="").geturl()
    except ValueError:
        return location


def is_to_be_followed(request: Request, url: str, location: str) -> bool:
    """False where the redirect leads to a refusal. Raises FetchStopped where it is forbidden."""
    target = split(location)
    if is_refusal_host(target.hostname or "", request.refusal_hosts):
        return False
    origin = split(url)
    if target.scheme not in {"http", "https"} or not target.hostname or target.username:
        raise forbidden("the redirect does not lead to a web page")
    if origin.scheme == "https" and target.scheme == "http":
        raise forbidden("the redirect leads from https to http")
    if not same_site(origin.hostname or "", target.hostname):
        raise forbidden(f"the redirect leads to another site, {target.hostname}")
    return True


def split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # raises for a port that is no number
    except ValueError:
        raise forbidden("the redirect leads to something that is no address") from None
    return parts


def forbidden(why: str) -> FetchStopped:
    return FetchStopped(FetchProblem.FORBIDDEN_REDIRECT, f"Not followed: {why}.")


def is_refusal_host(host: str, refusal_hosts: frozenset[str]) -> bool:
    return any(host == refusal or host.endswith(f".{refusal}") for refusal in refusal_hosts)


def same_site(one: str, other: str) -> bool:
    return one == other or registrable_domain(one) == registrable_domain(other)


def same_origin(one: str, other: str) -> bool:
    """Whether secrets sent to one may be sent to the other; http to https counts as the same."""
    a, b = urlsplit(one), urlsplit(other)
    if (a.scheme, b.scheme, a.port, b.port) == ("http", "https", None, None):
        return a.hostname == b.hostname
    return (a.scheme, a.hostname, a.port) == (b.scheme, b.hostname, b.port)


def registrable_domain(host: str) -> str:
    """example.co.uk for www.example.co.uk; the host itself where it is an address or a bare name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return public_suffixes().privatesuffix(host) or host
    return host


@cache
def public_suffixes() -> PublicSuffixList:
    return PublicSuffixList()
