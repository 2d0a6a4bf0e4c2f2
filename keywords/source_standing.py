"""How each source is doing: its breaker, its answers, its budget, its proxies. For pages, API and
Operations; a number of queries that does not depend on the number of sources.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from keywords.breaker import Breaker
from keywords.breaking import State as BreakerState
from keywords.breaking import state_of
from keywords.budgets import BUDGET_USED_UP, Allowance, Budget, read_allowances
from keywords.models import Source
from keywords.page_health import SourceFigures
from keywords.proxies import Proxy
from keywords.rolling import current_figures
from keywords.source_checks import SourceCheck
from keywords.source_place import read_budget
from serp.types import GOOD_OUTCOMES

LATEST = 50


class Standing(StrEnum):
    """The one word for it, the strongest first."""

    OFF = "off"
    PAUSED = "paused"
    OPEN = "open"  # the breaker: it rests
    SPENT = "spent"  # the budget
    RESTING = "resting"  # for another reason
    HALF_OPEN = "half_open"
    ALARMED = "alarmed"
    TROUBLED = "troubled"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Health:
    """Of a source's latest answers."""

    tried: int = 0
    good: int = 0
    last_at: datetime | None = None
    bad_at: datetime | None = None
    bad_outcome: str = ""

    @property
    def share(self) -> float | None:
        return self.good / self.tried if self.tried else None


@dataclass(frozen=True, slots=True)
class ProxyCount:
    enabled: int = 0
    usable: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStanding:
    source: Source
    standing: Standing
    breaker: Breaker | None = None
    breaker_state: BreakerState = BreakerState.CLOSED
    health: Health = field(default_factory=Health)
    allowances: Sequence[Allowance] = ()
    proxies: ProxyCount = field(default_factory=ProxyCount)
    figures: SourceFigures | None = None
    canary: SourceCheck | None = None

    @property
    def alarms(self) -> list[str]:
        return list(self.figures.alarms) if self.figures else []


def read_standings(sources: QuerySet[Source]) -> list[SourceStanding]:
    """In the order of the sources."""
    now = timezone.now()
    rows = list(sources.select_related("queue", "breaker"))
    ids = [source.pk for source in rows]
    health, figures = read_health(ids), current_figures(ids)
    proxies, canaries = count_proxies(ids, now), last_canaries(ids)
    allowances = read_allowances({source.pk: safe_budget(source) for source in rows}, now)
    return [
        SourceStanding(
            source=source,
            standing=name_standing(source, figures.get(source.pk), now),
            breaker=getattr(source, "breaker", None),
            breaker_state=state_of(source.queue, now),
            health=health.get(source.pk, Health()),
            allowances=allowances.get(source.pk, ()),
            proxies=proxies.get(source.pk, ProxyCount()),
            figures=figures.get(source.pk),
            canary=canaries.get(source.pk),
        )
        for source in rows
    ]


def name_standing(source: Source, figures: SourceFigures | None, now: datetime) -> Standing:
    if not source.enabled:
        return Standing.OFF
    if source.queue.is_paused(now):
        return Standing.PAUSED
    if source.queue.is_cooling(now):
        return name_rest(source)
    if source.queue.probing:
        return Standing.HALF_OPEN
    if figures and figures.alarms:
        return Standing.ALARMED
    return Standing.TROUBLED if source.failures or source.refusals else Standing.READY


def name_rest(source: Source) -> Standing:
    if source.queue.cooling_reason.startswith(BUDGET_USED_UP):
        return Standing.SPENT
    return Standing.OPEN if source.queue.probing else Standing.RESTING


def safe_budget(source: Source) -> Budget:
    """A time zone that has been spoilt counts as the installation's."""
    try:
        return read_budget(source)
    except ValueError:
        return Budget(day=source.budget_day, month=source.budget_month)


def read_health(source_ids: Sequence[int]) -> Mapping[int, Health]:
    good = [str(outcome) for outcome in GOOD_OUTCOMES]
    with connection.cursor() as cursor:
        cursor.execute(HEALTH, {"good": good, "latest": LATEST, "sources": list(source_ids)})
        return {row[0]: Health(*row[1:]) for row in cursor.fetchall()}


def count_proxies(source_ids: Sequence[int], now: datetime) -> Mapping[int, ProxyCount]:
    enabled: Counter[int] = Counter()
    usable: Counter[int] = Counter()
    for proxy in Proxy.objects.filter(source__in=source_ids, enabled=True).defer("sealed"):
        enabled[proxy.source_id] += 1
        usable[proxy.source_id] += not proxy.is_resting(now)
    return {source: ProxyCount(count, usable[source]) for source, count in enabled.items()}


def last_canaries(source_ids: Sequence[int]) -> Mapping[int, SourceCheck]:
    rows = SourceCheck.objects.filter(
        source__in=source_ids, purpose=SourceCheck.Purpose.CANARY, finished_at__isnull=False
    )
    return {row.source_id: row for row in rows.order_by("source_id", "-id").distinct("source_id")}


# The newest answers of each source, by keywords_health_of_source.
HEALTH = """
SELECT s.id, count(h.outcome), count(h.outcome) FILTER (WHERE h.outcome = ANY(%(good)s)),
    max(h.at), max(h.at) FILTER (WHERE h.outcome <> ALL(%(good)s)),
    coalesce((array_agg(h.outcome ORDER BY h.id DESC)
        FILTER (WHERE h.outcome <> ALL(%(good)s)))[1], '')
FROM unnest(%(sources)s::bigint[]) AS s(id)
CROSS JOIN LATERAL (
    SELECT id, outcome, at FROM keywords_pagehealth
    WHERE source_id = s.id ORDER BY id DESC LIMIT %(latest)s
) h
GROUP BY s.id
"""
