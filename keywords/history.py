"""What the runs of a list, or of a keyword, were worth: for charts and tables over time."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from keywords.models import KeywordList, Search
from keywords.tracked_domains.ranks import find_ranks
from serp.types import GOOD_OUTCOMES

RUNS_OF_LIST = 30
RUNS_OF_KEYWORD = 200


@dataclass(frozen=True, slots=True)
class ListRun:
    """Searches that were started within one minute. `by_outcome`: "" for what has not finished."""

    started_at: datetime
    by_outcome: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.by_outcome.values())


@dataclass(frozen=True, slots=True)
class KeywordRun:
    """`ranks` by tracked domain; one that is not among the results is left out."""

    search_id: int
    at: datetime
    outcome: str
    ads: int | None
    organic: int | None
    links: int | None
    ranks: Mapping[str, int]

    @property
    def is_good(self) -> bool:
        return self.outcome in GOOD_OUTCOMES


def find_list_runs(keyword_list: KeywordList) -> list[ListRun]:
    """The latest runs, the oldest first. Looks at every search of the list."""
    with connection.cursor() as cursor:
        cursor.execute(LIST_RUNS, {"list": keyword_list.pk, "runs": RUNS_OF_LIST})
        rows: Sequence[tuple[datetime, str, int]] = cursor.fetchall()
    runs: dict[datetime, dict[str, int]] = defaultdict(dict)
    for started_at, outcome, count in rows:
        runs[started_at][outcome] = count
    return [ListRun(started_at, found) for started_at, found in sorted(runs.items())]


def find_keyword_runs(keyword_id: int, domains: Sequence[str]) -> list[KeywordRun]:
    """Runs with an outcome, the oldest first."""
    rows = (
        Search.objects.filter(keyword=keyword_id)
        .exclude(outcome="")
        .order_by("-pk")
        .values_list(
            *("pk", "fetched_at", "created_at", "outcome"),
            *("ads_total", "organic_total", "links_total"),
        )[:RUNS_OF_KEYWORD]
    )
    found = list(rows)
    ranks = find_ranks([row[0] for row in found if row[3] in GOOD_OUTCOMES], domains)
    return [
        KeywordRun(pk, fetched_at or created_at, outcome, ads, organic, links, ranks.get(pk, {}))
        for pk, fetched_at, created_at, outcome, ads, organic, links in reversed(found)
    ]


LIST_RUNS = """
SELECT started_at, outcome, number FROM (
    SELECT date_trunc('minute', s.created_at) AS started_at, s.outcome, count(*) AS number,
        dense_rank() OVER (ORDER BY date_trunc('minute', s.created_at) DESC) AS place
    FROM keywords_keyword k JOIN keywords_search s ON s.keyword_id = k.id
    WHERE k.keyword_list_id = %(list)s GROUP BY 1, 2
) runs WHERE place <= %(runs)s
"""
