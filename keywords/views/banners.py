"""What everybody who is signed in must know: sources that stand still, workers that are silent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jobs.models import Job, Node, Queue
from jobs.presence_state import NODE_MISSING_AFTER
from jobs.states import State
from keywords.breaking import is_held
from keywords.templatetags.figures import describe_age, describe_day, grouped
from keywords.told import say

MOST_BANNERS = 3
# More sources than these share one banner: the page is there to be read.
MOST_SOURCES = 2
COUNTED = 10_000


@dataclass(frozen=True)
class Banner:
    tone: str
    icon: str
    text: str
    url: str = ""
    link: str = ""


def find_banners(*, is_operator: bool = False) -> list[Banner]:
    """Two queries, on every page; one more for each source that is paused."""
    now = timezone.now()
    worker = describe_silence(now, is_operator=is_operator)
    return [*([worker] if worker else []), *describe_queues(now)][:MOST_BANNERS]


def describe_silence(now: datetime, *, is_operator: bool) -> Banner | None:
    """None while a node reports. Operators are told how to start one."""
    last = Node.objects.order_by("-seen_at").values_list("seen_at", "stopped_at").first()
    if last is None:
        text = _(
            "No worker has reported yet: nothing is being fetched. Keywords wait and none is lost."
        )
        return Banner("bad", "triangle-alert", f"{text}{tell_how_to_start(is_operator)}")
    seen_at, stopped_at = last
    if stopped_at is None and now - seen_at < NODE_MISSING_AFTER:
        return None
    since = describe_age(now - seen_at) or describe_day(seen_at)
    text = _("No worker reports: nothing is being fetched. The last one did %(since)s.")
    told = text % {"since": since}
    return Banner("bad", "triangle-alert", f"{told}{tell_how_to_start(is_operator)}")


def tell_how_to_start(is_operator: bool) -> str:
    if not is_operator:
        return ""
    return " " + _("Start one with “%(command)s”.") % {"command": "manage.py qcluster"}


def describe_queues(now: datetime) -> list[Banner]:
    standing = Q(paused_at__isnull=False) | Q(cooling_until__gt=now)
    queues = list(Queue.objects.filter(standing, source__isnull=False, source__enabled=True))
    if len(queues) > MOST_SOURCES:
        return [sum_up(queues, now)]
    found = [describe_queue(queue, now) for queue in queues]
    return [banner for banner in found if banner]


def sum_up(queues: Sequence[Queue], now: datetime) -> Banner:
    text = _("%(n)s sources are not asked now: %(names)s. Their keywords wait; none is lost.") % {
        "n": len(queues),
        "names": ", ".join(sorted(queue.name for queue in queues)),
    }
    is_paused = any(queue.is_paused(now) for queue in queues)
    tone, icon = ("bad", "circle-pause") if is_paused else ("warning", "hourglass")
    return Banner(tone, icon, text, reverse("sources"), _("Details"))


def describe_queue(queue: Queue, now: datetime) -> Banner | None:
    details = {"url": reverse("sources"), "link": _("Details")}
    if queue.is_paused(now):
        return Banner("bad", "circle-pause", describe_pause(queue), **details)
    if queue.is_cooling(now):
        return Banner("warning", "hourglass", describe_cool_down(queue), **details)
    return None


def describe_pause(queue: Queue) -> str:
    if is_held(queue):
        return f"{describe_hold(queue)} {describe_waiting(queue)}".strip()
    text = _("%(name)s is paused by %(by)s since %(since)s") % {
        "name": queue.name,
        "by": queue.paused_by or _("an operator"),
        "since": clock(queue.paused_at),
    }
    reason = ""
    if queue.pause_reason:
        reason = ": " + _("“%(text)s”") % {"text": say(queue.pause_reason).rstrip(".")}
    until = _(" until %(time)s") % {"time": clock(queue.paused_until)} if queue.paused_until else ""
    return f"{text}{until}{reason}. {describe_waiting(queue)}".strip()


def describe_hold(queue: Queue) -> str:
    text = _(
        "%(name)s is held since %(since)s: %(reason)s. It is asked again as soon as an operator has"
        " changed its key."
    )
    values = {"name": queue.name, "since": clock(queue.paused_at)}
    return text % {**values, "reason": say(queue.pause_reason).rstrip(".")}


def describe_waiting(queue: Queue) -> str:
    """ "" where nothing waits. Counted as far as is of use, along the index of the claim."""
    due = Job.objects.filter(queue=queue, state=State.AVAILABLE, turn__isnull=False, held_at=None)
    waiting = due.order_by()[: COUNTED + 1].count()
    if not waiting:
        return ""
    more = "+" if waiting > COUNTED else ""
    text = ngettext("%(n)s keyword waits.", "%(n)s keywords wait.", waiting)
    return text % {"n": f"{grouped(min(waiting, COUNTED))}{more}"}


def describe_cool_down(queue: Queue) -> str:
    text = _("%(name)s rests until %(until)s: %(reason)s") % {
        "name": queue.name,
        "until": clock(queue.cooling_until),
        "reason": say(queue.cooling_reason).rstrip(".") or _("the engine asked for a pause"),
    }
    return _("%(text)s. Its keywords wait; no attempt is lost.") % {"text": text}


def clock(moment: datetime | None) -> str:
    if moment is None:
        return ""
    near = abs(timezone.now() - moment) < timedelta(hours=20)
    local = timezone.localtime(moment)
    return f"{local:%H:%M}" if near else describe_day(moment, clock=True)
