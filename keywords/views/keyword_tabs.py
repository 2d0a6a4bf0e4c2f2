"""The tabs of a keyword's page: each fetches only what it shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.http import QueryDict

from keywords.models import ResultLink, Search
from keywords.views.evidence_tab import describe_page

TABS = ("results", "links", "page", "attempts", "history")
LINKS_SHOWN = 500
AD_BLOCKS = [str(block) for block in ResultLink.AD_BLOCKS]


@dataclass(frozen=True)
class DomainLinks:
    domain: str
    links: Sequence[ResultLink]


def describe_tab(search: Search, tab: str, query: QueryDict) -> dict[str, Any]:
    describe = {
        "results": describe_results,
        "links": describe_links,
        "page": describe_page,
    }.get(tab)
    return {"tab": tab, **(describe(search, query) if describe else {})}


def describe_results(search: Search, query: QueryDict) -> Mapping[str, Any]:
    links = list(
        search.result_links.filter(block__in=[*AD_BLOCKS, ResultLink.Block.ORGANIC]).order_by(
            "absolute_rank", "rank", "pk"
        )
    )
    return {
        "ads": [link for link in links if link.block in AD_BLOCKS],
        "organic": [link for link in links if link.block == ResultLink.Block.ORGANIC],
    }


def describe_links(search: Search, query: QueryDict) -> Mapping[str, Any]:
    """`char` and `n` keep the addresses in which that character stands at least n times."""
    char, n = query.get("char", "")[:10], query.get("n", "")
    least = int(n) if n.isdecimal() and len(n) < 4 else 0
    links = search.result_links.all()
    if char and least:
        links = keep_addresses(links, char, least)
    found = list(links.order_by("domain", "pk")[: LINKS_SHOWN + 1])
    return {
        "char": char,
        "n": least or "",
        "groups": group_by_domain(found[:LINKS_SHOWN]),
        "link_count": links.count() if len(found) > LINKS_SHOWN else len(found),
        "links_shown": LINKS_SHOWN,
    }


def keep_addresses(links: QuerySet[ResultLink], char: str, least: int) -> QuerySet[ResultLink]:
    address = "coalesce(nullif(url, ''), href_raw)"
    occurrences = RawSQL(  # noqa: S611 - the value is a parameter
        f"(length({address}) - length(replace({address}, %s, ''))) / length(%s)", [char, char]
    )
    return links.annotate(occurrences=occurrences).filter(occurrences__gte=least)


def group_by_domain(links: Sequence[ResultLink]) -> list[DomainLinks]:
    groups: dict[str, list[ResultLink]] = {}
    for link in links:
        groups.setdefault(link.domain, []).append(link)
    largest_first = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    return [DomainLinks(domain, found) for domain, found in largest_first]
