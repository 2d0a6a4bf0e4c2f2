"""Counts of ended attempts by queue, result and time, kept up to date as attempts are written.

An attempt is added to its minute, its hour, and to what was ever. So a graph of a week, and counters
that never go down though history is pruned, cost a few rows. `roll_up` adds what is new; what it has
not added yet is a short tail of jobs_attempt by primary key, which readers add themselves: nothing is
ever missing, and jobs_attempt needs no index by time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models, transaction
from django.db.models.functions import Now

# Upper bounds in seconds; what is longer falls into one more bucket.
RUN_BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
WAIT_BOUNDS = (0.05, 0.25, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 14400.0)
EVER = datetime(1970, 1, 1, tzinfo=UTC)
# Attempts get their ids before they commit: those seen this long ago are all there.
SETTLED_AFTER = 10  # seconds
# More of them, such as after an outage of this, take several rounds.
MOST_AT_ONCE = 50_000
KEEP_MINUTES = timedelta(days=2)
KEEP_HOURS = timedelta(days=90)


class Span(models.TextChoices):
    MINUTE = "minute"
    HOUR = "hour"
    EVER = "ever"


class Tally(models.Model):
    """Attempts of one queue with one result that ended in one span of time.

    Only the attempt that ends a job counts for waiting: from when it was due to its start.
    """

    span = models.CharField(max_length=6, choices=Span.choices)
    begins_at = models.DateTimeField()
    queue = models.ForeignKey("jobs.Queue", on_delete=models.CASCADE, db_index=False)
    result = models.CharField(max_length=10)
    count = models.BigIntegerField(default=0)
    run_seconds = models.FloatField(default=0)
    run_buckets = ArrayField(models.BigIntegerField(), default=list)
    waits = models.BigIntegerField(default=0)
    wait_seconds = models.FloatField(default=0)
    wait_buckets = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        constraints = [
            # roll_up adds to a row; read reads a span from a time on
            models.UniqueConstraint(
                fields=["span", "begins_at", "queue", "result"], name="jobs_tally_once"
            ),
        ]
        verbose_name_plural = "tallies"

    def __str__(self) -> str:
        return f"{self.count} {self.result} in {self.span} {self.begins_at:%Y-%m-%d %H:%M}"


class TallyMark(models.Model):
    """The one row that says how far roll_up has come: attempts to `last_id` are added; those to
    `seen_id` were there at `seen_at`."""

    last_id = models.BigIntegerField(default=0)
    seen_id = models.BigIntegerField(default=0)
    seen_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"to {self.last_id}"


@dataclass(frozen=True, slots=True)
class Counts:
    """A Tally's values, read with the tail."""

    begins_at: datetime
    queue_id: int
    result: str
    count: int
    run_seconds: float
    run_buckets: tuple[int, ...]
    waits: int
    wait_seconds: float
    wait_buckets: tuple[int, ...]


@transaction.atomic
def roll_up() -> bool:
    """Adds the new attempts, where the last time is SETTLED_AFTER ago. False: nothing was due, or
    somebody else is at it."""
    with connection.cursor() as cursor:
        cursor.execute(MAKE_MARK)
        cursor.execute(TAKE_MARK, [SETTLED_AFTER])
        row = cursor.fetchone()
        if row is None:
            return False
        last_id, seen_id = row
        up_to = min(seen_id, last_id + MOST_AT_ONCE)
        if up_to > last_id:
            cursor.execute(ADD, {"after": last_id, "up_to": up_to})
        cursor.execute(MOVE_MARK, {"up_to": up_to})
    return True


def read(span: Span, *, since: datetime = EVER) -> list[Counts]:
    """All that ended since then, by span, the newest attempts included. One statement: the same
    attempt is never counted twice nor left out."""
    with connection.cursor() as cursor:
        cursor.execute(READ, {"span": str(span), "since": since})
        return [_counts(row) for row in cursor.fetchall()]


def _counts(row: Sequence[Any]) -> Counts:
    begins_at, queue_id, result, count, run, run_buckets, waits, wait, wait_buckets = row
    return Counts(
        begins_at=begins_at,
        queue_id=queue_id,
        result=result,
        count=int(count),
        run_seconds=float(run),
        run_buckets=tuple(map(int, run_buckets)),
        waits=int(waits),
        wait_seconds=float(wait),
        wait_buckets=tuple(map(int, wait_buckets)),
    )


def forget_old() -> None:
    for span, keep in ((Span.MINUTE, KEEP_MINUTES), (Span.HOUR, KEEP_HOURS)):
        Tally.objects.filter(span=span, begins_at__lt=Now() - keep).delete()


