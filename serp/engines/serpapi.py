"""SerpApi: the pages of several engines as JSON. Answers of 2025-05 and 2026 documents.

Credential: `api_key`. Settings: `engine` (google, the default, bing or duckduckgo), `location`,
`google_domain`.
"""

from serp.engines.api import (
    ApiEngine,
    Found,
    FoundAd,
    credential,
    error_verdict,
    get_json,
    links_to,
    rank_page,
    setting,
)
from serp.engines.api_boxes import (
    answer_box,
    cited_box,
    keep_boxes,
    list_box,
    panel_box,
    read_date,
    read_sitelinks,
)
from serp.engines.values import JsonObject, count_at, object_at, objects_at, text_at
from serp.errors import BadQuery
from serp.features import make_box
from serp.types import EngineOptions, Exchange, Outcome, Query, Request, Serp, Verdict

TITLE = "SerpApi"
ADDRESS = "https://serpapi.com/search.json"
NO_RESULTS = ("hasn't returned any results", "no results", "didn't return any results")
USED_UP = ("run out of searches", "ran out of searches", "out of searches")
EMPTY_STATES = frozenset({"Fully empty", "Empty showing fixed spelling results"})


def build_request(query: Query, options: EngineOptions) -> Request:
    engine = setting(options, "engine", "google")
    if engine not in PARAMETERS:
        raise BadQuery(f"{TITLE} is used for {', '.join(PARAMETERS)} here, not for {engine!r}.")
    parameters = {
        "engine": engine,
        "q": query.text,
        **PARAMETERS[engine](query),
        "location": setting(options, "location"),
        "google_domain": setting(options, "google_domain"),
    }
    secret = {"api_key": credential(options, "api_key", TITLE)}
    return get_json(options.base_url or ADDRESS, parameters, secret_params=secret)


def google_parameters(query: Query) -> dict[str, str]:
    return {
        "gl": query.country,
        "hl": query.language,
        "device": query.device,
        "start": str(10 * (query.page - 1)) if query.page > 1 else "",
    }


def bing_parameters(query: Query) -> dict[str, str]:
    return {
        "cc": query.country,
        "device": query.device,
        "first": str(10 * (query.page - 1) + 1) if query.page > 1 else "",
    }


def duckduckgo_parameters(query: Query) -> dict[str, str]:
    region = f"{query.country}-{query.language.partition('-')[0]}"
    return {
        "kl": region if query.country and query.language else "",
        "start": str(10 * (query.page - 1)) if query.page > 1 else "",
    }


PARAMETERS = {
    "google": google_parameters,
    "bing": bing_parameters,
    "duckduckgo": duckduckgo_parameters,
}


def judge_error(exchange: Exchange, answer: JsonObject) -> Verdict | None:
    error = text_at(answer, "error")
    status = exchange.status
    if status == 200 and (not error or says_nothing_found(error)):
        return None
    if status in {401, 402, 403} or any(words in error.lower() for words in USED_UP):
        return error_verdict(Outcome.QUOTA, TITLE, exchange, error)
    if status == 429:
        return error_verdict(Outcome.RATE_LIMITED, TITLE, exchange, error)
    if status == 200 or status >= 500:
        return error_verdict(Outcome.SERVER_ERROR, TITLE, exchange, error)
    return error_verdict(Outcome.BAD_REQUEST, TITLE, exchange, error)


def says_nothing_found(error: str) -> bool:
    return any(words in error.lower() for words in NO_RESULTS)


