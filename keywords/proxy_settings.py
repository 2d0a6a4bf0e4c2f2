"""Which proxies a source has: entered as addresses with their passwords, kept sealed."""

from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from django.db import transaction

from keywords.models import Source
from keywords.proxies import Proxy
from keywords.vault import Unreadable, seal, unseal

MOST = 500


class ProxyMistake(Exception):
    """That is no address of a proxy; str(e) is one plain sentence that holds no password."""


@transaction.atomic
def set_proxies(source: Source, urls: Sequence[str]) -> None:
    """These and no others; those that were there before keep their health. Raises ProxyMistake."""
    wanted = {url: label_of(url) for url in dict.fromkeys(urls)}
    if len(wanted) > MOST:
        raise ProxyMistake(f"A source may have {MOST} proxies at most.")
    known = {url_of(proxy): proxy for proxy in source.proxies.all()}
    source.proxies.exclude(pk__in=[known[url].pk for url in wanted if url in known]).delete()
    Proxy.objects.bulk_create(
        Proxy(source=source, label=label, sealed=seal({"url": url}))
        for url, label in wanted.items()
        if url not in known
    )


def add_proxies(source: Source, urls: Sequence[str]) -> None:
    """Besides those that are there. Raises ProxyMistake."""
    kept = [url for proxy in source.proxies.all() if (url := url_of(proxy))]
    set_proxies(source, [*kept, *urls])


def label_of(url: str) -> str:
    """Host and port, which may be shown. Raises ProxyMistake."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ProxyMistake("A proxy's port is a number.") from None
    if parts.scheme != "http" or not parts.hostname:
        raise ProxyMistake("A proxy is http://host:port, or http://user:password@host:port.")
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise ProxyMistake("A proxy's address ends after its port.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    user = f"{unquote(parts.username)}@" if parts.username else ""
    return f"{user}{host}:{port or 80}"[:300]


def url_of(proxy: Proxy) -> str:
    """ "" where it was saved under another SECRET_KEY."""
    try:
        return unseal(proxy.sealed).get("url", "")
    except Unreadable:
        return ""


def read_proxy_lines(text: str) -> list[str]:
    """One a line; empty lines and comments do not count."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]
