"""The Marginalia Search API. Documents of 2026; no page of the corpus to check against.

Credential: `api_key`; without one the key that everybody shares, "public", which is often busy.
"""

from serp.engines.api import (
    ApiEngine,
    Found,
    error_verdict,
    get_json,
    links_to,
    rank_results,
    setting,
)
from serp.engines.values import JsonObject, objects_at, plain_text_at, text_at
from serp.types import EngineOptions, Exchange, Outcome, Query, Request, Serp, Verdict

TITLE = "Marginalia"
ADDRESS = "https://api2.marginalia-search.com/search"
SHARED_KEY = "public"


def build_request(query: Query, options: EngineOptions) -> Request:
    parameters = {
        "query": query.text,
        "count": setting(options, "count", "20"),
        "page": str(query.page) if query.page > 1 else "",
    }
    key = options.credentials.get("api_key", "").strip() or SHARED_KEY
    return get_json(options.base_url or ADDRESS, parameters, secret_headers={"API-Key": key})


def judge_error(exchange: Exchange, answer: JsonObject) -> Verdict | None:
    said = text_at(answer, "message") or text_at(answer, "error")
    if exchange.status in {429, 503}:
        return error_verdict(Outcome.RATE_LIMITED, TITLE, exchange, said)
    if exchange.status in {401, 402, 403}:
        return error_verdict(Outcome.QUOTA, TITLE, exchange, said)
    return None


def parse_answer(answer: JsonObject) -> tuple[Serp, str]:
    results = objects_at(answer, "results")
    links = links_to([text_at(one, "url") for one in results])
    serp = Serp(
        query_echo=text_at(answer, "query"),
        organic=rank_results([read_result(one) for one in results]),
        links=links,
        links_total=len(links),
    )
    is_answer = "license" in answer or "query" in answer
    return serp, "an empty list of results" if is_answer and answer.get("results") == [] else ""


def read_result(result: JsonObject) -> Found:
    return Found(
        title=plain_text_at(result, "title") or text_at(result, "url"),
        url=text_at(result, "url"),
        snippet=plain_text_at(result, "description"),
    )


engine = ApiEngine(
    name="marginalia",
    title=TITLE,
    label="Free: the small and old web, an index of its own. No ads, no total.",
    parser_version="marginalia-1",
    build_request=build_request,
    judge_error=judge_error,
    parse_answer=parse_answer,
)
