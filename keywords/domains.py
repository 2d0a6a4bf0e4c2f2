"""Which domains stand in the results, how often and how high: share of voice."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet

from keywords.models import KeywordQuerySet, ResultLink

Block = ResultLink.Block
IS_AD = Q(block__in=ResultLink.AD_BLOCKS)
IS_ORGANIC = Q(block=Block.ORGANIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainRow:
    """`keywords` counts those with the domain among ads or organic results. Ranks are organic; None
    where the domain is only in ads."""

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


def rank_domains(keywords: KeywordQuerySet, *, order: str = "keywords") -> QuerySet[Any]:
    """Rows of DomainRow's fields, most first; `order` is one of its counts."""
    searches = keywords.order_by().values("latest_good_search_id")
    links = ResultLink.objects.filter(IS_AD | IS_ORGANIC, search__in=searches).exclude(domain="")
    # A search stands for its keyword: each keyword has one latest good one.
    return (
        links.order_by()
        .values("domain")
        .annotate(
            keywords=Count("search", distinct=True),
            ad_keywords=Count("search", distinct=True, filter=IS_AD),
            organic_keywords=Count("search", distinct=True, filter=IS_ORGANIC),
            top3_keywords=Count("search", distinct=True, filter=IS_ORGANIC & Q(rank__lte=3)),
            top10_keywords=Count("search", distinct=True, filter=IS_ORGANIC & Q(rank__lte=10)),
            ads=Count("pk", filter=IS_AD),
            organic=Count("pk", filter=IS_ORGANIC),
            best_rank=Min("rank", filter=IS_ORGANIC),
            worst_rank=Max("rank", filter=IS_ORGANIC),
        )
        .order_by(f"-{order}", "domain")
    )
