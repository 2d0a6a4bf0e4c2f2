"""The tabs of a keyword's page: each fetches only what it shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.http import QueryDict

from keywords.models import Keyword, ResultLink, Search
from keywords.views.attempts import describe_attempts
from keywords.views.evidence_tab import describe_page
from keywords.views.keyword_history import describe_history
from keywords.views.keyword_results import AD_BLOCKS, compare_runs, describe_organic
from keywords.views.keyword_runs import Run

TABS = ("ads", "organic", "links", "page", "attempts", "history")
# Of addresses that people may have kept.
ALIASES = {"results": "organic"}
LINKS_SHOWN = 500


@dataclass(frozen=True)
class DomainLinks:
    domain: str
    links: Sequence[ResultLink]


@dataclass(frozen=True)
class Looked:
    """What is looked at: a run, what it is compared with, and how it was asked for."""

    keyword: Keyword
    run: Run
    base: Run | None
    domains: Sequence[str]
    query: QueryDict

    @property
    def search(self) -> Search:
        return self.run.search


def choose_tab(asked: str, run: Run) -> str:
    asked = ALIASES.get(asked, asked)
    return asked if asked in TABS else run.first_tab


def describe_tab(tab: str, looked: Looked) -> Mapping[str, Any]:
    base = looked.base.search if looked.base else None
    owner_id = looked.keyword.keyword_list.owner_id
    match tab:
        case "ads":
            return {"comparison": compare_runs(looked.search, base, AD_BLOCKS)}
        case "organic":
            return describe_organic(looked.search, base, owner_id)
        case "links":
            return describe_links(looked.search, looked.query)
        case "page":
            return describe_page(looked.search, looked.query)
        case "attempts":
            return describe_attempts(looked.run)
        case _:
            return describe_history(looked.keyword, looked.domains)


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
