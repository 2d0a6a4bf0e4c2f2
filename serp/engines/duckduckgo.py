"""DuckDuckGo's pages without JavaScript (html and lite), and those that a browser gets."""

import re
from functools import partial

from serp.engines.asking import check_query, make_request
from serp.engines.html import HtmlEngine
from serp.engines.listing import Listing, parse_listing
from serp.errors import BadQuery
from serp.types import EngineOptions, Query, Request

ADDRESSES = {
    "html": ("https://html.duckduckgo.com", "/html/"),
    "lite": ("https://lite.duckduckgo.com", "/lite/"),
}

# html: 2015, 2025-2026; lite: 2026; with JavaScript: 2019-2020 (#r1-0), 2026 (article#r1-0).
LISTING = Listing(
    title="DuckDuckGo",
    host_label="duckduckgo",
    frame="#links, .react-results--main, form[action^=/lite]",
    results="#links .web-result, #links .results_links_deep, article[id^=r1-]",
    result_title="h2 a, a.large, a.result__a",
    rows="a.result-link",
    snippet=".result__snippet, .snippet, [data-result=snippet], td.result-snippet",
    display_url=".result__url, .url, [data-testid=result-extras-url-link], span.link-text",
    ads=".result--ad, .results--ads .result, article[id^=ra-]",
    ad_title="h2 a, a.result__a",
    boxes={
        "ai_overview": "[data-layout=wikinlp], [data-testid^=duckassist]",  # 2026
        "knowledge_panel": "[data-testid=about], .zci--type--about, .zci-wrapper, .zci",  # of html: .zci
    },
    related=".related-searches__item a, .result--sep a",
    no_results=".no-results, .result--no-result",
    no_results_words=re.compile(r"no (more )?results( found)?\.?$|no results\.", re.IGNORECASE),
    needs_js="noscript .warning, noscript meta[http-equiv=refresh]",
    refusal=".anomaly-modal__title, form[action*=anomaly.js]",
)


def build_request(query: Query, options: EngineOptions) -> Request:
    """Settings: `variant`, "html" (the default) or "lite".

    Only the first page can be asked for: the others need tokens that stand on the page before.
    """
    text = check_query(query, "DuckDuckGo", longest=499, last_page=1)
    variant = str(options.settings.get("variant") or "html")
    if variant not in ADDRESSES:
        raise BadQuery(f"DuckDuckGo has the variants {' and '.join(ADDRESSES)}, not {variant!r}.")
    address, path = ADDRESSES[variant]
    language = query.language.split("-")[0]
    region = f"{query.country}-{language or 'en'}" if query.country else ""
    return make_request(options, address, path, {"q": text, "kl": region})


engine = HtmlEngine(
    name="duckduckgo",
    title="DuckDuckGo",
    label="Refuses most programs after a few searches from one network.",
    parser_version="duckduckgo-3",
    build_request=build_request,
    parse_page=partial(parse_listing, LISTING),
)
