"""The Kagi Search API, v1. Documents of 2026; no page of the corpus to check against.

Credential: `api_key`. Setting: `auth_scheme` ("Bearer", the default; older keys want "Bot").
"""

from serp.engines.api import (
    ApiEngine,
    Found,
    credential,
    error_verdict,
    links_to,
    post_json,
    rank_results,
    setting,
)
from serp.engines.values import JsonObject, objects_at, plain_text_at, text_at
from serp.errors import BadQuery
from serp.types import EngineOptions, Exchange, Outcome, Query, Request, Serp, Verdict

TITLE = "Kagi API"
ADDRESS = "https://kagi.com/api/v1/search"
LAST_PAGE = 10


def build_request(query: Query, options: EngineOptions) -> Request:
    if query.page > LAST_PAGE:
        raise BadQuery(f"{TITLE} has no more than {LAST_PAGE} pages.")
    wishes: dict[str, object] = {"query": query.text, "workflow": "search"}
    if query.page > 1:
        wishes["page"] = query.page
    if query.country:
        wishes["filters"] = {"region": query.country}
    key = f"{setting(options, 'auth_scheme', 'Bearer')} {credential(options, 'api_key', TITLE)}"
    return post_json(options.base_url or ADDRESS, wishes, secret_headers={"Authorization": key})


def judge_error(exchange: Exchange, answer: JsonObject) -> Verdict | None:
    said = read_error(answer)
    if exchange.status in {401, 402, 403} or "balance" in said.lower():
        return error_verdict(Outcome.QUOTA, TITLE, exchange, said)
    if exchange.status in {400, 422}:
        return error_verdict(Outcome.BAD_REQUEST, TITLE, exchange, said)
    if exchange.status == 200 and said and not objects_at(answer, "data", "search"):
        return error_verdict(Outcome.SERVER_ERROR, TITLE, exchange, said)
    return None


def read_error(answer: JsonObject) -> str:
    """A text, or a list of objects with a message."""
    errors = objects_at(answer, "error")
    messages = (text_at(e, "msg") or text_at(e, "message") for e in errors)
    return text_at(answer, "error") or next(filter(None, messages), "")


def parse_answer(answer: JsonObject) -> tuple[Serp, str]:
    results = objects_at(answer, "data", "search")
    links = links_to([text_at(one, "url") for one in results])
    related = (
        text_at(one, "props", "question") or text_at(one, "title")
        for one in objects_at(answer, "data", "related_search")
    )
    questions = (
        text_at(one, "props", "question") or text_at(one, "title")
        for one in objects_at(answer, "data", "adjacent_question")
    )
    serp = Serp(
        organic=rank_results([read_result(one) for one in results]),
        links=links,
        links_total=len(links),
        related_searches=tuple(filter(None, related)),
        people_also_ask=tuple(filter(None, questions)),
    )
    is_answer = isinstance(answer.get("meta"), dict) and isinstance(answer.get("data"), dict)
    return serp, "an answer without results" if is_answer else ""


def read_result(result: JsonObject) -> Found:
    return Found(
        title=plain_text_at(result, "title"),
        url=text_at(result, "url"),
        snippet=plain_text_at(result, "snippet"),
    )


engine = ApiEngine(
    name="kagi",
    title=TITLE,
    label="Paid: Kagi's results through its API. No ads, no total.",
    parser_version="kagi-1",
    build_request=build_request,
    judge_error=judge_error,
    parse_answer=parse_answer,
)
