"""Questions across results."""

from typing import Annotated, Any, Literal

from django.db.models import Count
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from keywords.api.auth import reading, user_of
from keywords.api.paging import PageQuery, take_page
from keywords.api.problems import refuse_field
from keywords.api.schemas import LinkOut, Text
from keywords.api.showing import LINK_FIELDS
from keywords.link_search import LinkQuestion, QuestionMistake, limited_time
from keywords.models import Keyword, ResultLink

router = Router(tags=["links"])


class LinkQuery(PageQuery):
    where: Literal["ad", "organic", "any"] = "any"
    match: Literal["contains", "exact", "domain", "regex", "count"] = Field(
        "contains",
        description="`value` is a part of the URL, the whole, its domain with subdomains, a regular "
        "expression, or a text that stands in the URL at least `n` times (`count`).",
    )
    value: Text = Field("", max_length=2000)
    n: int = Field(1, ge=1, le=10_000)
    list: int | None = Field(None, ge=1, le=2**63 - 1, description="Id of a list; without: all.")


class FoundLink(LinkOut):
    id: int
    keyword_id: int
    keyword: str
    search_id: int


class LinkAnswer(Schema):
    """The counts are of everything that was found, the items of this page."""

    link_count: int
    keyword_count: int
    items: list[FoundLink]
    next_cursor: str | None


@router.get("", response=LinkAnswer, auth=reading)
def find_links(request: HttpRequest, query: Annotated[LinkQuery, Query(...)]) -> Any:
    """Links in the latest good results of your keywords."""
    keywords = Keyword.objects.for_user(user_of(request))
    if query.list:
        keywords = keywords.filter(keyword_list=query.list)
    question = LinkQuestion(where=query.where, match=query.match, value=query.value, n=query.n)
    try:
        with limited_time():
            links = question.links(keywords)
            counts = links.aggregate(
                link_count=Count("pk"), keyword_count=Count("search", distinct=True)
            )
            rows = links.select_related("search__keyword")
            return counts | take_page(rows, query, show_links, newest=False)
    except QuestionMistake as mistake:
        raise refuse_field("value", str(mistake)) from None


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
