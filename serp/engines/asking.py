"""How a request for a results page is put together."""

from collections.abc import Mapping
from urllib.parse import urlencode

from serp.errors import BadQuery
from serp.types import EngineOptions, Query, Request


def check_query(query: Query, title: str, *, longest: int, last_page: int) -> str:
    """The text to ask for. Raises BadQuery where the engine cannot be asked this."""
    text = query.text.strip()
    if not text or len(text) > longest:
        raise BadQuery(f"{title} takes 1 to {longest} characters; this keyword has {len(text)}.")
    if not 1 <= query.page <= last_page:
        raise BadQuery(f"{title} can be asked for pages 1 to {last_page}, not {query.page}.")
    return text


def make_request(
    options: EngineOptions,
    own_address: str,
    path: str,
    parameters: Mapping[str, str],
    *,
    cookies: Mapping[str, str] | None = None,
    query: Query | None = None,
    refusal_hosts: frozenset[str] = frozenset(),
) -> Request:
    """A GET with those parameters and cookies that are not empty.

    `query` is given where the engine has no parameters for language and country and goes by the
    header that browsers send.
    """
    base = (options.base_url or own_address).rstrip("/")
    given = {name: value for name, value in parameters.items() if value}
    wishes = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items() if value)
    return Request(
        url=f"{base}{path}?{urlencode(given)}",
        headers=_keep_given(
            {"Cookie": wishes, "Accept-Language": language_tag(query) if query else ""}
        ),
        refusal_hosts=refusal_hosts,
    )


def language_tag(query: Query) -> str:
    """`de-AT`, `de` or ""."""
    if not query.language or "-" in query.language or not query.country:
        return query.language
    return f"{query.language}-{query.country.upper()}"


def _keep_given(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if value}
