"""Questions across results: the same that the search page asks."""

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from keywords.api.auth import reading, user_of
from keywords.api.paging import PageQuery, take_page
from keywords.api.problems import refuse_field
from keywords.api.schemas import LinkOut, Text
from keywords.api.showing import LINK_FIELDS
from keywords.link_search.answering import Answer, answer_with
from keywords.link_search.cursors import read_cursor
from keywords.link_search.groups import KeywordGroup, NameGroup, take_groups
from keywords.link_search.question import LinkQuestion, Match, QuestionMistake, Runs, Where
from keywords.link_search.scope import Scope
from keywords.models import ResultLink

router = Router(tags=["links"])


class LinkQuery(PageQuery):
    where: Where = Field(
        "any",
        description="The address of ads, of organic results or of any link; their title, snippet or domain; or the "
        "keyword's own text.",
    )
    match: Match = Field(
        "contains",
        description="`value` is a part, the whole or the beginning; a domain with its subdomains; a regular "
        "expression; or a text that stands there at least `n` times (`count`).",
    )
    value: Text = Field("", max_length=2000)
    n: int = Field(1, ge=1, le=10_000)
    top: int = Field(0, ge=0, le=100, description="Only ranks up to this; 0: all.")
    without: bool = Field(False, description="The keywords that have no such link; no links then.")
    runs: Runs = Field("latest", description="The latest good run, any, or those of a range.")
    since: date | None = Field(None, description="The first day of the range.")
    until: date | None = Field(None, description="Its last day.")
    list: int | None = Field(None, ge=1, le=2**63 - 1, description="Id of a list; without: all.")
    tag: Text = Field("", max_length=50)
    all: bool = Field(
        False,
        description="An answer that takes longer than a second is bounded to your newest keywords; this waits.",
    )

    def question(self) -> LinkQuestion:
        names = ("where", "match", "value", "n", "top", "without", "runs", "since", "until")
        return LinkQuestion(**{name: getattr(self, name) for name in names})

    def scope(self, request: HttpRequest) -> Scope:
        return Scope(user_of(request), self.list, self.tag)


class GroupQuery(LinkQuery):
    group: Literal["keyword", "url", "domain"] = "keyword"


class FoundLink(LinkOut):
    id: int
    keyword_id: int
    keyword: str
    search_id: int


class Counted(Schema):
    """The counts are of everything that was found, the items of this page."""

    link_count: int | None = Field(description="null where no links are asked for.")
    keyword_count: int
    keyword_total: int = Field(description="Keywords with a good result that were asked.")
    bounded: bool = Field(
        description="Whether only your newest keywords were asked, to answer within a second."
    )
    next_cursor: str | None


class LinkAnswer(Counted):
    items: list[FoundLink]


class GroupOut(Schema):
    """A keyword (with its id), a URL or a domain."""

    name: str
    keyword_id: int | None = None
    keyword_count: int
    link_count: int | None


class GroupAnswer(Counted):
    items: list[GroupOut]


@router.get("", response=LinkAnswer, auth=reading)
def find_links(request: HttpRequest, query: Annotated[LinkQuery, Query(...)]) -> Any:
    """Links in the results of your keywords, in the order in which they were found."""
    question = query.question()

    def take(scope: Scope) -> dict[str, Any]:
        links = scope.links(question).select_related("search__keyword")
        rows = links.none() if question.without else links
        return take_page(rows, query, show_links, newest=False)

    try:
        found, page = answer_with(take, question, query.scope(request), patient=query.all)
    except QuestionMistake as mistake:
        raise refuse_field("value", str(mistake)) from None
    return show_counts(found) | page


@router.get("/groups", response=GroupAnswer, auth=reading)
def group_links(request: HttpRequest, query: Annotated[GroupQuery, Query(...)]) -> Any:
    """The same by keyword in the order of their lists, or by URL or domain with the most keywords first."""
    question = query.question()
    try:
        after = read_cursor(query.cursor)
        found, page = answer_with(
            lambda scope: take_groups(question, scope, query.group, after, query.limit),
            question,
            query.scope(request),
            patient=query.all,
        )
    except QuestionMistake as mistake:
        raise refuse_field("value", str(mistake)) from None
    items = [show_group(row) for row in page.rows]
    return show_counts(found) | {"items": items, "next_cursor": page.next_cursor or None}


def show_counts(found: Answer) -> dict[str, Any]:
    return {
        "link_count": found.link_count,
        "keyword_count": found.keyword_count,
        "keyword_total": found.keyword_total,
        "bounded": found.all_keywords is not None,
    }


def show_group(row: KeywordGroup | NameGroup) -> dict[str, Any]:
    if isinstance(row, KeywordGroup):
        return {
            "name": row.keyword.text,
            "keyword_id": row.keyword.pk,
            "keyword_count": 1,
            "link_count": row.link_count,
        }
    return {"name": row.name, "keyword_count": row.keyword_count, "link_count": row.link_count}


def show_links(links: Any) -> list[dict[str, Any]]:
    return [show_link(link) for link in links]


def show_link(link: ResultLink) -> dict[str, Any]:
    return {
        **{name: getattr(link, name) for name in LINK_FIELDS},
        "id": link.pk,
        "keyword_id": link.search.keyword_id,
        "keyword": link.search.keyword.text,
        "search_id": link.search_id,
    }
