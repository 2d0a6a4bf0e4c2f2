"""The Mojeek Search API. Documents of 2026; no page of the corpus to check against.

Credential: `api_key`.
"""

import re

from serp.engines.api import (
    ApiEngine,
    Found,
    credential,
    error_verdict,
    get_json,
    links_to,
    rank_results,
)
from serp.engines.values import JsonObject, count_at, objects_at, plain_text_at, text_at
from serp.types import EngineOptions, Exchange, Outcome, Query, Request, Serp, Verdict

TITLE = "Mojeek API"
ADDRESS = "https://api.mojeek.com/search"
PER_PAGE = 10
ABOUT_THE_KEY = re.compile(r"key|subscription|account|quota|limit|expired", re.IGNORECASE)


def build_request(query: Query, options: EngineOptions) -> Request:
    parameters = {
        "q": query.text,
        "fmt": "json",
        "t": str(PER_PAGE),
        # Never on the first page, where it counts as a bad sign.
        "s": str(PER_PAGE * (query.page - 1) + 1) if query.page > 1 else "",
        "lb": query.language.partition("-")[0],
        "rb": query.country.upper(),
    }
    secret = {"api_key": credential(options, "api_key", TITLE)}
    return get_json(options.base_url or ADDRESS, parameters, secret_params=secret)


def judge_error(exchange: Exchange, answer: JsonObject) -> Verdict | None:
    """Its errors come with status 200; the body says so, mostly with the word ERROR."""
    said = text_at(answer, "response", "status")
    if exchange.status in {401, 402, 403}:
        return error_verdict(Outcome.QUOTA, TITLE, exchange, said)
    if not said or said.upper() == "OK":
        return None
    outcome = Outcome.QUOTA if ABOUT_THE_KEY.search(said) else Outcome.BAD_REQUEST
    return error_verdict(outcome, TITLE, exchange, said)


def parse_answer(answer: JsonObject) -> tuple[Serp, str]:
    results = objects_at(answer, "response", "results")
    links = links_to([text_at(one, "url") for one in results])
    total = count_at(answer, "response", "head", "results")
    serp = Serp(
        query_echo=text_at(answer, "response", "head", "query"),
        organic=rank_results([read_result(one) for one in results]),
        links=links,
        links_total=len(links),
        stats_raw="" if total is None else str(total),
        total_results=total,
    )
    is_fine = text_at(answer, "response", "status").upper() == "OK"
    return serp, "status OK and no results" if is_fine else ""


def read_result(result: JsonObject) -> Found:
    return Found(
        title=plain_text_at(result, "title"),
        url=text_at(result, "url"),
        snippet=plain_text_at(result, "desc"),
    )


engine = ApiEngine(
    name="mojeek_api",
    title=TITLE,
    label="Paid: Mojeek's own index, through its API. No ads.",
    parser_version="mojeek-api-1",
    build_request=build_request,
    judge_error=judge_error,
    parse_answer=parse_answer,
)
