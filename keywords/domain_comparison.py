"""Up to five domains side by side, keyword by keyword: where each stands, and who stands highest."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from keywords.link_search.scope import Scope
from keywords.models import Keyword
from keywords.share_of_voice import describe_scope, fetch

FEWEST, MOST = 2, 5


@dataclass(frozen=True, slots=True)
class Standing:
    """One domain over all keywords in question. A keyword is won by who has its highest organic rank."""

    domain: str
    keywords: int = 0
    organic_keywords: int = 0
    ad_keywords: int = 0
    won: int = 0
    median_rank: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """Its highest ranks for one keyword; None where it is not there."""

    domain: str
    rank: int | None = None
    ad_rank: int | None = None
    is_winner: bool = False


@dataclass(frozen=True, slots=True)
class ComparedKeyword:
    keyword: Keyword
    cells: Sequence[Cell]

    @property
    def winner(self) -> str:
        """ "" where none of them has an organic rank."""
        return next((cell.domain for cell in self.cells if cell.is_winner), "")


@dataclass(frozen=True, slots=True)
class Comparison:
    """`keyword_count` counts the keywords in which any of the domains stands; `after` is the last keyword's id."""

    standings: Sequence[Standing] = ()
    rows: Sequence[ComparedKeyword] = field(default_factory=list)
    keyword_count: int = 0
    after: int | None = None


def compare_domains(
    scope: Scope, domains: Sequence[str], *, after: int = 0, size: int = 50
) -> Comparison:
    """The keywords in the order of their lists."""
    values = {
        **describe_scope(scope.keywords()),
        "domains": list(domains),
        "after": after,
        "size": size + 1,
    }
    standings = {row[0]: Standing(*row) for row in fetch(STANDINGS, values)}
    ids = [row[0] for row in fetch(KEYWORDS, values)]
    ((keyword_count,),) = fetch(KEYWORD_COUNT, values)
    shown = ids[:size]
    return Comparison(
        standings=[standings.get(domain, Standing(domain)) for domain in domains],
        rows=build_rows(shown, domains, values),
        keyword_count=keyword_count,
        after=shown[-1] if len(ids) > size else None,
    )


def build_rows(
    ids: Sequence[int], domains: Sequence[str], values: dict[str, Any]
) -> list[ComparedKeyword]:
    keywords = Keyword.objects.select_related("keyword_list").in_bulk(list(ids))
    found: dict[int, dict[str, tuple[int | None, int | None]]] = defaultdict(dict)
    for pk, domain, rank, ad_rank in fetch(CELLS, {**values, "ids": list(ids)}):
        found[pk][domain] = (rank, ad_rank)
    return [
        ComparedKeyword(keywords[pk], build_cells(found[pk], domains))
        for pk in ids
        if pk in keywords
    ]


def build_cells(
    ranks: dict[str, tuple[int | None, int | None]], domains: Sequence[str]
) -> list[Cell]:
    best = min((rank for rank, _ in ranks.values() if rank is not None), default=None)
    return [
        Cell(domain, rank, ad_rank, is_winner=rank is not None and rank == best)
        for domain in domains
        for rank, ad_rank in [ranks.get(domain, (None, None))]
    ]


# Served by keywords_link_of_domain.
FOUND = """
WITH cells AS (
    SELECT s.keyword_id, l.domain, min(l.rank) FILTER (WHERE l.block = 'organic') AS rank,
        min(l.rank) FILTER (WHERE l.block <> 'organic') AS ad_rank
    FROM keywords_resultlink l JOIN keywords_search s ON s.id = l.search_id
    WHERE l.domain = ANY(%(domains)s) AND NOT l.block = 'other' AND l.search_id = ANY(%(searches)s)
    GROUP BY s.keyword_id, l.domain
)
"""
STANDINGS = f"""{FOUND}, ranked AS (
    SELECT *, min(rank) OVER (PARTITION BY keyword_id) AS best FROM cells
)
SELECT domain, count(*), count(rank), count(ad_rank), count(*) FILTER (WHERE rank = best),
    percentile_disc(0.5) WITHIN GROUP (ORDER BY rank)
FROM ranked GROUP BY domain
"""  # noqa: S608 - our own text
KEYWORDS = f"""{FOUND}
SELECT DISTINCT keyword_id FROM cells WHERE keyword_id > %(after)s ORDER BY keyword_id LIMIT %(size)s
"""  # noqa: S608 - our own text
KEYWORD_COUNT = f"{FOUND} SELECT count(DISTINCT keyword_id) FROM cells"  # noqa: S608 - our own text
CELLS = (
    f"{FOUND} SELECT keyword_id, domain, rank, ad_rank FROM cells WHERE keyword_id = ANY(%(ids)s)"  # noqa: S608 - our own text
)
