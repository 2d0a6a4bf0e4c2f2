"""What Operations tells about sources: how each is doing, and what of it is wrong now."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from jobs.admin import cells, charts
from jobs.admin.panels import Panel, register_panel
from jobs.admin.problems import Problem, Situation, register_finder
from jobs.admin.tiles import Tile, register_tile
from keywords.models import Source
from keywords.page_health import PageHealth
from keywords.source_admin import describe_budget, describe_rate, describe_refusal, show_state
from keywords.source_standing import SourceStanding, Standing, read_standings
from keywords.verdict_policy import REFUSALS
from keywords.views.source_words import tell

FEW_GOOD, FROM_ANSWERS = 0.5, 10


def describe_sources(request: HttpRequest) -> dict[str, Any] | None:
    if not request.user.has_perm("keywords.view_source"):
        return None
    standings = read_standings(Source.objects.filter(only_saved=False).order_by("name"))
    return {"name": "sources", "rows": [_row(standing) for standing in standings]}


def find_problems(situation: Situation) -> Iterator[Problem]:
    """A source that rests is told as its closed queue; here stands what a queue cannot know."""
    for standing in read_standings(Source.objects.filter(enabled=True, only_saved=False)):
        url = reverse("admin:keywords_source_change", args=[standing.source.pk])
        for sentence in _sentences(standing):
            yield Problem("warn", f"{standing.source.name}: {sentence}", url)


def _sentences(standing: SourceStanding) -> Iterator[str]:
    yield from standing.alarms
    health, proxies = standing.health, standing.proxies
    if standing.standing is Standing.HALF_OPEN:
        yield tell(standing).note
    if health.tried >= FROM_ANSWERS and health.good < health.tried * FEW_GOOD:
        yield f"only {health.good} of its last {health.tried} answers were good."
    if proxies.usable < proxies.enabled:
        resting = proxies.enabled - proxies.usable
        yield f"{resting} of its {proxies.enabled} proxies rest."


def _row(standing: SourceStanding) -> dict[str, Any]:
    health, now = standing.health, timezone.now()
    label = f"{health.good} of the last {health.tried} good"
    return {
        "source": standing.source,
        "chip": show_state(standing),
        "why": tell(standing).note,
        "alarms": standing.alarms,
        "share": f"{health.share:.0%}" if health.tried else cells.NOTHING,
        "label": label if health.tried else "nothing was asked yet",
        "gauge": charts.draw_gauge(health.good, health.tried, label=label) if health.tried else "",
        "refusal": describe_refusal(standing),
        "last_ago": cells.show_span(now - health.last_at) if health.last_at else "",
        "rate": describe_rate(standing.source),
        "budget": describe_budget(standing),
        "is_wrong": health.tried > 0 and health.good < health.tried * FEW_GOOD,
        "is_slow": standing.standing not in {Standing.READY, Standing.OFF},
    }


def count_refusals(situation: Situation) -> Tile:
    """Of the answers that are kept: the newest ones of each source."""
    answers = PageHealth.objects.filter(at__gte=situation.now - timedelta(hours=1)).order_by()
    refused = answers.filter(outcome__in=[str(each) for each in REFUSALS]).count()
    total = answers.count()
    return Tile(
        "Refused in the last hour",
        f"{refused:,}",
        f"{refused / total:.1%} of {total:,} answers" if total else "nothing was asked",
        "bad" if total >= FROM_ANSWERS and refused > total * FEW_GOOD else "",
    )


register_panel(Panel("admin/operations/sources.html", describe_sources))
register_finder(find_problems)
register_tile(count_refusals)
