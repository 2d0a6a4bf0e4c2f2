"""One saved page: what the parser says against what is true."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from itertools import zip_longest
from typing import Any

from serp.corpus.pages import SavedPage
from serp.engines.registry import ENGINE_MODULES, get_engine
from serp.text import clean_text
from serp.types import Ad, Outcome, Query, Reading, Serp

EXPECTED_OUTCOMES: Mapping[str, frozenset[Outcome]] = {
    "results": frozenset({Outcome.OK}),
    "no_results": frozenset({Outcome.EMPTY}),
    "captcha": frozenset({Outcome.BLOCKED, Outcome.RATE_LIMITED}),
    "js_required": frozenset({Outcome.JS_REQUIRED}),
    "api_json": frozenset({Outcome.OK}),
    "other": frozenset({Outcome.LAYOUT_CHANGED, Outcome.BLOCKED}),
}
# Labelled "results" in the manifest, though the pages themselves say that nothing was found.
MISLABELLED = ("google__js-2026__2026-07-10__pinkies", "google__js-2026__2026-07-10__portland")

# Engines that the manifest calls otherwise, and the list of results in an API's answer.
NAMES_IN_MANIFEST = {"braveapi": "brave_api", "googlecse": "google_cse"}
RESULT_LISTS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "serpapi": (("organic_results",), "link"),
    "googlecse": (("items",), "link"),
    "braveapi": (("web", "results"), "url"),
    "searxng": (("results",), "url"),
}

_Pair = tuple[str, object, object]  # field, expected, found


@dataclass(frozen=True, slots=True)
class Difference:
    field: str
    expected: object
    found: object


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReport:
    """Which fields of a page were compared, and what differed."""

    page: SavedPage
    outcome: str
    evidence: str
    fields: Mapping[str, tuple[int, int]]  # field -> (right, compared)
    differences: tuple[Difference, ...]


def name_engine(page: SavedPage) -> str:
    """The engine that reads the page, by our name; the manifest's where there is none."""
    return NAMES_IN_MANIFEST.get(page.engine, page.engine)


def has_parser(page: SavedPage) -> bool:
    return name_engine(page) in ENGINE_MODULES


def check_page(page: SavedPage) -> PageReport:
    reading = get_engine(name_engine(page)).read(page.as_exchange(), Query(text=page.query))
    pairs = [_verdict_pair(reading, expected_outcomes(page))]
    if page.kind == "api_json":
        pairs.extend(_answer_pairs(page, reading.serp or Serp()))
    if page.truth is not None:
        pairs.extend(_truth_pairs(page.truth, reading.serp or Serp()))
    return PageReport(
        page=page,
        outcome=reading.verdict.outcome.value,
        evidence=reading.verdict.evidence,
        fields=_count_fields(pairs),
        differences=tuple(Difference(*pair) for pair in pairs if pair[1] != pair[2]),
    )


def expected_outcomes(page: SavedPage) -> frozenset[Outcome]:
    if page.file.startswith(MISLABELLED):
        return frozenset({Outcome.EMPTY})
    return EXPECTED_OUTCOMES[page.kind]


def _count_fields(pairs: list[_Pair]) -> dict[str, tuple[int, int]]:
    fields: dict[str, tuple[int, int]] = {}
    for field, expected, found in pairs:
        right, compared = fields.get(field, (0, 0))
        fields[field] = (right + (expected == found), compared + 1)
    return fields


def _verdict_pair(reading: Reading, expected: frozenset[Outcome]) -> _Pair:
    outcome = reading.verdict.outcome
    if outcome in expected:
        return "verdict", outcome.value, outcome.value
    return "verdict", " or ".join(sorted(expected)), f"{outcome.value}: {reading.verdict.evidence}"


def _answer_pairs(page: SavedPage, serp: Serp) -> Iterator[_Pair]:
    """An API's answer is its own truth: what stands in its list of results."""
    path, address = RESULT_LISTS[page.engine]
    results: Any = json.loads(page.body.decode("utf-8-sig"))
    for key in path:
        results = results.get(key, {})
    yield "organic count", len(results), len(serp.organic)
    for wanted, result in zip_longest(results, serp.organic):
        yield "organic url", wanted and wanted[address], result and result.target.url
        yield "organic title", wanted and _as_shown(wanted["title"]), result and result.title


def _as_shown(title: str) -> str:
    return clean_text(unescape(re.sub(r"</?\w{1,10}>", "", title)))


def _truth_pairs(truth: Mapping[str, Any], serp: Serp) -> Iterator[_Pair]:
    yield "organic count", len(truth["organic"]), len(serp.organic)
    for wanted, result in zip_longest(truth["organic"], serp.organic):
        yield "organic url", wanted and wanted["url"], result and result.target.url
        yield "organic title", wanted and wanted["title"], result and result.title
    for block in ("top", "bottom", "right"):
        yield from _ad_pairs(block, truth.get(f"ads_{block}", []), serp.ads_in(block))
    yield "links", truth["total_links"], serp.links_total
    yield "stats", truth["total_results_number"], serp.total_results
    yield "stats text", truth["result_stats_text"] or "", serp.stats_raw
    yield "related", truth["related_searches"], list(serp.related_searches)
    yield "people also ask", truth["people_also_ask"], list(serp.people_also_ask)
    yield (
        "featured snippet",
        truth["has_featured_snippet"],
        bool(serp.features.get("featured_snippet")),
    )
    if "shopping_ads_count" in truth:
        yield "shopping", truth["shopping_ads_count"], _count_products(serp)


def _count_products(serp: Serp) -> int:
    box = serp.features.get("shopping")
    return len(box["items"]) if isinstance(box, dict) else 0


def _ad_pairs(block: str, truths: list[Mapping[str, Any]], ads: tuple[Ad, ...]) -> Iterator[_Pair]:
    yield f"ads {block} count", len(truths), len(ads)
    for wanted, ad in zip_longest(truths, ads):
        yield f"ads {block} title", wanted and wanted["title"], ad and ad.title
        yield f"ads {block} url", wanted and wanted["url"], ad and ad.target.url
        yield (
            f"ads {block} displayed",
            wanted and wanted.get("displayed_url"),
            ad and ad.display_url,
        )
