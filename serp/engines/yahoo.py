"""Yahoo's results pages."""

import re
from functools import partial

from serp.engines.asking import check_query, make_request
from serp.engines.html import HtmlEngine
from serp.engines.listing import Listing, parse_listing
from serp.types import EngineOptions, Query, Request

RESULTS_A_PAGE = 7

# Seen on pages of 2015 and 2026.
LISTING = Listing(
    title="Yahoo",
    host_label="yahoo",
    frame="#web",
    results="#web .algo, #web ol > li .res:not(.sc)",
    result_title="h3",
    snippet=".compText, .abstr",
    display_url=".url",
    ads=".ads .spns > li, .searchCenterTopAds .ads, .searchCenterBottomAds .ads, .dd.ads",
    ad_title="h3",
    ads_bottom=".bot, .searchCenterBottomAds",
    ads_right="#right",
    stats=".compPagination > span, #pg > span",
    related=".AlsoTry a, #satat a",
    questions=".bingrelqa .ttl",
    boxes={"knowledge_panel": "#right .compKnowledge, #right .kg"},
    beside="#right",
    no_results=".zrp, #web .compMsg",
    no_results_words=re.compile(r"we did not find results for|keine Ergebnisse", re.IGNORECASE),
    query_field="p",
)


def build_request(query: Query, options: EngineOptions) -> Request:
    text = check_query(query, "Yahoo", longest=1500, last_page=40)
    language = query.language.split("-")[0]
    subdomain = f"{query.country}." if query.country not in {"", "us"} else ""
    return make_request(
        options,
        f"https://{subdomain}search.yahoo.com",
        "/search",
        {
            "p": text,
            "vl": f"lang_{language}" if language else "",
            "b": str((query.page - 1) * RESULTS_A_PAGE + 1) if query.page > 1 else "",
            "pz": str(RESULTS_A_PAGE) if query.page > 1 else "",
        },
    )


engine = HtmlEngine(
    name="yahoo",
    title="Yahoo",
    label="Sends most programs away; shows what Bing finds.",
    parser_version="yahoo-3",
    build_request=build_request,
    parse_page=partial(parse_listing, LISTING),
)
