"""Whose results page it is, and what was asked: by the page's address, else by the page itself."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import PurePosixPath
from urllib.parse import SplitResult, parse_qs, urlsplit

from serp.engines.registry import configure_engine
from serp.errors import SerpError
from serp.types import Engine, EngineOptions, Exchange, Outcome, Query, Reading
from serp.urls import domain_of_host

LONGEST_QUERY = 255


@dataclass(frozen=True, slots=True)
class Signs:
    """Of one engine: the parameter with the query, and that of the page with its first value and step."""

    query: tuple[str, ...] = ("q",)
    page: str = ""
    first: int = 1
    step: int = 1
    hosts: tuple[str, ...] = ()


# By engine. Its host is known by the part before the public suffix: google of www.google.co.uk.
PAGES: Mapping[str, Signs] = {
    "google": Signs(page="start", first=0, step=10),
    "bing": Signs(page="first", first=1, step=10),
    "duckduckgo": Signs(),
    "brave": Signs(page="offset", first=0),
    "yahoo": Signs(("p", "q"), page="b", first=1, step=7),
    "mojeek": Signs(page="s", first=1, step=10),
    "startpage": Signs(("query", "q"), page="page"),
    "ecosia": Signs(page="p", first=0),
    "yandex": Signs(("text",), page="p", first=0, hosts=("ya",)),
    "baidu": Signs(("wd", "word"), page="pn", first=0, step=10),
    "searxng": Signs(page="pageno"),
    "practice": Signs(page="page"),
}
# Answers of APIs are data, each of its own shape.
APIS = (
    *("searxng", "serpapi", "dataforseo", "serper", "brave_api", "google_cse", "kagi"),
    *("mojeek_api", "marginalia"),
)
NAMES_LOOKED_AT = 3
LOOKED_AT = 400_000  # bytes in which names are counted
# " - Google Search", " at DuckDuckGo" and what else stands behind the query in a title.
TITLE_ENDING = re.compile(
    r"\s*(?:[-–—|·:_]|\bat\b|\bbei\b)\s*(?:[^-–—|·:_]*\b)?"  # noqa: RUF001 - dashes of titles
    r"(?:google|bing|duckduckgo|brave|yahoo|mojeek|startpage|ecosia|yandex|яндекс|baidu|百度|searx\w*|practice)\b.*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Recognized:
    """`engine` is "" where nobody's page was recognized; `reading` is how it reads then."""

    engine: str
    query: str
    page: int = 1
    country: str = ""
    language: str = ""
    reading: Reading | None = None


def recognize(
    name: str, exchange: Exchange, *, engine: str = "", options: EngineOptions
) -> Recognized:
    """`engine` "" means: find out. The query is the address's, else the page's, else the file's name."""
    parts = split_address(exchange.final_url)
    chosen = [engine] if engine else list(guess_engines(exchange, parts))
    best = None
    for candidate in chosen:
        found = read_as(candidate, name, exchange, parts, options)
        if found is None or found.reading is None:
            continue
        if found.reading.verdict.outcome.is_good or engine or is_by_address(candidate, parts):
            return found
        if candidate == chosen[0] and found.reading.verdict.outcome is not Outcome.LAYOUT_CHANGED:
            best = found
    return best or Recognized("", "")