def _bucket_counts(value: str, bounds: Sequence[float]) -> str:
    """SQL of an array: how many values fall under each bound, and how many above the last."""
    place = (
        f"width_bucket(-{value}, ARRAY[{', '.join(str(-b) for b in reversed(bounds))}]::float8[])"
    )
    counts = [
        f"count(*) FILTER (WHERE {place} = {len(bounds) - i})" for i in range(len(bounds) + 1)
    ]
    return f"ARRAY[{', '.join(counts)}]"


def _added(name: str) -> str:
    """SQL: the stored array plus the new one."""
    pairs = f"unnest(t.{name}, excluded.{name}) WITH ORDINALITY AS u(old, new, place)"
    return f"{name} = (SELECT array_agg(old + new ORDER BY place) FROM {pairs})"  # noqa: S608 - a constant


# What an attempt counts as. A job that was put back meanwhile has another scheduled_at: no wait.
FRESH = """
SELECT j.queue_id, a.result, a.finished_at,
    greatest(extract(epoch FROM a.finished_at - a.started_at), 0)::float8 AS run,
    CASE WHEN a.result IN ('completed', 'discarded', 'cancelled') AND j.scheduled_at <= a.started_at
        THEN extract(epoch FROM a.started_at - j.scheduled_at)::float8 END AS wait
FROM jobs_attempt a JOIN jobs_job j ON j.id = a.job_id
"""

VALUES = f"""
count(*) AS count, sum(run) AS run_seconds, {_bucket_counts("run", RUN_BOUNDS)} AS run_buckets,
count(wait) AS waits, coalesce(sum(wait), 0) AS wait_seconds,
{_bucket_counts("wait", WAIT_BOUNDS)} AS wait_buckets
"""

MAKE_MARK = """
INSERT INTO jobs_tallymark (id, last_id, seen_id, seen_at) SELECT 1, 0, 0, '-infinity'
WHERE NOT EXISTS (SELECT 1 FROM jobs_tallymark) ON CONFLICT DO NOTHING
"""

TAKE_MARK = """
SELECT last_id, seen_id FROM jobs_tallymark
WHERE seen_at < clock_timestamp() - make_interval(secs => %s) ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
"""

# Looks again only where all that it saw the last time is added.
MOVE_MARK = """
UPDATE jobs_tallymark SET last_id = %(up_to)s,
    seen_at = CASE WHEN seen_id = %(up_to)s THEN clock_timestamp() ELSE seen_at END,
    seen_id = CASE WHEN seen_id = %(up_to)s
        THEN greatest(seen_id, (SELECT coalesce(max(id), 0) FROM jobs_attempt)) ELSE seen_id END
"""

ADD = f"""
WITH fresh AS ({FRESH} WHERE a.id > %(after)s AND a.id <= %(up_to)s), spans AS (
    SELECT 'minute' AS span, date_trunc('minute', finished_at, 'UTC') AS begins_at, * FROM fresh
    UNION ALL SELECT 'hour', date_trunc('hour', finished_at, 'UTC'), * FROM fresh
    UNION ALL SELECT 'ever', to_timestamp(0), * FROM fresh
)
INSERT INTO jobs_tally AS t (span, begins_at, queue_id, result,
    count, run_seconds, run_buckets, waits, wait_seconds, wait_buckets)
SELECT span, begins_at, queue_id, result, {VALUES} FROM spans GROUP BY 1, 2, 3, 4
ON CONFLICT (span, begins_at, queue_id, result) DO UPDATE SET
    count = t.count + excluded.count, run_seconds = t.run_seconds + excluded.run_seconds,
    waits = t.waits + excluded.waits, wait_seconds = t.wait_seconds + excluded.wait_seconds,
    {_added("run_buckets")}, {_added("wait_buckets")}
"""  # noqa: S608 - of our own constants

READ = f"""
WITH fresh AS ({FRESH} WHERE a.id > (SELECT coalesce(max(last_id), 0) FROM jobs_tallymark))
SELECT begins_at, queue_id, result, count, run_seconds, run_buckets, waits, wait_seconds, wait_buckets
FROM jobs_tally WHERE span = %(span)s AND begins_at >= %(since)s
UNION ALL
SELECT begins_at, queue_id, result, {VALUES} FROM (
    SELECT CASE WHEN %(span)s = 'ever' THEN to_timestamp(0)
        ELSE date_trunc(%(span)s, finished_at, 'UTC') END AS begins_at, fresh.* FROM fresh
) tail WHERE begins_at >= %(since)s GROUP BY 1, 2, 3
"""  # noqa: S608 - of our own constants
