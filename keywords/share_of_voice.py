"""Which domains stand in the results, how often and how high; and what has changed since the run before.

Share of voice: a result at rank r gives its domain 1/r points, and a domain's share is its points of all points. It is
of ads, of organic results, or of both together, in each keyword's latest good run.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from django.db import connection
from django.utils.translation import gettext as _

from keywords.link_search.question import QuestionMistake
from keywords.link_search.scope import Scope
from keywords.models import KeywordQuerySet, ResultLink
from serp.types import GOOD_OUTCOMES

Kind = Literal["all", "ads", "organic"]
Order = Literal[
    "keywords",
    "ad_keywords",
    "organic_keywords",
    "top3_keywords",
    "top10_keywords",
    "share_of_voice",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
ORDERS: tuple[Order, ...] = get_args(Order)
ADS = [str(block) for block in ResultLink.AD_BLOCKS]
ORGANIC = [str(ResultLink.Block.ORGANIC)]
BLOCKS: dict[str, list[str]] = {"all": ADS + ORGANIC, "ads": ADS, "organic": ORGANIC}


@dataclass(frozen=True, slots=True)
class DomainRow:
    """`keywords` counts those with the domain among the results in question. Ranks are organic; None where the domain
    is only in ads. `share_of_voice` is between 0 and 1."""

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
    share_of_voice: float
    domain_total: int


@dataclass(frozen=True, slots=True)
class Board:
    """A page of domains; `after` is where the next one goes on, None at the end. `total` counts all that match."""

    rows: Sequence[DomainRow]
    after: tuple[float, str] | None
    total: int


def rank_domains(
    scope: Scope,
    *,
    kind: Kind = "all",
    order: Order = "keywords",
    text: str = "",
    after: tuple[float, str] | None = None,
    size: int = 50,
) -> Board:
    """Most first."""
    if "\x00" in text:
        raise QuestionMistake(_("A text has no NUL characters."))
    number, name = after or (None, "")
    values = {
        **describe_scope(scope.keywords()),
        "blocks": BLOCKS[kind],
        "part": escape_pattern(text.strip().lower()),
        "number": number,
        "name": name,
        "size": size + 1,
    }
    found = [
        DomainRow(*row) for row in fetch(RANKED.format(order=ORDERS[ORDERS.index(order)]), values)
    ]
    rows = found[:size]
    is_last = len(found) <= size
    return Board(
        rows,
        after=None if is_last else (float(getattr(rows[-1], order)), rows[-1].domain),
        total=rows[0].domain_total if rows else 0,
    )


def describe_scope(keywords: KeywordQuerySet) -> dict[str, Any]:
    """The searches to read."""
    return {"searches": list(keywords.order_by().values_list("latest_good_search_id", flat=True))}


def escape_pattern(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def find_trends(scope: Scope, domains: Sequence[str], *, kind: Kind = "all") -> dict[str, int]:
    """By how many keywords each domain has grown since the good run before, over the keywords that had one."""
    if not domains:
        return {}
    values = {
        "keywords": list(scope.keywords().order_by().values_list("pk", flat=True)),
        "good": [str(outcome) for outcome in GOOD_OUTCOMES],
        "blocks": BLOCKS[kind],
        "domains": list(domains),
    }
    return dict(fetch(TRENDS, values))


@dataclass(frozen=True, slots=True)
class PageCounts:
    """(number, keywords with that many on their page), without gaps up to the most. Ads from MOST_ADS on together;
    links in steps of LINKS_STEP, told by the least number, and from MOST_LINKS on together."""

    ads: list[tuple[int, int]]
    links: list[tuple[int, int]]


def count_pages(scope: Scope) -> PageCounts:
    values = {
        **describe_scope(scope.keywords()),
        "most_ads": MOST_ADS,
        "step": LINKS_STEP,
        "most_links": MOST_LINKS,
    }
    ads: Counter[int] = Counter()
    links: Counter[int] = Counter()
    for of_ads, of_links, keywords in fetch(PAGES_OF_KEYWORDS, values):
        ads[of_ads] += keywords
        links[of_links] += keywords
    links.pop(None, None)  # type: ignore[call-overload]  # where only the ads are known
    return PageCounts(fill_gaps(ads, 1), fill_gaps(links, LINKS_STEP))


def fill_gaps(counts: "Counter[int]", step: int) -> list[tuple[int, int]]:
    return [(number, counts[number]) for number in range(0, max(counts, default=-1) + 1, step)]


def fetch(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


MOST_ADS = 12
LINKS_STEP, MOST_LINKS = 20, 200
# First what each domain has in each search, then all searches of a domain: a plain count(DISTINCT search) for
# each column would sort every link once for each of them.
RANKED = """
WITH seen AS (
    SELECT l.domain, l.search_id, count(*) FILTER (WHERE l.block <> 'organic') AS ads,
        count(*) FILTER (WHERE l.block = 'organic') AS organic,
        min(l.rank) FILTER (WHERE l.block = 'organic') AS best,
        max(l.rank) FILTER (WHERE l.block = 'organic') AS worst,
        sum(1.0::float8 / greatest(l.rank, 1)) AS points
    FROM keywords_resultlink l
    WHERE l.search_id = ANY(%(searches)s) AND l.block = ANY(%(blocks)s) AND l.domain <> ''
    GROUP BY l.domain, l.search_id
), board AS (
    SELECT domain, count(*) AS keywords, count(*) FILTER (WHERE ads > 0) AS ad_keywords, count(best) AS organic_keywords,
        count(*) FILTER (WHERE best <= 3) AS top3_keywords, count(*) FILTER (WHERE best <= 10) AS top10_keywords,
        sum(ads)::bigint AS ads, sum(organic)::bigint AS organic, min(best) AS best_rank, max(worst) AS worst_rank,
        percentile_disc(0.5) WITHIN GROUP (ORDER BY best) AS median_rank,
        round((sum(points) / sum(sum(points)) OVER ())::numeric, 9)::float8 AS share_of_voice
    FROM seen GROUP BY domain
), named AS (
    SELECT *, count(*) OVER () AS domain_total FROM board WHERE domain LIKE %(part)s
)
SELECT * FROM named
WHERE %(number)s::float8 IS NULL OR {order} < %(number)s OR ({order} = %(number)s AND domain > %(name)s)
ORDER BY {order} DESC, domain LIMIT %(size)s
"""
TRENDS = """
WITH runs AS (
    SELECT k.latest_good_search_id AS now, before.id AS before
    FROM keywords_keyword k, LATERAL (
        SELECT s.id FROM keywords_search s
        WHERE s.keyword_id = k.id AND s.id < k.latest_good_search_id AND s.outcome = ANY(%(good)s)
        ORDER BY s.id DESC LIMIT 1
    ) before
    WHERE k.id = ANY(%(keywords)s)
), both_runs AS (
    SELECT now AS search, 1 AS sign FROM runs UNION ALL SELECT before, -1 FROM runs
), seen AS (
    SELECT DISTINCT l.domain, r.search, r.sign
    FROM both_runs r JOIN keywords_resultlink l ON l.search_id = r.search
    WHERE l.block = ANY(%(blocks)s) AND NOT l.block = 'other' AND l.domain = ANY(%(domains)s)
)
SELECT domain, sum(sign)::bigint FROM seen GROUP BY domain
"""
# least() takes null for nothing, so it has to be asked for.
PAGES_OF_KEYWORDS = """
SELECT least(ads_total, %(most_ads)s),
    CASE WHEN links_total IS NOT NULL THEN least(links_total / %(step)s * %(step)s, %(most_links)s) END, count(*)
FROM keywords_search WHERE id = ANY(%(searches)s) AND ads_total IS NOT NULL GROUP BY 1, 2
"""
