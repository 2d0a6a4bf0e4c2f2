"""What a source of the user's own declares in its settings, checked.

    {"search_url": "https://docs.example.org/search?q={query}",
     "paging": {"parameter": "start", "first": 0, "step": 10, "last": 20},
     "selectors": {"result": "li.hit", "title": "h3", "snippet": "p", "empty": ".nothing"},
     "empty_text": "No documents match"}

`search_url` may hold {query}, {page}, {language} and {country}; without a host it is taken at the
source's base URL. `paging` says which number stands for a page: `first` for page 1, `step` more
for each further one; the parameter is left out for page 1. A credential `api_key` goes where
`key_header` or `key_param` says. `url` among the selectors may end in an attribute: `a@data-href`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from urllib.parse import urlsplit

from serp.engines.api import setting
from serp.errors import BadQuery
from serp.selectors import BadSelector, check_selector
from serp.types import EngineOptions
from serp.urls import make_absolute

PLACEHOLDERS = ("query", "page", "language", "country")
SELECTORS = (
    "frame",
    "result",
    "title",
    "url",
    "snippet",
    "display_url",
    "ad",
    "stats",
    "related",
    "empty",
)
LONGEST_SELECTOR = 500
LONGEST_EMPTY_TEXT = 200
LAST_PAGE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    parameter: str = ""
    first: int = 1
    step: int = 1
    last: int = 50

    def number(self, page: int) -> int:
        return self.first + (page - 1) * self.step


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    search_url: str  # absolute, with placeholders
    selectors: Mapping[str, str]
    paging: Paging = field(default_factory=Paging)
    empty_text: str = ""
    key_header: str = ""
    key_param: str = ""

    @property
    def host(self) -> str:
        return urlsplit(self.search_url).hostname or ""

    @property
    def has_pages(self) -> bool:
        return bool(self.paging.parameter) or "{page}" in self.search_url


def read_declaration(options: EngineOptions) -> Declaration:
    """Raises BadQuery: one plain sentence about the first thing that is wrong."""
    return Declaration(
        search_url=_read_search_url(options),
        selectors=_read_selectors(options.settings.get("selectors")),
        paging=_read_paging(options.settings.get("paging")),
        empty_text=_read_empty_text(options),
        key_header=setting(options, "key_header"),
        key_param=setting(options, "key_param"),
    )


def _read_search_url(options: EngineOptions) -> str:
    template = setting(options, "search_url")
    if "{query}" not in template:
        raise BadQuery("'search_url' needs {query} where the keyword goes.")
    for name in re.findall(r"\{([^{}]*)\}", template):
        if name not in PLACEHOLDERS:
            raise BadQuery(
                f"'search_url' has {{{name}}}; what can stand there is {_list(PLACEHOLDERS)}."
            )
    url = make_absolute(template, f"{options.base_url.rstrip('/')}/")
    if url is None:
        raise BadQuery(
            "'search_url' is no web address: begin it with https://, or give the source a base URL."
        )
    # The keyword must not choose the server that is asked.
    if "{" in urlsplit(url).netloc:
        raise BadQuery("In 'search_url' the host must be written out, without {...} in it.")
    return url


def _read_selectors(given: object) -> Mapping[str, str]:
    if not isinstance(given, Mapping) or not given.get("result"):
        raise BadQuery(
            "'selectors' is an object that needs 'result': the box of one result, such as li.hit."
        )
    for name, selector in given.items():
        if name not in SELECTORS:
            raise BadQuery(f"There is no selector {name!r}; known are {_list(SELECTORS)}.")
        _check_selector(str(name), selector)
    return {str(name): str(selector).strip() for name, selector in given.items() if selector}


def _check_selector(name: str, selector: object) -> None:
    if not isinstance(selector, str) or len(selector) > LONGEST_SELECTOR:
        raise BadQuery(f"The selector {name!r} is a text of up to {LONGEST_SELECTOR} characters.")
    path, attribute = split_attribute(selector.strip()) if name == "url" else (selector, "href")
    if not re.fullmatch(r"[\w:.-]+", attribute):
        raise BadQuery(f"The selector 'url' ends in no attribute: {selector!r}.")
    if not path.strip():
        return
    try:
        check_selector(path.strip())
    except BadSelector:
        raise BadQuery(
            f"The selector {name!r} is not understood: {selector!r}. Tags, #id, .class, [attribute=value], "
            "spaces, > and commas are."
        ) from None


def split_attribute(selector: str) -> tuple[str, str]:
    """`a.more@data-href` is the attribute data-href of a.more; without @ it is the href."""
    path, _, attribute = selector.partition("@")
    return path.strip(), attribute.strip() or "href"


def _read_paging(given: object) -> Paging:
    if given in (None, {}):
        return Paging()
    if not isinstance(given, Mapping):
        raise BadQuery("'paging' is an object with 'parameter', 'first', 'step' and 'last'.")
    known = [each.name for each in fields(Paging)]
    for name in given:
        if name not in known:
            raise BadQuery(f"'paging' has {name!r}; known are {_list(known)}.")
    paging = Paging(
        parameter=str(given.get("parameter") or "").strip(),
        first=_read_number(given, "first", 1, 0, 1000),
        step=_read_number(given, "step", 1, 1, 1000),
        last=_read_number(given, "last", 50, 1, LAST_PAGE),
    )
    if not re.fullmatch(r"[\w.\[\]-]*", paging.parameter):
        raise BadQuery(f"'parameter' of 'paging' is no name of a parameter: {paging.parameter!r}.")
    return paging


def _read_number(
    given: Mapping[object, object], name: str, default: int, least: int, most: int
) -> int:
    value = given.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise BadQuery(f"{name!r} of 'paging' is a whole number from {least} to {most}.")
    return value


def _read_empty_text(options: EngineOptions) -> str:
    text = " ".join(setting(options, "empty_text").split())
    if len(text) > LONGEST_EMPTY_TEXT or 0 < len(text) < 4:
        raise BadQuery(f"'empty_text' has 4 to {LONGEST_EMPTY_TEXT} characters.")
    return text


def _list(names: tuple[str, ...] | list[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
