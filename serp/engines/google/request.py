"""What to ask of Google."""

from urllib.parse import urlencode

from serp.errors import BadQuery
from serp.types import EngineOptions, Query, Request

OWN_ADDRESS = "https://www.google.com"
RESULTS_A_PAGE = 10
LAST_PAGE = 40  # Google shows some 400 results at most
LONGEST_QUERY = 2048
REFUSAL_HOSTS = frozenset(
    {"consent.google.com", "sorry.google.com", "ipv4.google.com", "ipv6.google.com"}
)


def build_request(query: Query, options: EngineOptions) -> Request:
    """Settings: `udm` ("web" or 14 asks for the plain web tab; left out by default)."""
    text = query.text.strip()
    if not text or len(text) > LONGEST_QUERY:
        raise BadQuery(
            f"Google takes 1 to {LONGEST_QUERY} characters; this keyword has {len(text)}."
        )
    if not 1 <= query.page <= LAST_PAGE:
        raise BadQuery(f"Google has pages 1 to {LAST_PAGE}, not {query.page}.")
    parameters = {
        "q": text,
        "hl": query.language,
        "gl": query.country,
        "start": str((query.page - 1) * RESULTS_A_PAGE) if query.page > 1 else "",
        "udm": str(options.settings.get("udm") or ""),
    }
    base = (options.base_url or OWN_ADDRESS).rstrip("/")
    return Request(
        url=f"{base}/search?{urlencode({name: value for name, value in parameters.items() if value})}",
        refusal_hosts=REFUSAL_HOSTS,
    )
