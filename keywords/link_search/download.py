"""An answer as a file: every link that is asked for, or every keyword where no links are."""

from collections.abc import Iterator
from typing import Any

from keywords.exports.formats import write_csv
from keywords.link_search.answering import PATIENCE, select_keywords
from keywords.link_search.limits import limited_time, try_pattern
from keywords.link_search.question import LinkQuestion
from keywords.link_search.scope import Scope

PORTION = 2000
KEYWORD_COLUMNS = {
    "keyword": "text",
    "list": "keyword_list__name",
    "country": "country",
    "language": "language",
    "device": "device",
    "keyword_id": "pk",
}
LINK_COLUMNS = {
    **{name: f"search__keyword__{path}" for name, path in KEYWORD_COLUMNS.items()},
    "fetched_at": "search__fetched_at",
    **{
        name: name
        for name in ("block", "rank", "absolute_rank", "title", "url", "domain", "snippet")
    },
    "search_id": "search_id",
}


def download_answer(question: LinkQuestion, scope: Scope) -> Iterator[bytes]:
    """Reads the database as it is consumed. Raises QuestionMistake, before the first piece is asked for."""
    question.check()
    if question.match == "regex":
        try_pattern(question.value)
    if question.without or question.where == "keyword":
        columns, rows = KEYWORD_COLUMNS, select_keywords(question, scope).order_by("pk")
    else:
        columns, rows = LINK_COLUMNS, scope.links(question).order_by("pk")  # type: ignore[assignment]
    return write_csv(list(columns), read_rows(columns, rows))


def read_rows(columns: dict[str, str], rows: Any) -> Iterator[dict[str, Any]]:
    """No portion may take longer than the patient wait."""
    with limited_time(PATIENCE):
        for values in rows.values_list(*columns.values()).iterator(PORTION):
            yield dict(zip(columns, values, strict=True))
