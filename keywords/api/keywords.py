"""Keywords with their status and latest good result."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router
from pydantic import Field

from keywords.api.auth import reading, user_of
from keywords.api.paging import Page, PageQuery, Paging, take_page
from keywords.api.problems import refuse_field
from keywords.api.schemas import (
    KeywordOut,
    KeywordWithResult,
    SearchOut,
    Text,
)
from keywords.api.showing import (
    keyword_rows,
    show_keyword_with_result,
    show_keywords,
    show_searches,
)
from keywords.filtering import ListFilter
from keywords.models import Keyword, Search
from keywords.statuses import Status
from serp.types import Outcome

router = Router(tags=["keywords"])


class KeywordQuery(PageQuery):
    list: int | None = Field(None, ge=1, le=2**63 - 1, description="Id of a list.")
    status: Status | None = None
    outcome: Outcome | None = None
    q: Text = Field(
        "",
        max_length=1000,
        description="Words of the keyword, and the terms of the list page's filter:"
        " `ads>2 top<=3 domain:example.com -tag:brand fetched>7d`.",
    )

    def narrowing(self) -> ListFilter:
        """Raises Refusal."""
        found = ListFilter.build(q=self.q, status=self.status or "")
        for problem in found.problems:
            raise refuse_field("q", problem.message)
        return found


@router.get("", response=Page[KeywordOut], auth=reading)
def list_keywords(request: HttpRequest, query: Annotated[KeywordQuery, Query(...)]) -> Any:
    """Your keywords, oldest first, which is the order of the file."""
    rows = keyword_rows().for_user(user_of(request))
    if query.list is not None:
        rows = rows.filter(keyword_list=query.list)
    if query.outcome is not None:
        # Of the latest search, as it is shown: also of one that waits for its next attempt.
        rows = rows.filter(outcome=query.outcome)
    return take_page(query.narrowing().apply(rows), query, show_keywords, newest=False)


@router.get("/{int:keyword_id}", response=KeywordWithResult, auth=reading)
def get_keyword(request: HttpRequest, keyword_id: int) -> Any:
    rows = keyword_rows().for_user(user_of(request))
    return show_keyword_with_result(get_object_or_404(rows, pk=keyword_id))


@router.get("/{int:keyword_id}/searches", response=Page[SearchOut], auth=reading)
def list_searches(request: HttpRequest, keyword_id: int, paging: Paging) -> Any:
    """Every run of the keyword, newest first."""
    keyword = get_object_or_404(Keyword.objects.for_user(user_of(request)), pk=keyword_id)
    rows = Search.objects.with_status().filter(keyword=keyword)
    return take_page(rows, paging, show_searches, newest=True)
