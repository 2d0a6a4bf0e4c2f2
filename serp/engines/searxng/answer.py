"""SearXNG's JSON."""

from serp.engines.api import Found, error_verdict, links_to, rank_results
from serp.engines.api_boxes import keep_boxes, panel_box
from serp.engines.searxng.failures import judge_failures
from serp.engines.values import (
    JsonObject,
    as_text,
    count_at,
    items_at,
    objects_at,
    text_at,
    texts_at,
)
from serp.features import make_box
from serp.types import Exchange, Outcome, Serp, Verdict


def judge_error(exchange: Exchange, answer: JsonObject) -> Verdict | None:
    error = text_at(answer, "error")
    if error and not isinstance(answer.get("results"), list):
        outcome = Outcome.SERVER_ERROR if exchange.status >= 500 else Outcome.BAD_REQUEST
        return error_verdict(outcome, "SearXNG", exchange, error)
    if exchange.status == 200 and not rank_results(read_results(answer)):
        return judge_failures(read_failures(answer), exchange)
    return None


def parse_answer(answer: JsonObject) -> tuple[Serp, str]:
    organic = rank_results(read_results(answer))
    links = links_to([text_at(result, "url") for result in objects_at(answer, "results")])
    # Before 2026-05 it guessed a number, and said 0 where it had none.
    total = count_at(answer, "number_of_results") or None
    serp = Serp(
        query_echo=text_at(answer, "query"),
        organic=organic,
        links=links,
        links_total=len(links),
        stats_raw=str(total) if total else "",
        total_results=total,
        related_searches=tuple(texts_at(answer, "suggestions")),
        features=read_features(answer),
    )
    is_searxng = isinstance(answer.get("results"), list) and "query" in answer
    return serp, "an empty list of results, and no engine failed" if is_searxng else ""


def read_results(answer: JsonObject) -> list[Found]:
    return [
        Found(
            title=text_at(result, "title"),
            url=text_at(result, "url"),
            snippet=text_at(result, "content"),
            date=text_at(result, "publishedDate")[:10],
        )
        for result in objects_at(answer, "results")
    ]


def read_failures(answer: JsonObject) -> dict[str, str]:
    pairs = [pair for pair in items_at(answer, "unresponsive_engines") if isinstance(pair, list)]
    return {
        as_text(pair[0]): as_text(pair[1])
        for pair in pairs
        if len(pair) > 1 and isinstance(pair[0], str)
    }


def read_features(answer: JsonObject) -> dict[str, object]:
    answers = [as_text(one) or text_at(one, "answer") for one in items_at(answer, "answers")]
    told = [text for text in answers if text]
    corrections = texts_at(answer, "corrections")
    features = keep_boxes(
        featured_snippet=make_box(None, text=" \u2014 ".join(told)),
        knowledge_panel=panel_box(next(iter(objects_at(answer, "infoboxes")), {})),
        spelling=make_box(None, title=corrections[0] if corrections else ""),
    )
    failures = read_failures(answer)
    return {**features, **({"unresponsive_engines": failures} if failures else {})}
