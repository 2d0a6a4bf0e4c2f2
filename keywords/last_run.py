"""How long the last run of a list took: from its first attempt to its end. What is not known is not said."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from jobs.states import UNFINISHED
from keywords.models import KeywordList

# The owner's newest batches among the newest of all: a run that lies further back has no duration.
LOOKED_AT = 20
LOOKED_THROUGH = 5_000
# Of a run of so many jobs each one is looked at; of a larger one those of the list's first keywords,
# which are served first, and of its last ones.
FEW_JOBS = 1_000
FIRST_KEYWORDS = 100
LAST_KEYWORDS = 100
# "0 s" would look like no figure at all.
SHORTEST = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class LastRun:
    """`is_first`: nothing of the list was started since, so that it is the run of every keyword."""

    took: timedelta
    is_first: bool


@dataclass(frozen=True, slots=True)
class Span:
    """A batch of which nothing is left to do."""

    batch_id: int
    started_at: datetime
    ended_at: datetime


def find_last_run(keyword_list: KeywordList) -> LastRun | None:
    """Of a list on which nothing is left to do. Two queries, whatever its size."""
    last = take_overlapping(find_spans(keyword_list))
    if not last:
        return None
    ended_at = max(span.ended_at for span in last)
    if keyword_list.last_run_at > ended_at:  # there was a later one, which was not found
        return None
    began_at = find_beginning(keyword_list.pk, [span.batch_id for span in last])
    if began_at is None or began_at > ended_at:
        return None
    took = max(ended_at - began_at, SHORTEST)
    return LastRun(took, keyword_list.last_run_at == keyword_list.created_at)


def take_overlapping(spans: Sequence[Span]) -> list[Span]:
    """The newest, and those that were under way with it: acts on many keywords go in steps."""
    taken: list[Span] = []
    for span in spans:
        if not taken or span.ended_at >= min(each.started_at for each in taken):
            taken.append(span)
    return taken


def find_spans(keyword_list: KeywordList) -> list[Span]:
    """Newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            SPANS,
            {
                "list": keyword_list.pk,
                "owner": keyword_list.owner_id,
                "looked_at": LOOKED_AT,
                "through": LOOKED_THROUGH,
                "left": sorted(UNFINISHED),
                "few": FEW_JOBS,
                "last": LAST_KEYWORDS,
            },
        )
        return [Span(*row) for row in cursor.fetchall() if row[-1] is not None]


def find_beginning(list_id: int, batch_ids: Collection[int]) -> datetime | None:
    """When the first attempt began. None where there was none, or it is not found at little cost."""
    batches = list(batch_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            BEGINNING,
            {"list": list_id, "batches": batches, "few": FEW_JOBS, "first": FIRST_KEYWORDS},
        )
        (began_at,) = cursor.fetchone()
    found: datetime | None = began_at
    return found


# Whose a batch is, one of its jobs tells. The orders say to take jobs_job_batch, never the whole table for the
# sake of the first few. A batch is marked as finished right after the commit that ends its last job; a page that
# asks between the two is told the end of the last job, or of many jobs that of the list's last keywords.
SPANS = """
SELECT b.id, b.created_at, coalesce(b.finished_at, (
    SELECT CASE WHEN count(*) <= %(few)s THEN max(finished_at) ELSE (
        SELECT max(j.finished_at) FROM (SELECT latest_search_id FROM keywords_keyword
            WHERE keyword_list_id = %(list)s ORDER BY id DESC LIMIT %(last)s) k
        JOIN keywords_search s ON s.id = k.latest_search_id JOIN jobs_job j ON j.id = s.job_id
        WHERE j.batch_id = b.id) END
    FROM (SELECT finished_at FROM jobs_job
        WHERE batch_id = b.id ORDER BY batch_id, state LIMIT %(few)s + 1) ended))
FROM (SELECT id, created_at, finished_at FROM jobs_batch all_ones
    WHERE owner = %(owner)s AND id > (SELECT max(id) FROM jobs_batch) - %(through)s
        AND (finished_at IS NOT NULL OR NOT EXISTS (
            SELECT 1 FROM jobs_job WHERE batch_id = all_ones.id AND state = ANY(%(left)s)))
    ORDER BY id DESC LIMIT %(looked_at)s) b
CROSS JOIN LATERAL (SELECT id FROM jobs_job WHERE batch_id = b.id ORDER BY batch_id, state LIMIT 1) j
JOIN keywords_search s ON s.job_id = j.id JOIN keywords_keyword k ON k.id = s.keyword_id
WHERE k.keyword_list_id = %(list)s
ORDER BY b.id DESC
"""
BEGINNING = """
WITH few AS MATERIALIZED (
    SELECT j.id FROM unnest(%(batches)s::bigint[]) b(id) CROSS JOIN LATERAL (
        SELECT id FROM jobs_job WHERE batch_id = b.id ORDER BY batch_id, state LIMIT %(few)s + 1) j
    LIMIT %(few)s + 1
), first AS (
    SELECT j.id FROM (SELECT latest_search_id FROM keywords_keyword
        WHERE keyword_list_id = %(list)s ORDER BY id LIMIT %(first)s) k
    JOIN keywords_search s ON s.id = k.latest_search_id JOIN jobs_job j ON j.id = s.job_id
    WHERE j.batch_id = ANY(%(batches)s)
), looked_at AS MATERIALIZED (
    SELECT id FROM few WHERE (SELECT count(*) FROM few) <= %(few)s
    UNION ALL SELECT id FROM first WHERE (SELECT count(*) FROM few) > %(few)s
)
SELECT min(a.started_at) FROM looked_at
CROSS JOIN LATERAL (SELECT min(started_at) AS started_at FROM jobs_attempt WHERE job_id = looked_at.id) a
"""