def parse_answer(answer: JsonObject) -> tuple[Serp, str]:
    results, ads = objects_at(answer, "organic_results"), objects_at(answer, "ads")
    organic, ranked_ads = rank_page(
        [read_result(result) for result in results], [read_ad(ad) for ad in ads if is_text_ad(ad)]
    )
    links = links_to([text_at(one, "link") for one in (*ads, *results)])
    total = count_at(answer, "search_information", "total_results")
    serp = Serp(
        query_echo=text_at(answer, "search_information", "query_displayed")
        or text_at(answer, "search_parameters", "q"),
        ads=ranked_ads,
        organic=organic,
        links=links,
        links_total=len(links),
        stats_raw="" if total is None else str(total),
        total_results=total,
        related_searches=read_texts(answer, "related_searches", "query"),
        people_also_ask=read_texts(answer, "related_questions", "question"),
        features=read_features(answer, ads),
        layout=f"json-{text_at(answer, 'search_parameters', 'engine') or 'unknown'}",
    )
    return serp, read_nothing(answer)


def read_nothing(answer: JsonObject) -> str:
    error = text_at(answer, "error")
    if says_nothing_found(error):
        return error
    state = text_at(answer, "search_information", "organic_results_state")
    return state if state in EMPTY_STATES else ""


def read_result(result: JsonObject) -> Found:
    return Found(
        title=text_at(result, "title"),
        url=text_at(result, "link"),
        snippet=text_at(result, "snippet"),
        display_url=text_at(result, "displayed_link"),
        date=read_date(result),
        sitelinks=read_sitelinks(result),
    )


def is_text_ad(ad: JsonObject) -> bool:
    """Product ads have a price, or a title in two parts; they are counted among the features."""
    return isinstance(ad.get("title"), str) and "price" not in ad


def read_ad(ad: JsonObject) -> FoundAd:
    place = text_at(ad, "block_position")
    return FoundAd(
        block=next((block for block in ("bottom", "right") if block in place), "top"),
        title=text_at(ad, "title"),
        url=text_at(ad, "link"),
        click_url=text_at(ad, "tracking_link"),
        display_url=text_at(ad, "displayed_link") or text_at(ad, "source"),
        snippet=text_at(ad, "description") or text_at(ad, "snippet"),
    )


def read_texts(answer: JsonObject, list_name: str, key: str) -> tuple[str, ...]:
    texts = (text_at(one, key) for one in objects_at(answer, list_name))
    return tuple(text for text in texts if text)


def read_features(answer: JsonObject, ads: list[JsonObject]) -> dict[str, object]:
    products = [ad for ad in ads if not is_text_ad(ad)]
    corrected = text_at(answer, "search_information", "showing_results_for") or text_at(
        answer, "search_information", "spelling_fix"
    )
    return keep_boxes(
        ai_overview=cited_box(object_at(answer, "ai_overview")),
        featured_snippet=answer_box(object_at(answer, "answer_box")),
        knowledge_panel=panel_box(object_at(answer, "knowledge_graph")),
        shopping=list_box(
            [read_product(ad) for ad in products] + objects_at(answer, "shopping_results")
        ),
        local_services=list_box(objects_at(answer, "local_ads", "ads")),
        local_pack=list_box(
            objects_at(answer, "local_results", "places") or objects_at(answer, "local_results")
        ),
        news=list_box(objects_at(answer, "top_stories") or objects_at(answer, "news_results")),
        videos=list_box(
            objects_at(answer, "short_videos")
            + objects_at(answer, "inline_videos")
            + objects_at(answer, "video_results")
        ),
        images=list_box(objects_at(answer, "inline_images")),
        people_also_ask=list_box(
            [
                {**one, "title": one.get("question")}
                for one in objects_at(answer, "related_questions")
            ]
        ),
        spelling=make_box(None, title=corrected),
    )


def read_product(ad: JsonObject) -> JsonObject:
    """Some product ads have a title in two parts, the visible and the whole."""
    whole = text_at(ad, "title", "inner_text") or text_at(ad, "title", "visible")
    return {**ad, "title": whole or ad.get("title")}


engine = ApiEngine(
    name="serpapi",
    title=TITLE,
    label="Paid: Google, Bing or DuckDuckGo results through SerpApi. Reliable; each search costs.",
    parser_version="serpapi-2",
    build_request=build_request,
    judge_error=judge_error,
    parse_answer=parse_answer,
)
