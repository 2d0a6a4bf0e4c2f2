"""The Kagi Search API, v1, and v0 where that is the source's address. No page of the corpus to check against.

Credential: `api_key`. Setting: `auth_scheme` ("Bearer", the default of v1; "Bot", that of v0).
"""

from serp.engines.api import (
    ApiEngine,
    Found,
    credential,
    error_verdict,
    get_json,
    links_to,
    post_json,
    rank_results,
    setting,
)
from serp.engines.values import JsonObject, objects_at, plain_text_at, text_at, texts_at
from serp.errors import BadQuery
from serp.types import EngineOptions, Exchange, Outcome, Query, Request, Serp, Verdict

TITLE = "Kagi API"
ADDRESS = "https://kagi.com/api/v1/search"
OLD_PATH = "/api/v0/"
LAST_PAGE = 10
RESULT, RELATED = 0, 1  # kinds of entries of v0


def build_request(query: Query, options: EngineOptions) -> Request:
    last_page = 1 if OLD_PATH in options.base_url else LAST_PAGE
    if query.page > last_page:
        raise BadQuery(f"{TITLE} gives {last_page} pages at most.")
    address = options.base_url or ADDRESS
    is_old = OLD_PATH in address
    scheme = setting(options, "auth_scheme", "Bot" if is_old else "Bearer")
    secret = {"Authorization": f"{scheme} {credential(options, 'api_key', TITLE)}"}
    if is_old:
        return get_json(address, {"q": query.text}, secret_headers=secret)
    wishes: dict[str, object] = {"query": query.text, "workflow": "search"}
    if query.page > 1:
        wishes["page"] = query.page
    if query.country:
        wishes["filters"] = {"region": query.country}
    return post_json(address, wishes, secret_headers=secret)


def judge_error(exchange: Exchange, answer: JsonObject) -> Verdict | None:
    said = read_error(answer)
    if exchange.status in {401, 402, 403} or "balance" in said.lower():
        return error_verdict(Outcome.QUOTA, TITLE, exchange, said)
    if exchange.status in {400, 422}:
        return error_verdict(Outcome.BAD_REQUEST, TITLE, exchange, said)
    if exchange.status == 200 and said and not find_results(answer):
        return error_verdict(Outcome.SERVER_ERROR, TITLE, exchange, said)
    return None


def read_error(answer: JsonObject) -> str:
    """A text, or a list of objects with a message."""
    errors = objects_at(answer, "error")
    messages = (text_at(e, "msg") or text_at(e, "message") for e in errors)
    return text_at(answer, "error") or next(filter(None, messages), "")


def find_results(answer: JsonObject) -> list[JsonObject]:
    """v1 has a list for each kind of result, v0 one list for all."""
    listed = [one for one in objects_at(answer, "data") if one.get("t") == RESULT]
    return objects_at(answer, "data", "search") or listed


def find_old_related(answer: JsonObject) -> list[str]:
    listed = [one for one in objects_at(answer, "data") if one.get("t") == RELATED]
    return [text for one in listed for text in texts_at(one, "list")]


def parse_answer(answer: JsonObject) -> tuple[Serp, str]:
    results = find_results(answer)
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
        related_searches=(*filter(None, related), *find_old_related(answer)),
        people_also_ask=tuple(filter(None, questions)),
    )
    is_answer = isinstance(answer.get("meta"), dict) and isinstance(answer.get("data"), dict | list)
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
    parser_version="kagi-2",
    build_request=build_request,
    judge_error=judge_error,
    parse_answer=parse_answer,
)
