"""One fetcher a source, proxy and process, shared by its threads, and made anew when the source
changes."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass

from serp.fetchers.browser import BrowserFetcher
from serp.fetchers.http import USER_AGENT, HttpFetcher
from serp.fetchers.limits import FetchLimits
from serp.types import Fetcher

# A job must end before its deadline.
LONGEST_FETCH = 50.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FetcherSettings:
    """What of a source its fetcher depends on. `limits` are fields of FetchLimits, in seconds."""

    allow_private: bool = False
    user_agent: str = ""
    https_only: bool = False
    browser: bool = False  # pages are read as a browser shows them
    limits: tuple[tuple[str, float], ...] = ()


# Fetchers that are kept, over all sources: each holds open connections.
MOST_FETCHERS = 200

_lock = threading.Lock()
# By source and proxy; the longest unused first.
_fetchers: dict[tuple[int, str], tuple[FetcherSettings, HttpFetcher | BrowserFetcher]] = {}


def fetcher_for(source_id: int, wanted: FetcherSettings, proxy: str = "") -> Fetcher:
    """`proxy` is the URL of an HTTP proxy, with its password if it wants one."""
    key = (source_id, proxy)
    with _lock:
        settings, fetcher = _fetchers.pop(key, (None, None))
        if fetcher is None or settings != wanted:
            if fetcher is not None:
                fetcher.close()  # what is being fetched goes on
            fetcher = build_fetcher(wanted, proxy)
        _fetchers[key] = (wanted, fetcher)
        if len(_fetchers) > MOST_FETCHERS:
            _fetchers.pop(next(iter(_fetchers)))[1].close()
        return fetcher


def build_fetcher(settings: FetcherSettings, proxy: str = "") -> HttpFetcher | BrowserFetcher:
    http = HttpFetcher(
        FetchLimits(**dict(settings.limits)),  # type: ignore[arg-type]  # only fields in seconds
        allow_private=settings.allow_private,
        allow_private_proxies=True,  # the operator named it
        user_agent=settings.user_agent or USER_AGENT,
        proxies={"http": proxy, "https": proxy} if proxy else None,
        https_only=settings.https_only,
    )
    return BrowserFetcher(http) if settings.browser else http


# Key of a source's `settings` -> field of FetchLimits.
SECONDS = {"connect_seconds": "connect", "read_seconds": "read", "total_seconds": "total"}


def read_limits(settings: Mapping[str, object]) -> tuple[tuple[str, float], ...]:
    """Raises ValueError, with a plain sentence, for a value that is no number above 0."""
    limits = []
    for key, name in SECONDS.items():
        if key in settings:
            value = settings[key]
            if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
                raise ValueError(f"{key} must be a number above 0, not {value!r}.")
            limits.append((name, min(float(value), LONGEST_FETCH)))
    return tuple(limits)
