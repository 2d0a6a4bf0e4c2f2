"""Mojeek's results pages."""

import re
from functools import partial

from serp.engines.asking import check_query, make_request
from serp.engines.html import HtmlEngine
from serp.engines.listing import Listing, parse_listing
from serp.types import EngineOptions, Query, Request

RESULTS_A_PAGE = 10

# Seen on a page of 2026.
LISTING = Listing(
    title="Mojeek",
    host_label="mojeek",
    frame=".results, .serp-results",
    results="ul.results-standard > li",
    result_title="h2",
    snippet="p.s",
    display_url="p.i, a.ob",
    stats=".results .info, .serp-results p",
    boxes={"knowledge_panel": ".infobox"},
    no_results_words=re.compile(r"no pages found|no results", re.IGNORECASE),
)


def build_request(query: Query, options: EngineOptions) -> Request:
    text = check_query(query, "Mojeek", longest=500, last_page=20)
    # `s` must not be sent for the first page: that alone counts as suspicious.
    first = str((query.page - 1) * RESULTS_A_PAGE + 1) if query.page > 1 else ""
    return make_request(
        options,
        "https://www.mojeek.com",
        "/search",
        {"q": text, "s": first, "arc": query.country, "lb": query.language.split("-")[0]},
    )


engine = HtmlEngine(
    name="mojeek",
    title="Mojeek",
    label="An index of its own; some ten searches at a time from one network.",
    parser_version="mojeek-3",
    build_request=build_request,
    parse_page=partial(parse_listing, LISTING),
)
