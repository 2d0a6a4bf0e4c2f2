"""The address of a results page, made of the declared template."""

from collections.abc import Mapping
from urllib.parse import quote, quote_plus, urlencode, urlsplit, urlunsplit

from serp.engines.api import credential
from serp.engines.asking import check_query
from serp.engines.custom.declaration import PLACEHOLDERS, Declaration
from serp.errors import BadQuery
from serp.types import EngineOptions, Query, Request

LONGEST_QUERY = 1000


def build_request(declaration: Declaration, query: Query, options: EngineOptions) -> Request:
    """Raises BadQuery for an empty keyword, and for a further page where none is declared."""
    last_page = declaration.paging.last if declaration.has_pages else query.page
    text = check_query(query, declaration.host, longest=LONGEST_QUERY, last_page=last_page)
    if query.page > 1 and not declaration.has_pages:
        raise BadQuery("This source can be asked for the first page only: set its 'paging'.")
    values = {
        "query": text,
        "page": str(declaration.paging.number(query.page)),
        "language": query.language,
        "country": query.country,
    }
    header, parameter = declaration.key_header, declaration.key_param
    key = credential(options, "api_key", declaration.host) if header or parameter else ""
    return Request(
        url=_fill_address(declaration, values, query.page),
        secret_headers={header: key} if header else {},
        secret_params={parameter: key} if parameter and not header else {},
    )


def _fill_address(declaration: Declaration, values: Mapping[str, str], page: int) -> str:
    parts = urlsplit(declaration.search_url)
    pairs = [pair for pair in parts.query.split("&") if pair and not _is_left_out(pair, values)]
    wanted = [
        _fill(pair, {name: quote_plus(value) for name, value in values.items()}) for pair in pairs
    ]
    if declaration.paging.parameter and page > 1:
        wanted.append(urlencode({declaration.paging.parameter: values["page"]}))
    path = _fill(parts.path, {name: quote(value, safe="") for name, value in values.items()})
    return urlunsplit((parts.scheme, parts.netloc, path, "&".join(wanted), ""))


def _is_left_out(pair: str, values: Mapping[str, str]) -> bool:
    """A parameter that is nothing but a wish which nobody has: `lang={language}`."""
    value = pair.partition("=")[2]
    return value.startswith("{") and values.get(value.strip("{}")) == ""


def _fill(template: str, values: Mapping[str, str]) -> str:
    # One pass over the pieces, so that a keyword that is itself "{page}" stays as it is.
    pieces = template.split("{")
    filled = [pieces[0]]
    for piece in pieces[1:]:
        name, closed, rest = piece.partition("}")
        filled.append(values[name] + rest if closed and name in PLACEHOLDERS else "{" + piece)
    return "".join(filled)