def split_address(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.hostname
    except ValueError:
        return urlsplit("about:blank")
    return parts


def guess_engines(exchange: Exchange, parts: SplitResult) -> Iterable[str]:
    """By the address alone where that is an engine's; else those that the page names most."""
    by_address = [engine for engine in PAGES if is_by_address(engine, parts)]
    if by_address:
        return by_address
    if "json" in exchange.headers.get("content-type", ""):
        return APIS
    return name_most(exchange.body)


def is_by_address(engine: str, parts: SplitResult) -> bool:
    label = domain_of_host(parts.hostname or "").split(".", 1)[0]
    return label == engine or label in PAGES[engine].hosts if engine in PAGES else False


def name_most(body: bytes) -> list[str]:
    """The engines that the page names most often; its title counts above all."""
    start = body[:LOOKED_AT].lower()
    if b'data-engine="practice"' in start[:2000]:
        return ["practice"]
    title = title_of(body).lower().encode()
    counts = {
        engine: 1000 * title.count(name) + start.count(name)
        for engine, name in ((engine, engine.removesuffix("ng").encode()) for engine in PAGES)
    }
    named = sorted((engine for engine in counts if counts[engine]), key=lambda e: -counts[e])
    return named[:NAMES_LOOKED_AT]


def title_of(body: bytes) -> str:
    title = re.search(rb"<title[^>]*>([^<]{1,2000})", body[:LOOKED_AT], re.IGNORECASE)
    return unescape(title[1].decode("utf-8", "ignore")).strip() if title else ""


def read_as(
    engine: str, name: str, exchange: Exchange, parts: SplitResult, options: EngineOptions
) -> Recognized | None:
    """None where the engine cannot read at all."""
    try:
        configured = configure_engine(engine, options)
    except SerpError:
        return None
    told = query_in_address(engine, parts)
    reading = configured.read(exchange, Query(text=told or "?"))
    text = told or query_on_page(engine, reading, exchange.body) or query_in_name(name)
    if not told and text:
        reading = read_with(configured, exchange, text)
    page = page_in_address(engine, parts)
    country, language = places_in_address(parts)
    return Recognized(engine, text[:LONGEST_QUERY], page, country, language, reading)


def read_with(engine: Engine, exchange: Exchange, text: str) -> Reading:
    """Once more, now that the query is known: decoys are told by it."""
    return engine.read(exchange, Query(text=text))


def parameters_of(parts: SplitResult) -> Mapping[str, list[str]]:
    try:
        return parse_qs(parts.query, max_num_fields=200)
    except ValueError:
        return {}


def query_in_address(engine: str, parts: SplitResult) -> str:
    names = PAGES[engine].query if engine in PAGES else ("q", "query", "search", "s", "text", "p")
    values = parameters_of(parts)
    return next((tidy(values[name][0]) for name in names if values.get(name)), "")


def query_on_page(engine: str, reading: Reading, body: bytes) -> str:
    """What the page repeats of it, or its title. The title of a refusal may be the address asked."""
    if reading.serp and reading.serp.query_echo:
        return tidy(reading.serp.query_echo)
    title = title_of(body)
    if title.startswith(("http://", "https://")):
        return query_in_address(engine, split_address(title))
    cut = TITLE_ENDING.sub("", title)
    return tidy(cut) if cut != title else ""


def query_in_name(name: str) -> str:
    """`shoes/red-shoes - Google Search.html` is "red-shoes"."""
    stem = PurePosixPath(name.replace("\\", "/").partition("#")[0]).stem
    return tidy(TITLE_ENDING.sub("", stem)) or tidy(stem)


def tidy(text: str) -> str:
    printable = "".join(each if each.isprintable() else " " for each in text)
    return " ".join(printable.split())[:LONGEST_QUERY]


def page_in_address(engine: str, parts: SplitResult) -> int:
    signs = PAGES.get(engine, Signs())
    value = parameters_of(parts).get(signs.page, [""])[0] if signs.page else ""
    if not value.isdecimal() or len(value) > 5:
        return 1
    return max((int(value) - signs.first) // signs.step + 1, 1)


def places_in_address(parts: SplitResult) -> tuple[str, str]:
    """Country and language, as Google and Bing are told them."""
    values = parameters_of(parts)
    country = next((values[n][0].lower() for n in ("gl", "cc") if values.get(n)), "")
    language = next((values[n][0] for n in ("hl", "setlang") if values.get(n)), "")
    return (
        country if re.fullmatch(r"[a-z]{2}", country) else "",
        language if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?", language) else "",
    )


def name_keyword(recognized: Recognized) -> str:
    """Further pages are keywords of their own."""
    suffix = f" (page {recognized.page})" if recognized.page > 1 else ""
    return recognized.query[: LONGEST_QUERY - len(suffix)] + suffix
