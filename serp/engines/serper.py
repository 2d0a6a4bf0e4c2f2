"""Serper.dev: Google's results as JSON. Documents of 2026; no page of the corpus to check against.

Credential: `api_key`. Settings: `location`, `num`.
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
from serp.engines.api_boxes import (
    answer_box,
    keep_boxes,
    list_box,
    panel_box,
    read_date,
    read_sitelinks,
)
from serp.engines.values import JsonObject, object_at, objects_at, text_at
from serp.types import EngineOptions, Exchange, Outcome, Query, Request, Serp, Verdict

TITLE = "Serper"
ADDRESS = "https://google.serper.dev/search"


def build_request(query: Query, options: EngineOptions) -> Request:
    wishes: dict[str, object] = {
        "q": query.text,
        "gl": query.country,
        "hl": query.language,
        "page": query.page,
        "location": setting(options, "location"),
        "num": setting(options, "num"),
    }
    kept = {name: value for name, value in wishes.items() if value}
    key = {"X-API-KEY": credential(options, "api_key", TITLE)}
    return post_json(options.base_url or ADDRESS, kept, secret_headers=key)


def judge_error(exchange: Exchange, answer: JsonObject) -> Verdict | None:
    said = text_at(answer, "message") or text_at(answer, "error")
    if exchange.status == 200:
        return None
    if exchange.status in {401, 402, 403} or "credits" in said.lower():
        return error_verdict(Outcome.QUOTA, TITLE, exchange, said)
    if exchange.status == 400:
        return error_verdict(Outcome.BAD_REQUEST, TITLE, exchange, said)
    return None  # 429 and 5xx mean what they mean everywhere


def parse_answer(answer: JsonObject) -> tuple[Serp, str]:
    results = objects_at(answer, "organic")
    organic = rank_results(
        [
            Found(
                title=text_at(one, "title"),
                url=text_at(one, "link"),
                snippet=text_at(one, "snippet"),
                date=read_date(one),
                sitelinks=read_sitelinks(one),
            )
            for one in results
        ]
    )
    links = links_to([text_at(one, "link") for one in results])
    serp = Serp(
        query_echo=text_at(answer, "searchParameters", "q"),
        organic=organic,
        links=links,
        links_total=len(links),
        related_searches=tuple(text_at(o, "query") for o in objects_at(answer, "relatedSearches")),
        people_also_ask=tuple(text_at(o, "question") for o in objects_at(answer, "peopleAlsoAsk")),
        features=read_features(answer),
    )
    asked = isinstance(answer.get("searchParameters"), dict)
    return serp, "an empty list of results" if asked and answer.get("organic") == [] else ""


def read_features(answer: JsonObject) -> dict[str, object]:
    return keep_boxes(
        featured_snippet=answer_box(object_at(answer, "answerBox")),
        knowledge_panel=panel_box(object_at(answer, "knowledgeGraph")),
        shopping=list_box(objects_at(answer, "shopping")),
        local_pack=list_box(objects_at(answer, "places")),
        news=list_box(objects_at(answer, "topStories")),
        videos=list_box(objects_at(answer, "videos")),
        images=list_box(objects_at(answer, "images")),
        people_also_ask=list_box(
            [{**one, "title": one.get("question")} for one in objects_at(answer, "peopleAlsoAsk")]
        ),
    )


engine = ApiEngine(
    name="serper",
    title=TITLE,
    label="Paid: Google results through Serper.dev, without ads. Reliable; each search costs.",
    parser_version="serper-2",
    build_request=build_request,
    judge_error=judge_error,
    parse_answer=parse_answer,
)
