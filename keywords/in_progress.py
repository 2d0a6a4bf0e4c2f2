"""What of a user's is under way: his batches that have not finished, and how much of them is left."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from jobs import stats
from jobs.models import Queue

# Jobs of a batch are counted to here: what is shown then is "10,000+".
COUNTED = 10_000
# The newest batches; somebody with more than these has other worries.
MOST_BATCHES = 50


@dataclass(frozen=True, slots=True)
class Underway:
    """One run of a list. `waiting` and `running` are at most COUNTED + 1."""

    list_id: int | None
    name: str
    running: int
    waiting: int
    total: int  # keywords of the list
    queue_ids: tuple[int, ...]

    @property
    def unfinished(self) -> int:
        return self.running + self.waiting

    @property
    def finished(self) -> int:
        return max(self.total - self.unfinished, 0)

    @property
    def is_capped(self) -> bool:
        return self.unfinished > COUNTED


def find_underway(owner_id: int) -> list[Underway]:
    """Newest first, in one query whose cost does not grow with what is finished."""
    with connection.cursor() as cursor:
        cursor.execute(
            UNDERWAY, {"owner": owner_id, "counted": COUNTED + 1, "batches": MOST_BATCHES}
        )
        rows = cursor.fetchall()
    return [
        Underway(list_id, name, running, waiting, total, tuple(queue_ids))
        for list_id, name, running, waiting, total, queue_ids in rows
    ]


def seconds_left(batches: list[Underway], queues: Iterable[Queue]) -> float | None:
    """At the rate of the last minutes, as far as the limits of their queues allow it; None where nothing has
    ended lately."""
    measured = stats.measured_rates()
    rates = [
        measured[queue.pk].at_most(stats.allowed_per_second(queue))
        for queue in queues
        if queue.pk in measured
    ]
    per_second = sum(rate.jobs / rate.busy for rate in rates)
    return sum(batch.unfinished for batch in batches) / per_second if per_second else None


# The open batches by jobs_batch_open, what is unfinished of each by jobs_job_batch, and its list by
# way of the first such job. How many keywords that has is a sum of few changes: see keywords.standings.
UNDERWAY = """
SELECT lists.id, coalesce(lists.name, open.name), left_.running, left_.waiting,
    coalesce(lists.total, 0), left_.queues
FROM (SELECT id, name FROM jobs_batch WHERE finished_at IS NULL AND owner = %(owner)s
    ORDER BY id DESC LIMIT %(batches)s) open
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state = 'running') AS running,
        count(*) FILTER (WHERE state <> 'running') AS waiting,
        array_agg(DISTINCT queue_id) AS queues, min(id) AS some_job
    FROM (SELECT id, state, queue_id FROM jobs_job WHERE batch_id = open.id
        AND state IN ('available', 'running', 'retryable') LIMIT %(counted)s) unfinished
) left_
LEFT JOIN LATERAL (
    SELECT l.id, l.name, (SELECT sum(change)::bigint FROM keywords_standingchange c
        WHERE c.keyword_list_id = l.id) AS total
    FROM keywords_search s JOIN keywords_keyword k ON k.id = s.keyword_id
    JOIN keywords_keywordlist l ON l.id = k.keyword_list_id
    WHERE s.job_id = left_.some_job AND l.owner_id = %(owner)s
) lists ON true
WHERE left_.some_job IS NOT NULL
ORDER BY open.id DESC
"""
