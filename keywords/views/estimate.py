"""How long a list still takes, as far as one can know: a range, or why nobody can tell."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from jobs import stats
from keywords.models import Source
from keywords.statuses import Counts
from keywords.templatetags.figures import describe_span

# Fewer finished jobs than this in the last minutes make no rate.
LEAST_SAMPLES = 3


def estimate(counts: Counts, sources: Sequence[Source]) -> str:
    """ "" for a list that is finished. Two queries. `sources` come with their queues."""
    if not counts.unfinished or not sources:
        return ""
    standing = [source for source in sources if is_standing(source)]
    if len(standing) == len(sources):
        return _("Waiting for %(name)s") % {"name": standing[0].name}
    rates, depths = stats.measured_rates(), stats.queue_depths()
    queues = [source.queue_id for source in sources]
    jobs = sum(rates[queue].jobs for queue in queues if queue in rates)
    if jobs < LEAST_SAMPLES:
        return ""
    per_second = sum(rates[queue].jobs / rates[queue].seconds for queue in queues if queue in rates)
    everybody = sum(
        depths[queue].waiting + depths[queue].running for queue in queues if queue in depths
    )
    return describe(counts.unfinished, max(everybody, counts.unfinished), per_second)


def is_standing(source: Source) -> bool:
    now = timezone.now()
    return source.queue.is_paused(now) or source.queue.is_cooling(now)


def describe(own: int, everybody: int, per_second: float) -> str:
    """Alone it would take as long as its own jobs; at worst it takes as long as everybody's."""
    least = describe_span(timedelta(seconds=own / per_second))
    most = describe_span(timedelta(seconds=everybody / per_second))
    rate = _("%(n).0f/min") % {"n": per_second * 60}
    if least == most:
        return _("%(rate)s, about %(time)s left") % {"rate": rate, "time": least}
    return _("%(rate)s, %(least)s to %(most)s left") % {"rate": rate, "least": least, "most": most}
