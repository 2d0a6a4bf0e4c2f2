"""Ecosia's results pages."""

import re
from functools import partial

from serp.engines.asking import check_query, make_request
from serp.engines.html import HtmlEngine
from serp.engines.listing import Listing, parse_listing
from serp.types import EngineOptions, Query, Request

# Seen on pages of 2026.
LISTING = Listing(
    title="Ecosia",
    host_label="ecosia",
    frame=".mainline, [data-test-id=mainline], main#main",
    results="[data-test-id=mainline-result-web], article.web-result",
    result_title="[data-test-id=result-title], h2",
    snippet="[data-test-id=web-result-description], .web-result__description",
    display_url="[data-test-id=result-url], .result__source",
    ads="[data-test-id=mainline-result-ad], article.ad-result",
    ad_title="[data-test-id=result-title], h2",
    ads_bottom=".mainline__ads--bottom",
    stats=".result-count, [data-test-id=result-count]",
    related=".related-queries__links-bottom a",
    boxes={
        "ai_overview": "[data-test-id=mainline-result-ai-overview], [data-test-id=ai-overview]",
        "knowledge_panel": "[data-test-id=mainline-result-entity], [data-test-id=entity-wrapper]",
    },
    beside=".sidebar, [data-test-id=sidebar]",
    no_results="[data-test-id=web-no-results], .no-results",
    no_results_words=re.compile(r"no results (were )?found|couldn.t find any", re.IGNORECASE),
)


def build_request(query: Query, options: EngineOptions) -> Request:
    text = check_query(query, "Ecosia", longest=1000, last_page=20)
    page = str(query.page - 1) if query.page > 1 else ""
    address = "https://www.ecosia.org"
    return make_request(options, address, "/search", {"q": text, "p": page}, query=query)


engine = HtmlEngine(
    name="ecosia",
    title="Ecosia",
    label="Its firewall refuses most programs.",
    parser_version="ecosia-3",
    build_request=build_request,
    parse_page=partial(parse_listing, LISTING),
)
