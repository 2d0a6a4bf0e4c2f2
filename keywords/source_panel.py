"""The part of Operations about sources: whether they answer, and when they refused last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from jobs.admin import cells, charts
from jobs.admin.panels import Panel, register_panel
from keywords.models import Source
from keywords.statuses import DONE_OUTCOMES

LATEST = 50


@dataclass(frozen=True, slots=True)
class Health:
    """Of a source's latest searches that were answered, or not."""

    tried: int = 0
    good: int = 0
    last_at: datetime | None = None
    bad_at: datetime | None = None
    bad_outcome: str = ""


def describe_sources(request: HttpRequest) -> dict[str, Any] | None:
    if not request.user.has_perm("keywords.view_source"):
        return None
    health = read_health()
    now = timezone.now()
    sources = Source.objects.filter(only_saved=False).select_related("queue")
    return {"rows": [_row(source, health.get(source.pk, Health()), now) for source in sources]}


def read_health() -> Mapping[int, Health]:
    """By source id, from the newest searches of all."""
    good = [str(outcome) for outcome in DONE_OUTCOMES]
    with connection.cursor() as cursor:
        cursor.execute(HEALTH, {"good": good, "latest": LATEST})
        return {row[0]: Health(*row[1:]) for row in cursor.fetchall()}


def _row(source: Source, health: Health, now: datetime) -> dict[str, Any]:
    share = health.good / health.tried if health.tried else None
    label = f"{health.good} of the last {health.tried} good"
    return {
        "source": source,
        "chip": cells.show_queue_chip(source.queue) if source.enabled else cells.show_chip("off"),
        "why": cells.explain_queue_state(source.queue, now),
        "share": f"{share:.0%}" if share is not None else cells.NOTHING,
        "label": label if health.tried else "nothing was asked yet",
        "gauge": charts.draw_gauge(health.good, health.tried, label=label) if health.tried else "",
        "bad_outcome": health.bad_outcome.replace("_", " "),
        "bad_ago": cells.show_span(now - health.bad_at) if health.bad_at else "",
        "last_ago": cells.show_span(now - health.last_at) if health.last_at else "",
        "rate": cells.show_rate(source.queue),
        "is_wrong": share is not None and share < 0.5,
    }


# Of the newest searches alone: an old table costs no more than a new one.
HEALTH = """
WITH newest AS (
    SELECT s.id, s.keyword_id, s.outcome, coalesce(s.fetched_at, s.created_at) AS at
    FROM keywords_search s ORDER BY s.id DESC LIMIT 5000
), answered AS (
    SELECT k.source_id, n.outcome, n.at, n.outcome = ANY(%(good)s) AS good,
        row_number() OVER (PARTITION BY k.source_id ORDER BY n.id DESC) AS place
    FROM newest n JOIN keywords_keyword k ON k.id = n.keyword_id
    WHERE n.outcome NOT IN ('', 'cancelled')
)
SELECT source_id, count(*), count(*) FILTER (WHERE good), max(at),
    max(at) FILTER (WHERE NOT good),
    coalesce((array_agg(outcome ORDER BY place) FILTER (WHERE NOT good))[1], '')
FROM answered WHERE place <= %(latest)s GROUP BY source_id
"""

register_panel(Panel("admin/operations/sources.html", describe_sources))
