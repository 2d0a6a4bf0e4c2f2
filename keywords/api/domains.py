"""Domains and how often they are seen."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from keywords.api.auth import reading, user_of
from keywords.domains import rank_domains
from keywords.models import Keyword

router = Router(tags=["domains"])


class DomainQuery(Schema):
    list: int | None = Field(None, ge=1, le=2**63 - 1, description="Id of a list; without: all.")
    order: Literal["keywords", "ad_keywords", "organic_keywords", "top3_keywords"] = "keywords"
    limit: int = Field(100, ge=1, le=1000)
    offset: int = Field(0, ge=0, le=100_000)


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


class DomainAnswer(Schema):
    keyword_count: int = Field(description="Keywords that have a good result at all.")
    items: list[DomainOut]


@router.get("", response=DomainAnswer, auth=reading)
def list_domains(request: HttpRequest, query: Annotated[DomainQuery, Query(...)]) -> Any:
    """The domains in ads and organic results of your keywords, most first."""
    keywords = Keyword.objects.for_user(user_of(request))
    if query.list:
        keywords = keywords.filter(keyword_list=query.list)
    rows = rank_domains(keywords, order=query.order)
    return {
        "keyword_count": keywords.filter(latest_good_search__isnull=False).count(),
        "items": list(rows[query.offset : query.offset + query.limit]),
    }
