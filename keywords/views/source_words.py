"""What a source's standing is called, in plain words for everybody."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from jobs.models import Queue
from keywords.source_standing import SourceStanding, Standing
from keywords.templatetags.figures import describe_span
from keywords.told import say
from keywords.views.banners import clock, describe_pause
from keywords.views.wording import OUTCOMES, Chip


@dataclass(frozen=True)
class Told:
    """`note` is a sentence or two; "" where there is nothing to say."""

    chip: Chip
    note: str = ""


def tell(standing: SourceStanding) -> Told:
    chip, describe = CHIPS[standing.standing]
    return Told(chip, describe(standing))


def tell_off(standing: SourceStanding) -> str:
    return _("The operator has switched it off. Its keywords wait until it is on again.")


def tell_paused(standing: SourceStanding) -> str:
    return describe_pause(standing.source.queue)


def tell_open(standing: SourceStanding) -> str:
    text = _(
        "%(reason)s. It is left alone until %(until)s (%(span)s); then one keyword tries whether it"
        " answers again. Its keywords wait meanwhile, and lose no attempt."
    )
    return text % describe_rest(standing.source.queue)


def tell_resting(standing: SourceStanding) -> str:
    text = _("%(reason)s. Its keywords wait until %(until)s (%(span)s), and lose no attempt.")
    return text % describe_rest(standing.source.queue)


def tell_half_open(standing: SourceStanding) -> str:
    reason = say(standing.breaker.reason).rstrip(".") if standing.breaker else ""
    text = _("It is being tried again, one keyword at a time, after it refused: %(reason)s.")
    return text % {"reason": reason or _("no reason was kept")}


def tell_troubled(standing: SourceStanding) -> str:
    count = standing.source.failures + standing.source.refusals
    text = ngettext(
        "Its last answer was a failure.", "Its last %(n)d answers were failures.", count
    )
    return text % {"n": count}


def tell_alarms(standing: SourceStanding) -> str:
    """The alarms themselves stand below."""
    return _("Its answers differ from what they were before; somebody should look at them.")


def tell_nothing(standing: SourceStanding) -> str:
    return ""


def describe_rest(queue: Queue) -> dict[str, str]:
    left = (queue.cooling_until or timezone.now()) - timezone.now()
    return {
        "reason": say(queue.cooling_reason).rstrip(".") or _("The engine asked for a pause"),
        "until": clock(queue.cooling_until),
        "span": _("%(span)s from now") % {"span": describe_span(max(left, timedelta(0)))},
    }


CHIPS = {
    Standing.OFF: (Chip(gettext_lazy("Switched off"), "power", "stopped"), tell_off),
    Standing.PAUSED: (Chip(gettext_lazy("Paused"), "circle-pause", "bad"), tell_paused),
    Standing.OPEN: (Chip(gettext_lazy("Refuses"), "shield-x", "bad"), tell_open),
    Standing.SPENT: (Chip(gettext_lazy("Budget used up"), "wallet", "warning"), tell_resting),
    Standing.RESTING: (Chip(gettext_lazy("Resting"), "hourglass", "warning"), tell_resting),
    Standing.HALF_OPEN: (
        Chip(gettext_lazy("Being tried again"), "rotate-cw", "warning"),
        tell_half_open,
    ),
    Standing.ALARMED: (Chip(gettext_lazy("Doubtful"), "triangle-alert", "warning"), tell_alarms),
    Standing.TROUBLED: (Chip(gettext_lazy("Troubled"), "triangle-alert", "warning"), tell_troubled),
    Standing.READY: (Chip(gettext_lazy("Ready"), "check", "good"), tell_nothing),
}


def describe_pace(queue: Queue) -> str:
    parts = []
    if queue.rate_limit:
        rate = ngettext(
            "%(n)s search per %(span)s", "%(n)s searches per %(span)s", queue.rate_limit
        )
        parts.append(rate % {"n": queue.rate_limit, "span": describe_period(queue.rate_period)})
    if queue.max_running:
        parts.append(_("%(n)s at a time") % {"n": queue.max_running})
    return ", ".join(parts) or _("as fast as it goes")


def describe_slowdown(queue: Queue) -> str:
    """ "" where the rate is as it is set."""
    if not queue.rate_limit or queue.slowdown <= 1:
        return ""
    text = _("slowed down to %(share)s of that, since it asked for fewer requests")
    return text % {"share": f"{100 / queue.slowdown:.0f} %"}


def describe_period(period: float) -> str:
    if period == 60:
        return _("minute")
    if period == 3600:
        return _("hour")
    return _("%(n)g s") % {"n": period}


def name_outcome(outcome: str) -> str:
    known = OUTCOMES.get(outcome)
    return str(known.chip.word) if known else outcome.replace("_", " ")
