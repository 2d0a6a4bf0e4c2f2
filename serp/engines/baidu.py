"""Baidu's results pages. Its links are opaque; newer pages tell the target in an attribute."""

import re
from functools import partial

from serp.engines.asking import check_query, make_request
from serp.engines.html import HtmlEngine
from serp.engines.listing import Listing, parse_listing
from serp.types import EngineOptions, Query, Request

RESULTS_A_PAGE = 10
REFUSAL_HOSTS = frozenset({"wappass.baidu.com"})

# Seen on pages of 2015 and 2026.
LISTING = Listing(
    title="Baidu",
    host_label="baidu",
    frame="#content_left, #container",
    results="#content_left > .c-container, #content_left .result, #content_left .result-op",
    result_title="h3",
    snippet=".c-abstract, [class*=summary-text], .content-right_8Zs40",
    display_url=".g, .c-showurl, .c-color-gray",
    ad_links=re.compile(r"baidu\.com/baidu\.php\?"),
    stats=".nums, .nums_text, .hint_PIwZX",
    related="#rs a, #rs_new a",
    no_results=".content_none, .nors",
    no_results_words=re.compile("没有找到与|未找到相关结果"),
    refusal_words=re.compile("百度安全验证"),
    target_attribute="mu",
    query_field="wd",
)


def build_request(query: Query, options: EngineOptions) -> Request:
    text = check_query(query, "Baidu", longest=38 * 4, last_page=75)
    start = str((query.page - 1) * RESULTS_A_PAGE) if query.page > 1 else ""
    return make_request(
        options,
        "https://www.baidu.com",
        "/s",
        {"wd": text, "pn": start},
        refusal_hosts=REFUSAL_HOSTS,
        query=query,
    )


engine = HtmlEngine(
    name="baidu",
    title="Baidu",
    label="Hides where its links lead; shows programs a captcha now and then.",
    parser_version="baidu-3",
    build_request=build_request,
    parse_page=partial(parse_listing, LISTING),
)
