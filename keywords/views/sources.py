"""`/sources`: where keywords can be searched, how each is doing and what to expect of it."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from jobs.models import Queue
from keywords.models import Source
from keywords.sources import engine_of
from keywords.views.access import SignedInRequest, signed_in
from keywords.views.banners import describe_cool_down, describe_pause
from keywords.views.wording import Chip
from serp.types import Engine


@dataclass(frozen=True)
class SourceCard:
    source: Source
    engine: Engine
    chip: Chip
    note: str
    pace: str


@require_safe
@signed_in
def show_sources(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    asked = Source.objects.filter(only_saved=False)
    sources = asked.select_related("queue").order_by("-enabled", "-is_default", "name")
    return render(
        request, "keywords/sources.html", {"cards": [build_card(each, now) for each in sources]}
    )


def build_card(source: Source, now: datetime) -> SourceCard:
    chip, note = describe_health(source, now)
    return SourceCard(source, engine_of(source), chip, note, describe_pace(source.queue))


def describe_health(source: Source, now: datetime) -> tuple[Chip, str]:
    queue = source.queue
    if not source.enabled:
        return Chip(_("Switched off"), "power", "stopped"), _("The operator has switched it off.")
    if queue.is_paused(now):
        return Chip(_("Paused"), "circle-pause", "bad"), describe_pause(queue)
    if queue.is_cooling(now):
        return Chip(_("Resting"), "hourglass", "warning"), describe_cool_down(queue)
    if source.failures or source.refusals:
        count = source.failures + source.refusals
        text = ngettext(
            "Its last answer was a failure.", "Its last %(n)d answers were failures.", count
        )
        return Chip(_("Troubled"), "triangle-alert", "warning"), text % {"n": count}
    return Chip(_("Ready"), "check", "good"), ""


def describe_pace(queue: Queue) -> str:
    parts = []
    if queue.rate_limit:
        rate = ngettext(
            "%(n)s search per %(span)s", "%(n)s searches per %(span)s", queue.rate_limit
        )
        parts.append(rate % {"n": queue.rate_limit, "span": describe_period(queue.rate_period)})
    if queue.max_running:
        parts.append(_("%(n)s at a time") % {"n": queue.max_running})
    return ", ".join(parts) or _("No limit.")


def describe_period(period: float) -> str:
    if period == 60:
        return _("minute")
    if period == 3600:
        return _("hour")
    return _("%(n)g s") % {"n": period}
