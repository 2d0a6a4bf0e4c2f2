"""How high a followed domain stood in the runs of a list: so many keywords among the first three, the first ten …"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from keywords.history import ListRun
from keywords.link_search.limits import limited_time
from keywords.models import KeywordList
from serp.types import GOOD_OUTCOMES

# The last rank of each group, and its name in what is returned; below them "lower", and "none" without a rank.
GROUPS = {"top3": 3, "top10": 10, "top20": 20}
LOWER, NONE = "lower", "none"
NAMES = (*GROUPS, LOWER, NONE)
SECONDS = 2.0


def group_ranks(
    keyword_list: KeywordList, domain: str, runs: Sequence[ListRun]
) -> list[Mapping[str, int]]:
    """For each run, good searches by group. What failed is in none of them. Raises TooSlow."""
    if not runs:
        return []
    values: dict[str, Any] = {
        "list": keyword_list.pk,
        "domain": domain,
        "since": runs[0].started_at,
        "good": [str(outcome) for outcome in GOOD_OUTCOMES],
        "bounds": list(GROUPS.values()),
    }
    found: dict[datetime, dict[str, int]] = defaultdict(dict)
    with limited_time(SECONDS), connection.cursor() as cursor:
        cursor.execute(RANKS, values)
        for started_at, place, count in cursor.fetchall():
            found[started_at][NONE if place is None else NAMES[place]] = count
    return [found[run.started_at] for run in runs]


# A rank's place is how many bounds lie before it: width_bucket would put one on a bound above it.
RANKS = """
SELECT started_at,
    CASE WHEN rank IS NOT NULL THEN (SELECT count(*) FROM unnest(%(bounds)s::int[]) bound WHERE bound < rank) END,
    count(*)
FROM (
    SELECT date_trunc('minute', s.created_at) AS started_at, (
        SELECT min(l.rank) FROM keywords_resultlink l
        WHERE l.search_id = s.id AND l.block = 'organic' AND l.domain = %(domain)s
    ) AS rank
    FROM keywords_keyword k JOIN keywords_search s ON s.keyword_id = k.id
    WHERE k.keyword_list_id = %(list)s AND s.created_at >= %(since)s AND s.outcome = ANY(%(good)s)
) found GROUP BY 1, 2
"""
