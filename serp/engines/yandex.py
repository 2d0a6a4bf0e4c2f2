"""Yandex's results pages."""

import re
from functools import partial

from serp.engines.asking import check_query, make_request
from serp.engines.html import HtmlEngine
from serp.engines.listing import Listing, parse_listing
from serp.types import EngineOptions, Query, Request

REFUSAL_HOSTS = frozenset({"yandex.ru", "yandex.com", "ya.ru"})

# Seen on pages of 2015, 2019 and 2026, where class names are partly random.
LISTING = Listing(
    title="Yandex",
    host_label="yandex",
    frame="#search-result, .serp-list, .content__left, .main__center, .main__content",
    results=".serp-item, .Organic",
    result_title=".OrganicTitle-LinkText, h2.organic__title-wrapper a, h2.serp-item__title a, h2 a",
    snippet=".OrganicTextContentSpan, .text-container, .serp-item__text",
    display_url=".Path, .organic__path, .serp-url__item",
    ad_links=re.compile(r"//(yabs|an)\.yandex\.[a-z.]+/count/"),
    aside=".content__right, .Products",
    stats=".serp-adv__found, .serp-adv .input__found, .serp-adv__displayed",
    related=".related__item a, .RelatedQueries a, .related-queries a",
    no_results=".EmptySearchResults, .misspell__message-no-results",
    no_results_words=re.compile(
        "ничего не (нашл|найден)|nothing (was )?found|no results found", re.IGNORECASE
    ),
    boxes={"knowledge_panel": ".entity-search, .EntityCard, .ObjectSummary"},
    beside=".content__right, .main__right",
    refusal=".CheckboxCaptcha, .AdvancedCaptcha",
    query_field="text",
)


def build_request(query: Query, options: EngineOptions) -> Request:
    """Settings: `region`, Yandex's number of a region (213 is Moscow)."""
    text = check_query(query, "Yandex", longest=400, last_page=50)
    return make_request(
        options,
        "https://yandex.com",
        "/search/",
        {
            "text": text,
            "lang": query.language.split("-")[0],
            "lr": str(options.settings.get("region") or ""),
            "p": str(query.page - 1) if query.page > 1 else "",
        },
        refusal_hosts=REFUSAL_HOSTS,
    )


engine = HtmlEngine(
    name="yandex",
    title="Yandex",
    label="Shows programs a captcha most of the time.",
    parser_version="yandex-3",
    build_request=build_request,
    parse_page=partial(parse_listing, LISTING),
)
