"""Brave Search's results pages."""

import re
from functools import partial

from serp.engines.asking import check_query, make_request
from serp.engines.html import HtmlEngine
from serp.engines.listing import Listing, parse_listing
from serp.types import EngineOptions, Query, Request

# Seen on a page of 2026.
LISTING = Listing(
    title="Brave Search",
    host_label="brave",
    frame="#results",
    results='#results [data-type="web"]',
    result_title=".title",
    snippet=".generic-snippet .content, .description, .content",
    display_url="cite",
    ads='#results [data-type="ad"]',
    ad_title=".title",
    related="#related-queries a",
    questions="#faq summary",
    no_results_words=re.compile(r"no results (were )?found|not many great matches", re.IGNORECASE),
    boxes={
        "ai_overview": "#llm-snippet, .llm-answer, #chatllm-answer",
        "knowledge_panel": "#infobox",
    },
    beside="#sidebar",
    refusal="#pow-captcha, .captcha-wrapper",
)


def build_request(query: Query, options: EngineOptions) -> Request:
    text = check_query(query, "Brave Search", longest=400, last_page=10)
    return make_request(
        options,
        "https://search.brave.com",
        "/search",
        {"q": text, "source": "web", "offset": str(query.page - 1) if query.page > 1 else ""},
        cookies={"country": query.country, "ui_lang": query.language.lower()},
    )


engine = HtmlEngine(
    name="brave",
    title="Brave Search",
    label="Refuses most programs after the first search; its API does not.",
    parser_version="brave-3",
    build_request=build_request,
    parse_page=partial(parse_listing, LISTING),
)
