"""Startpage's results pages."""

import re
from functools import partial

from serp.engines.asking import check_query, make_request
from serp.engines.html import HtmlEngine
from serp.engines.listing import Listing, parse_listing
from serp.types import EngineOptions, Query, Request

# Its own names of languages.
LANGUAGES = {
    "da": "dansk", "de": "deutsch", "en": "english", "es": "espanol", "fi": "suomi", "fr": "francais",
    "it": "italiano", "nl": "nederlands", "no": "norsk", "pl": "polski", "pt": "portugues", "sv": "svenska",
}  # fmt: skip

# Seen on a page of 2026.
LISTING = Listing(
    title="Startpage",
    host_label="startpage",
    frame=".w-gl, section#main",
    results=".w-gl .result, .w-gl__result",
    result_title="a.result-title, a.w-gl__result-title",
    snippet="p.description, .w-gl__description",
    display_url=".w-gl__result-url",
    ads=".a-bg-result, .sponsored-result, [data-testid=ads] .result",
    ad_title="h2, h3",
    related=".related-searches a, [data-testid=related-search] a",
    no_results=".no-results, .show-results-not-found",
    no_results_words=re.compile(
        r"no (web )?results (were )?found|did not match any", re.IGNORECASE
    ),
    boxes={"knowledge_panel": ".sp-qi, .wikipedia-qi, [data-testid=knowledge-panel]"},
    query_field="query",
)


def build_request(query: Query, options: EngineOptions) -> Request:
    text = check_query(query, "Startpage", longest=1000, last_page=10)
    return make_request(
        options,
        "https://www.startpage.com",
        "/sp/search",
        {
            "query": text,
            "cat": "web",
            "language": LANGUAGES.get(query.language.split("-")[0], ""),
            "page": str(query.page) if query.page > 1 else "",
        },
        query=query,
    )


engine = HtmlEngine(
    name="startpage",
    title="Startpage",
    label="Shows programs a captcha or a wall most of the time.",
    parser_version="startpage-3",
    build_request=build_request,
    parse_page=partial(parse_listing, LISTING),
)
