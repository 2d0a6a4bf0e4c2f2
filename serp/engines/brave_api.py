"""The Brave Search API. Answers of 2024-2025 and documents of 2026.

Credential: `api_key`. Settings: `count` (at most 20), `safesearch`.
"""

from dataclasses import replace

from serp.engines.api import (
    ApiEngine,
    Found,
    credential,
    error_verdict,
    get_json,
    links_to,
    rank_results,
    setting,
)
from serp.engines.api_boxes import keep_boxes, list_box, panel_box, read_date, read_sitelinks
from serp.engines.values import (
    JsonObject,
    object_at,
    objects_at,
    plain_text_at,
    text_at,
    value_at,
)
from serp.errors import BadQuery
from serp.features import make_box
from serp.types import EngineOptions, Exchange, Outcome, Query, Request, Serp, Verdict

TITLE = "Brave Search API"
ADDRESS = "https://api.search.brave.com/res/v1/web/search"
LAST_PAGE = 10
LONGEST_MONTH = 31 * 24 * 3600.0
QUOTA_CODES = frozenset(
    {"SUBSCRIPTION_TOKEN_INVALID", "SUBSCRIPTION_TOKEN_MISSING", "QUOTA_LIMITED", "QUOTA_EXCEEDED"}
)


def build_request(query: Query, options: EngineOptions) -> Request:
    if query.page > LAST_PAGE:
        raise BadQuery(f"{TITLE} has no more than {LAST_PAGE} pages.")
    parameters = {
        "q": query.text,
        "count": setting(options, "count", "20"),
        "offset": str(query.page - 1) if query.page > 1 else "",
        "country": query.country.upper(),
        "search_lang": query.language.partition("-")[0],
        "safesearch": setting(options, "safesearch"),
    }
    key = {"X-Subscription-Token": credential(options, "api_key", TITLE)}
    return get_json(options.base_url or ADDRESS, parameters, secret_headers=key)


def judge_error(exchange: Exchange, answer: JsonObject) -> Verdict | None:
    """A wrong key is 422, as a wrong parameter is: the code in the body tells them apart."""
    if exchange.status == 200:
        return None
    errors = [value_at(answer, "error"), *objects_at(answer, "errors")]
    code = next((found for error in errors if (found := text_at(error, "code"))), "")
    said = ": ".join(
        filter(None, [code, next((d for e in errors if (d := text_at(e, "detail"))), "")])
    )
    if month_is_used_up(exchange):
        verdict = error_verdict(Outcome.QUOTA, TITLE, exchange, said)
        return replace(verdict, retry_after=read_end_of_month(exchange))
    if code in QUOTA_CODES or exchange.status in {401, 402, 403}:
        return error_verdict(Outcome.QUOTA, TITLE, exchange, said)
    if exchange.status in {400, 404, 422}:
        return error_verdict(Outcome.BAD_REQUEST, TITLE, exchange, said)
    return None


def month_is_used_up(exchange: Exchange) -> bool:
    """`x-ratelimit-remaining: 0, 0`: first what is left of this second, then of the month."""
    left = exchange.headers.get("x-ratelimit-remaining", "").split(",")
    return exchange.status == 429 and len(left) > 1 and left[-1].strip() == "0"


def read_end_of_month(exchange: Exchange) -> float | None:
    """`x-ratelimit-reset: 1, 1419704`: seconds until the second and the month are over."""
    seconds = exchange.headers.get("x-ratelimit-reset", "").rpartition(",")[2].strip()
    known = seconds.isascii() and seconds.isdigit() and int(seconds) > 0
    return min(float(seconds), LONGEST_MONTH) if known else None


def parse_answer(answer: JsonObject) -> tuple[Serp, str]:
    results = objects_at(answer, "web", "results")
    links = links_to([text_at(one, "url") for one in results])
    serp = Serp(
        query_echo=text_at(answer, "query", "original"),
        organic=rank_results([read_result(one) for one in results]),
        links=links,
        links_total=len(links),
        people_also_ask=tuple(text_at(o, "question") for o in objects_at(answer, "faq", "results")),
        features=read_features(answer),
    )
    # Where nothing is found the answer has no "web" at all.
    return serp, "an answer without web results" if answer.get("type") == "search" else ""


def read_result(result: JsonObject) -> Found:
    place = " ".join(text_at(result, "meta_url", key) for key in ("netloc", "path"))
    return Found(
        title=plain_text_at(result, "title"),
        url=text_at(result, "url"),
        snippet=plain_text_at(result, "description"),
        display_url=" ".join(place.split()),
        date=read_date(result),
        sitelinks=read_sitelinks(result),
    )


def read_features(answer: JsonObject) -> dict[str, object]:
    panels = objects_at(answer, "infobox", "results") or [object_at(answer, "infobox", "results")]
    return keep_boxes(
        knowledge_panel=panel_box(panels[0]),
        local_pack=list_box(objects_at(answer, "locations", "results")),
        news=list_box(objects_at(answer, "news", "results")),
        videos=list_box(objects_at(answer, "videos", "results")),
        people_also_ask=list_box(
            [{**one, "title": one.get("question")} for one in objects_at(answer, "faq", "results")]
        ),
        spelling=make_box(None, title=text_at(answer, "query", "altered")),
    )


engine = ApiEngine(
    name="brave_api",
    title=TITLE,
    label="Paid: Brave's own index, through its API. No ads, no total.",
    parser_version="brave-api-2",
    build_request=build_request,
    judge_error=judge_error,
    parse_answer=parse_answer,
)
