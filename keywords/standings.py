"""How many keywords of a list stand how: exact for lists of any size, at the cost of a few rows.

A keyword's `standing` is its status and outcome in one word, so that filters and counts need no join:
"" while its latest search waits or runs, "retrying", else the outcome ("none" where an attempt broke).
Triggers of the database keep it and the changes below in the transaction that moves the job or writes
the outcome, whoever does that; migration 0006 has them.
"""

from collections.abc import Iterable

from django.db import connection, models


class StandingChange(models.Model):
    """So many keywords more, or fewer, that stand so. The sum over a list is its count; triggers fold
    its rows together now and then. Appended and never updated: writers do not wait for one another."""

    keyword_list = models.ForeignKey(
        "keywords.KeywordList", on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    standing = models.CharField(max_length=20, blank=True)
    change = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.change:+} {self.standing or 'unfinished'}"


def count_standings(list_ids: Iterable[int]) -> list[tuple[int, str, int]]:
    """(list, standing, keywords), in one query; those that run are told apart as "running"."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"lists": sorted(id_ for id_ in set(list_ids) if id_ < 2**63)})
        return [(list_id, standing, int(count)) for list_id, standing, count in cursor.fetchall()]


# Those that run are few in the whole system: jobs_job_running has them all.
COUNT = """
SELECT keyword_list_id, standing, sum(change) FROM keywords_standingchange
WHERE keyword_list_id = ANY(%(lists)s) GROUP BY 1, 2 HAVING sum(change) <> 0
UNION ALL
SELECT k.keyword_list_id, 'running', count(*) FROM jobs_job j
JOIN keywords_search s ON s.job_id = j.id
JOIN keywords_keyword k ON k.id = s.keyword_id AND k.latest_search_id = s.id
WHERE j.state = 'running' AND k.keyword_list_id = ANY(%(lists)s) AND k.standing = '' GROUP BY 1
"""
