"""Bing's results pages."""

from functools import partial

from serp.engines.asking import check_query, make_request
from serp.engines.html import HtmlEngine
from serp.engines.listing import Listing, parse_listing
from serp.types import EngineOptions, Query, Request

RESULTS_A_PAGE = 10

# Seen on pages of 2015, 2019-2021 and 2026.
LISTING = Listing(
    title="Bing",
    host_label="bing",
    frame="#b_results",
    results="#b_results li.b_algo",
    result_title="h2",
    snippet=".b_caption p, .b_lineclamp2, .b_lineclamp3, .b_lineclamp4",
    display_url="cite",
    ads="li.b_ad > ul > li, li.b_ad .sb_add",
    ad_title="h2",
    ads_bottom=".b_adBottom",
    ads_right="#b_context",
    stats=".sb_count",
    related=".b_rs a",
    questions="#b_results .df_qntext, #b_results [data-tag=RelatedQnA.Item] .b_1linetrunc",
    no_results="#b_results .b_no",
    boxes={
        "ai_overview": "#b_pole .b_crtrm, .b_crtrm_wrapper, #copans_container",  # 2026
        "knowledge_panel": "#b_context .b_entityTP",  # 2021-2026
    },
    beside="#b_context",
    refusal=".captcha_header, #turnstile-widget, div.captcha",
)


def build_request(query: Query, options: EngineOptions) -> Request:
    """Asks for the market where language and country are both known, else for the one that is."""
    text = check_query(query, "Bing", longest=1500, last_page=50)
    language, country = query.language.split("-")[0], query.country
    market = f"{language}-{country.upper()}" if language and country else ""
    return make_request(
        options,
        "https://www.bing.com",
        "/search",
        {
            "q": text,
            "mkt": market,
            "setlang": "" if market else language,
            "cc": "" if market else country,
            "first": str((query.page - 1) * RESULTS_A_PAGE + 1) if query.page > 1 else "",
        },
    )


engine = HtmlEngine(
    name="bing",
    title="Bing",
    label="Answers programs, but may quietly serve results that have little to do with the keyword.",
    parser_version="bing-3",
    build_request=build_request,
    parse_page=partial(parse_listing, LISTING),
)
