"""How long a list still takes, as far as one can know, and what is before it in the line.

Waiting ÷ the measured rate of its source over the last five minutes, idle ones aside; a range while there are few
samples or others take their turns too; no number at all while the source stands still.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jobs import stats
from jobs.presence_state import NODE_MISSING_AFTER
from jobs.stats import Rate
from keywords.statuses import Counts, Status
from keywords.templatetags.figures import describe_age, describe_day, describe_span, grouped

# Fewer finished jobs than this in the last minutes make no rate; fewer than enough make a range.
LEAST_SAMPLES = 3
ENOUGH_SAMPLES = 20
# Jobs before the list's own are counted to here.
COUNTED = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    """The queue in which a list's first waiting keywords stand. `ahead`: others' jobs before them;
    `owners`: who else waits there; `everybody`: all that waits there. Each at most COUNTED + 1.
    `node_seen_at`: when a worker node last reported, None where none ever has. `allowed`: jobs a second
    by the queue's limit, None where it has none."""

    queue_id: int
    name: str
    paused_at: datetime | None
    paused_until: datetime | None
    cooling_until: datetime | None
    has_due: bool
    held: bool
    ahead: int
    owners: int
    everybody: int
    node_seen_at: datetime | None
    allowed: float | None

    def is_deserted(self, now: datetime) -> bool:
        return self.node_seen_at is not None and now - self.node_seen_at > NODE_MISSING_AFTER

    def is_standing(self, now: datetime) -> bool:
        is_paused = self.paused_at and (self.paused_until is None or self.paused_until > now)
        return bool(is_paused) or (self.cooling_until is not None and self.cooling_until > now)


@dataclass(frozen=True, slots=True)
class Outlook:
    """`rate` and `left` are "" where they cannot be told."""

    rate: str = ""
    left: str = ""
    place: str = ""

    @property
    def parts(self) -> list[str]:
        return [part for part in (self.rate, self.left, self.place) if part]


def look_ahead(list_id: int, counts: Counts) -> Outlook:
    """Nothing for a list that is finished. Few queries, whatever its size."""
    if not counts.unfinished:
        return Outlook()
    line = find_line(list_id)
    if line is None:
        return Outlook()
    if line.held:
        return Outlook(left=_("held back"))
    now = timezone.now()
    if line.node_seen_at and line.is_deserted(now):
        since = describe_age(now - line.node_seen_at) or describe_day(line.node_seen_at)
        return Outlook(
            left=_("waiting for a worker: the last one reported %(since)s") % {"since": since}
        )
    if line.is_standing(now):
        return Outlook(left=_("waiting for the source %(name)s") % {"name": line.name})
    rate = stats.measured_rate(line.queue_id).at_most(line.allowed)
    return Outlook(
        rate=describe_rate(rate),
        left=describe_left(counts.unfinished, line, rate),
        place=describe_place(counts, line),
    )


def describe_rate(rate: Rate) -> str:
    if rate.jobs < LEAST_SAMPLES:
        return ""
    return _("%(n).0f/min now") % {"n": rate.per_busy_minute}


def describe_left(own: int, line: Line, rate: Rate) -> str:
    """Others take turns with this list: at best it goes on alone, at worst all of them are served first."""
    if rate.jobs < LEAST_SAMPLES:
        return ""
    spread = 0.0 if rate.jobs >= ENOUGH_SAMPLES else 1 / math.sqrt(rate.jobs)
    shared = own * (line.owners + 1)
    if line.everybody <= COUNTED:
        shared = min(shared, max(line.everybody, own))
    least = span_of(own if spread else shared, rate, 1 + spread)
    most = span_of(shared, rate, 1 - spread)
    if least == most:
        return _("about %(time)s") % {"time": most}
    return _("%(least)s to %(most)s") % {"least": least, "most": most}


def span_of(jobs: int, rate: Rate, factor: float) -> str:
    return describe_span(timedelta(seconds=jobs * rate.busy / (rate.jobs * factor)))


def describe_place(counts: Counts, line: Line) -> str:
    if counts.by_status[Status.RUNNING] or not line.has_due:
        return ""
    if not line.ahead:
        return _("you are next")
    more = "+" if line.ahead > COUNTED else ""
    number = f"{grouped(min(line.ahead, COUNTED))}{more}"
    text = ngettext(
        "you are next after %(n)s keyword of other lists",
        "you are next after %(n)s keywords of other lists",
        line.ahead,
    )
    return text % {"n": number}


def find_line(list_id: int) -> Line | None:
    """None where nothing waits."""
    with connection.cursor() as cursor:
        cursor.execute(LINE, {"list": list_id, "counted": COUNTED + 1})
        rows: Sequence[tuple[object, ...]] = cursor.fetchall()
    return Line(*rows[0]) if rows else None  # type: ignore[arg-type]


# The list's first hundred unfinished keywords stand for all: its first in line is among them. What is
# before it comes from jobs_job_claim, and the owners from a walk along jobs_job_owner_turn.
LINE = """
WITH first AS (
    SELECT j.queue_id, j.owner, j.priority, j.turn, j.id, j.state, j.held_at
    FROM (SELECT latest_search_id FROM keywords_keyword
        WHERE keyword_list_id = %(list)s AND standing = '' ORDER BY id LIMIT 100) k
    JOIN keywords_search s ON s.id = k.latest_search_id JOIN jobs_job j ON j.id = s.job_id
    WHERE j.state IN ('available', 'running', 'retryable')
), place AS (
    SELECT * FROM first
    ORDER BY (state = 'available' AND turn IS NOT NULL AND held_at IS NULL) DESC, priority, turn, id LIMIT 1
)
SELECT q.id, q.name, q.paused_at, q.paused_until, q.cooling_until,
    place.state = 'available' AND place.turn IS NOT NULL AND place.held_at IS NULL,
    place.held_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM first WHERE held_at IS NULL),
    (SELECT count(*) FROM (SELECT 1 FROM jobs_job j WHERE j.queue_id = q.id AND j.state = 'available'
        AND j.turn IS NOT NULL AND j.held_at IS NULL
        AND (j.priority, j.turn, j.id) < (place.priority, place.turn, place.id) LIMIT %(counted)s) a),
    (WITH RECURSIVE walk AS (
        (SELECT min(j.owner) AS owner, 1 AS step FROM jobs_job j WHERE j.queue_id = q.id
            AND j.state = 'available' AND j.turn IS NOT NULL AND j.held_at IS NULL)
        UNION ALL
        SELECT (SELECT min(j.owner) FROM jobs_job j WHERE j.queue_id = q.id AND j.owner > walk.owner
            AND j.state = 'available' AND j.turn IS NOT NULL AND j.held_at IS NULL), step + 1
        FROM walk WHERE walk.owner IS NOT NULL AND step < 50
    ) SELECT count(*) FROM walk WHERE owner IS NOT NULL AND owner <> place.owner),
    (SELECT count(*) FROM (SELECT 1 FROM jobs_job j WHERE j.queue_id = q.id AND j.state = 'available'
        AND j.turn IS NOT NULL AND j.held_at IS NULL LIMIT %(counted)s) e),
    (SELECT max(seen_at) FROM jobs_node),
    q.rate_limit / (q.rate_period * q.slowdown)
FROM place JOIN jobs_queue q ON q.id = place.queue_id
"""
