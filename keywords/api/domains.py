"""Domains and how often they are seen: the same figures that the page of domains shows."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from keywords.api.auth import reading, user_of
from keywords.api.problems import refuse_field
from keywords.api.schemas import Text
from keywords.link_search.answering import within_time
from keywords.link_search.cursors import read_place, write_place
from keywords.link_search.limits import Deadline
from keywords.link_search.question import QuestionMistake
from keywords.link_search.scope import Scope
from keywords.share_of_voice import Board, DomainRow, Kind, Order, find_trends, rank_domains

router = Router(tags=["domains"])


class DomainQuery(Schema):
    list: int | None = Field(None, ge=1, le=2**63 - 1, description="Id of a list; without: all.")
    tag: Text = Field("", max_length=50)
    kind: Kind = Field("all", description="Ads, organic results, or both together.")
    order: Order = "keywords"
    q: Text = Field("", max_length=255, description="A part of the domain.")
    limit: int = Field(100, ge=1, le=1000)
    cursor: str = Field("", max_length=1000, description="`next_cursor` of the page before.")
    all: bool = Field(
        False,
        description="An answer that takes longer than a second is bounded to your newest keywords; this waits.",
    )


class DomainOut(Schema):
    """Numbers of keywords with the domain among their results; ranks are organic."""

    domain: str
    keywords: int
    ad_keywords: int
    organic_keywords: int
    top3_keywords: int
    top10_keywords: int
    ads: int
    organic: int
    best_rank: int | None
    worst_rank: int | None
    median_rank: int | None
    share_of_voice: float = Field(
        description="From 0 to 1: a result at rank r gives 1/r points; the domain's points of all points."
    )
    trend: int | None = Field(
        description="More (or fewer) keywords than in the good run before; null where no keyword had one."
    )


class DomainAnswer(Schema):
    keyword_count: int = Field(description="Keywords with a good result that were looked at.")
    domain_count: int
    bounded: bool = Field(
        description="Whether only your newest keywords were looked at, to answer within a second."
    )
    items: list[DomainOut]
    next_cursor: str | None


@router.get("", response=DomainAnswer, auth=reading)
def list_domains(request: HttpRequest, query: Annotated[DomainQuery, Query(...)]) -> Any:
    """The domains in ads and organic results of your keywords, most first."""

    def read(scope: Scope, deadline: Deadline) -> tuple[Board, dict[str, int], int]:
        board = rank_domains(
            scope, kind=query.kind, order=query.order, text=query.q, after=after, size=query.limit
        )
        deadline.share()
        trends = find_trends(scope, [row.domain for row in board.rows], kind=query.kind)
        return board, trends, scope.keywords().count()

    try:
        after = read_place(query.cursor)
        scope = Scope(user_of(request), query.list, query.tag)
        (board, trends, count), asked = within_time(read, scope, patient=query.all)
    except QuestionMistake as mistake:
        raise refuse_field("cursor", str(mistake)) from None
    return {
        "keyword_count": count,
        "domain_count": board.total,
        "bounded": asked.first > 0,
        "items": [show_domain(row, trends.get(row.domain)) for row in board.rows],
        "next_cursor": write_place(board.after) if board.after else None,
    }


def show_domain(row: DomainRow, trend: int | None) -> dict[str, Any]:
    names = (name for name in DomainOut.model_fields if name != "trend")
    return {**{name: getattr(row, name) for name in names}, "trend": trend}
