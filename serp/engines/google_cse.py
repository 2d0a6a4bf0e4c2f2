"""Google's Programmable Search as JSON: closed to new customers, and it ends on 2027-01-01.

Credential: `api_key`. Setting: `cx`, the id of the programmable search engine.
"""

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
from serp.engines.api_boxes import keep_boxes
from serp.engines.values import JsonObject, count_at, objects_at, text_at
from serp.errors import BadQuery
from serp.features import make_box
from serp.types import EngineOptions, Exchange, Outcome, Query, Request, Serp, Verdict

TITLE = "Google Programmable Search"
ADDRESS = "https://www.googleapis.com/customsearch/v1"
PER_PAGE = 10
LAST_PAGE = 10  # start may be 91 at most
CLOSED = "This Google project has no access: the interface takes no new customers and ends on 2027-01-01."
A_MOMENT = ("per minute", "per 100 seconds", "per second")


def build_request(query: Query, options: EngineOptions) -> Request:
    cx = setting(options, "cx") or options.credentials.get("cx", "")
    if not cx:
        raise BadQuery(f"{TITLE} needs the setting 'cx'.")
    if query.page > LAST_PAGE:
        raise BadQuery(f"{TITLE} has no more than {LAST_PAGE} pages.")
    language = query.language.partition("-")[0]
    parameters = {
        "cx": cx,
        "q": query.text,
        "num": str(PER_PAGE),
        "start": str(PER_PAGE * (query.page - 1) + 1) if query.page > 1 else "",
        "gl": query.country,
        "hl": query.language,
        "lr": f"lang_{language}" if language else "",
    }
    secret = {"key": credential(options, "api_key", TITLE)}
    return get_json(options.base_url or ADDRESS, parameters, secret_params=secret)


def judge_error(exchange: Exchange, answer: JsonObject) -> Verdict | None:
    if exchange.status == 200 and "error" not in answer:
        return None
    said = text_at(answer, "error", "message")
    if exchange.status == 429:
        momentary = any(words in said.lower() for words in A_MOMENT)
        outcome = Outcome.RATE_LIMITED if momentary else Outcome.QUOTA
        return error_verdict(outcome, TITLE, exchange, said)
    if "does not have the access" in said:
        return error_verdict(Outcome.QUOTA, TITLE, exchange, said, reason=CLOSED)
    if exchange.status in {401, 402, 403} or "api key" in said.lower():
        return error_verdict(Outcome.QUOTA, TITLE, exchange, said)
    if exchange.status == 400:
        return error_verdict(Outcome.BAD_REQUEST, TITLE, exchange, said)
    return None


def parse_answer(answer: JsonObject) -> tuple[Serp, str]:
    results = objects_at(answer, "items")
    links = links_to([text_at(one, "link") for one in results])
    total = count_at(answer, "searchInformation", "totalResults")
    requests = objects_at(answer, "queries", "request")
    serp = Serp(
        query_echo=text_at(requests[0], "searchTerms") if requests else "",
        organic=rank_results([read_result(one) for one in results]),
        links=links,
        links_total=len(links),
        stats_raw=text_at(answer, "searchInformation", "formattedTotalResults"),
        total_results=total,
        features=keep_boxes(
            spelling=make_box(None, title=text_at(answer, "spelling", "correctedQuery"))
        ),
    )
    is_answer = text_at(answer, "kind") == "customsearch#search"
    return serp, "an answer without items" if is_answer and "items" not in answer else ""


def read_result(result: JsonObject) -> Found:
    return Found(
        title=text_at(result, "title"),
        url=text_at(result, "link"),
        snippet=text_at(result, "snippet"),
        display_url=text_at(result, "formattedUrl") or text_at(result, "displayLink"),
    )


engine = ApiEngine(
    name="google_cse",
    title=TITLE,
    label="Closed to new customers, ends on 2027-01-01: Google's results without ads, 100 a day free.",
    parser_version="google-cse-1",
    build_request=build_request,
    judge_error=judge_error,
    parse_answer=parse_answer,
)
