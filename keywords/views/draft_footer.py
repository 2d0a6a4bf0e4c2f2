"""What Start would do, before it is pressed: how many, where, and how long about."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jobs import stats
from jobs.stats import Rate, allowed_per_second
from keywords.drafts.changing import count_started
from keywords.drafts.checks import Check
from keywords.drafts.options import DraftOptions
from keywords.drafts.reading import limit_of
from keywords.models import Source
from keywords.templatetags.figures import describe_span
from keywords.uploads.types import Flaw
from keywords.views.banners import clock
from keywords.views.estimate import LEAST_SAMPLES


def describe_start(check: Check, options: DraftOptions) -> dict[str, Any]:
    sources = options.find_sources()
    count = count_started(check, "skip")
    over = check.counts[Flaw.OVER]
    return {
        "sources": sources,
        "start_count": count,
        "all_count": count_started(check, "add"),
        "tracked_count": check.counts[Flaw.TRACKED],
        "must_choose": bool(over) and not options.take_first,
        "over_count": over,
        "problem_count": check.counts[Flaw.PROBLEM],
        "limit": limit_of(len(sources)),
        "max_keywords": settings.MAX_KEYWORDS,
        "can_start": bool(sources) and bool(count or check.counts[Flaw.TRACKED]),
        "estimate": estimate_start(count, sources),
    }


def estimate_start(count: int, sources: Sequence[Source]) -> list[str]:
    """Sentences; none where nothing can be said."""
    if not count or not sources:
        return []
    now = timezone.now()
    standing = [source.name for source in sources if source.queue.is_paused(now)]
    if standing:
        name = standing[0]
        return [_("%(name)s is paused: it begins when the pause ends.") % {"name": name}]
    resting = [source for source in sources if source.queue.is_cooling(now)][:1]
    words = [
        *(_("%(name)s rests until %(time)s") % describe_rest(source) for source in resting),
        describe_time(count, sources),
    ]
    if others := count_lists_ahead(sources):
        text = ngettext(
            "%(n)d other list is under way there", "%(n)d other lists are under way there", others
        )
        words.append(text % {"n": others})
    return [each for each in words if each]


def describe_rest(source: Source) -> dict[str, str]:
    return {"name": source.name, "time": clock(source.queue.cooling_until)}


def describe_time(count: int, sources: Sequence[Source]) -> str:
    """As long as the slowest source takes; by what it did lately, else by what it is allowed."""
    rates = stats.measured_rates()
    measured = [
        rates.get(source.queue_id, Rate()).at_most(allowed_per_second(source.queue))
        for source in sources
    ]
    if all(rate.jobs >= LEAST_SAMPLES for rate in measured):
        slowest = min(rate.per_busy_minute for rate in measured)
        words = {"time": span_of(count, slowest), "rate": f"{slowest:.0f}"}
        return _("about %(time)s at %(rate)s/min") % words
    allowed = [
        source.queue.rate_limit * 60 / source.queue.rate_period
        for source in sources
        if source.queue.rate_limit
    ]
    if not allowed:
        return ""
    words = {"time": span_of(count, min(allowed)), "rate": f"{min(allowed):.0f}"}
    return _("%(time)s or more: at most %(rate)s/min are allowed") % words


def span_of(count: int, per_minute: float) -> str:
    return describe_span(timedelta(minutes=count / per_minute))


def count_lists_ahead(sources: Sequence[Source]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(AHEAD, [[source.queue_id for source in sources]])
        return int(cursor.fetchone()[0])


# Open batches by jobs_batch_open, their jobs by jobs_job_batch.
AHEAD = """
SELECT count(*) FROM jobs_batch b WHERE b.finished_at IS NULL AND EXISTS (
    SELECT 1 FROM jobs_job j WHERE j.batch_id = b.id AND j.queue_id = ANY(%s)
        AND j.state IN ('available', 'running', 'retryable') AND j.held_at IS NULL)
"""
