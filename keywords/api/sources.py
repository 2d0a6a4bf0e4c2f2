"""The search engines that are set up here."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from jobs.models import Queue
from keywords.api.auth import reading
from keywords.api.source_schemas import SourceOut
from keywords.breaking import State
from keywords.models import Source
from keywords.source_standing import SourceStanding, read_standings
from keywords.sources import engine_of

router = Router(tags=["sources"])


@router.get("", response=list[SourceOut], auth=reading)
def list_sources(request: HttpRequest) -> Any:
    """Where keywords can be searched, and how each source is doing."""
    return [show_source(each) for each in read_standings(Source.objects.filter(only_saved=False))]


def show_source(standing: SourceStanding) -> dict[str, Any]:
    source, health = standing.source, standing.health
    engine = engine_of(source)
    return {
        "name": source.name,
        "engine": source.engine,
        "title": engine.title,
        "label": source.expectation or engine.label,
        "made_up": engine.made_up,
        "enabled": source.enabled,
        "is_default": source.is_default,
        "state": standing.standing,
        **show_queue(source.queue),
        "breaker": show_breaker(standing),
        "answers": {"good": health.good, "tried": health.tried},
        "budgets": [
            {
                "span": each.span,
                "limit": each.limit,
                "used": each.used,
                "left": each.left,
                "until": each.until,
            }
            for each in standing.allowances
        ],
        "alarms": standing.alarms,
    }


def show_queue(queue: Queue) -> dict[str, Any]:
    now = timezone.now()
    is_paused, is_cooling = queue.is_paused(now), queue.is_cooling(now)
    return {
        "paused": is_paused,
        "cooling_until": queue.cooling_until if is_cooling else None,
        "reason": queue.pause_reason if is_paused else queue.cooling_reason if is_cooling else "",
        "rate_limit": queue.rate_limit,
        "rate_period": queue.rate_period,
        "slowdown": queue.slowdown,
    }


def show_breaker(standing: SourceStanding) -> dict[str, Any]:
    breaker = standing.breaker
    is_open = standing.breaker_state is State.OPEN
    return {
        "state": standing.breaker_state,
        "until": standing.source.queue.cooling_until if is_open else None,
        "refused_at": breaker.refused_at if breaker else None,
        "outcome": breaker.outcome if breaker else "",
        "reason": breaker.reason if breaker else "",
        "evidence": breaker.evidence if breaker else "",
    }
