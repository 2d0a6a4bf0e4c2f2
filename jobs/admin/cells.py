"""Small pieces of HTML for tables of Operations."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from jobs.models import Job, Queue
from jobs.selection import HELD, SCHEDULED
from jobs.states import WAITING, State

# A sign besides the colour, for those who do not see it.
SIGNS = {
    "available": "○",
    "scheduled": "◷",
    "held": "‖",
    "running": "▶",
    "retryable": "↻",
    "completed": "✓",
    "discarded": "✗",
    "cancelled": "⊘",
    "paused": "‖",
    "cooling": "❄",
    "probing": "↻",
    "open": "▶",
    "alive": "✓",
    "draining": "⇣",
    "missing": "!",
    "stuck": "!",
    "stopped": "■",
    "failed": "↻",
    "snoozed": "◷",
    "crashed": "✗",
    "off": "■",
}


NOTHING = "\N{EN DASH}"


def show_chip(name: str, label: str = "") -> SafeString:
    return format_html(
        '<span class="ops-chip ops-is-{}"><span aria-hidden="true">{}</span> {}</span>',
        name,
        SIGNS.get(name, "•"),
        label or name.capitalize(),
    )


def name_job_state(job: Job, now: datetime) -> str:
    """The job's state, or "held" or "scheduled"."""
    if job.state in WAITING and job.held_at is not None:
        return HELD
    waits_for_time = job.state == State.AVAILABLE and job.turn is None and job.scheduled_at > now
    return SCHEDULED if waits_for_time else job.state


def name_queue_state(queue: Queue, now: datetime) -> str:
    if queue.is_paused(now):
        return "paused"
    if queue.is_cooling(now):
        return "cooling"
    return "probing" if queue.probing else "open"


def explain_queue_state(queue: Queue, now: datetime) -> str:
    """Why nothing starts, and until when; "" where the queue is open."""
    if queue.is_paused(now):
        until = f" until {show_time(queue.paused_until)}" if queue.paused_until else ""
        reason = f": {queue.pause_reason}" if queue.pause_reason else ""
        return f"paused by {queue.paused_by or 'somebody'}{until}{reason}"
    if queue.is_cooling(now):
        return f"cools down until {show_time(queue.cooling_until)}: {queue.cooling_reason}"
    return ""


def show_queue_chip(queue: Queue) -> SafeString:
    name = name_queue_state(queue, timezone.now())
    return show_chip(name, "One at a time" if name == "probing" else "")


def show_time(at: datetime | None) -> str:
    """The time of today, else with its date."""
    if at is None:
        return NOTHING
    local = timezone.localtime(at)
    if local.date() == timezone.localdate():
        return date_format(local, "H:i:s")
    return date_format(local, "j M Y H:i")


def show_when(at: datetime | None) -> SafeString:
    """The time, exact in its title."""
    if at is None:
        return SafeString(NOTHING)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(), at, show_time(at)
    )


def show_seconds(seconds: float | None) -> str:
    """ "0.3 s", "4 min", "2.5 h", "3 d"; NOTHING for None."""
    if seconds is None:
        return NOTHING
    if seconds < 90:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    hours = seconds / 3600
    return f"{hours:.1f} h" if hours < 48 else f"{hours / 24:.0f} d"


def show_span(length: timedelta | None) -> str:
    return show_seconds(None if length is None else length.total_seconds())


def show_error(text: str) -> SafeString:
    if not text:
        return SafeString("")
    return format_html(
        '<span class="ops-error" title="{}">{}</span>', text, Truncator(text).chars(80)
    )


def show_rate(queue: Queue) -> str:
    if queue.rate_limit is None:
        return "no limit"
    burst = f", burst {queue.burst}" if queue.burst > 1 else ""
    return f"{queue.rate_limit} per {queue.rate_period:g} s{burst}"


def show_used(share: float) -> str:
    """Of an allowance. What ran before the limit was lowered is not counted against it."""
    return f"{min(share, 1):.0%}"


def show_number(count: int, noun: str) -> str:
    """ "1 node", "1,204 nodes"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def show_jobs(count: int) -> str:
    return show_number(count, "job")


def show_count(count: int, limit: int | None = None) -> str:
    """With "+" where counting stopped at the limit."""
    return f"{limit:,}+" if limit is not None and count > limit else f"{count:,}"
