"""Numbers and times as people read them. What is not known is a dash, never 0."""

from datetime import datetime, timedelta
from typing import Literal

from django import template
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

register = template.Library()

ABSENT = "\u2013"
LEAST_PERCENT = 0.1


# A template passes "" where a search is not there at all.
Absent = Literal[""] | None


@register.filter
def figure(number: int | Absent) -> str:
    return grouped(number) if isinstance(number, int) else ABSENT


@register.filter
def cell(number: int | Absent) -> SafeString:
    """A number in a table; where there is none, the dash says so to everybody."""
    if not isinstance(number, int):
        why = _("not known") if number is None else _("no good result yet")
        return format_html('<span class="absent" title="{}">{}</span>', why, ABSENT)
    return format_html("{}", grouped(number))


def grouped(number: int) -> str:
    """With the separator of the language: 1,234 or 1.234."""
    return str(number_format(number, force_grouping=True))


@register.filter
def share(part: float | Absent) -> str:
    """Of 1, in percent."""
    return f"{part * 100:.0f} %" if isinstance(part, float | int) else ABSENT


@register.filter
def fine_share(part: float) -> str:
    """Of 1, in percent with a digit behind the point. What is there is never shown as nothing."""
    percent = part * 100
    less = 0 < percent < LEAST_PERCENT
    shown = number_format(LEAST_PERCENT if less else percent, decimal_pos=1)
    return f"{'< ' if less else ''}{shown} %"


@register.filter
def ago(moment: datetime | Absent) -> SafeString:
    if not moment:
        return format_html('<span class="absent" title="{}">{}</span>', _("not yet"), ABSENT)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        absolute(moment),
        describe_age(timezone.now() - moment) or describe_day(moment),
    )


@register.filter
def moment(when: datetime | Absent) -> SafeString:
    """The absolute time: the clock's alone where it is within a day of now."""
    if not when:
        return format_html("{}", ABSENT)
    near = abs(timezone.now() - when) < timedelta(hours=20)
    text = date_format(timezone.localtime(when), "H:i") if near else describe_day(when, clock=True)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        when.isoformat(timespec="seconds"),
        absolute(when),
        text,
    )


@register.filter
def seconds(duration: float | Absent) -> str:
    if not isinstance(duration, float | int):
        return ABSENT
    if duration < 1:
        return f"{duration * 1000:.0f} ms"
    return f"{duration:.1f} s" if duration < 100 else describe_span(timedelta(seconds=duration))


@register.filter
def size(count: int | Absent) -> str:
    if not isinstance(count, int):
        return ABSENT
    if count < 1024:
        return f"{count} B"
    return f"{count / 1024:.1f} kB" if count < 1024**2 else f"{count / 1024**2:.1f} MB"


def absolute(when: datetime) -> str:
    return date_format(timezone.localtime(when), "Y-m-d H:i:s T")


def describe_day(when: datetime, *, clock: bool = False) -> str:
    local = timezone.localtime(when)
    this_year = local.year == timezone.localtime().year
    # Translators: formats of Django's date filter
    day = date_format(local, _("j M") if this_year else _("j M Y"))
    return f"{day}, {date_format(local, 'H:i')}" if clock else day


def describe_age(age: timedelta) -> str:
    """ "" for what is older than a week, or in the future."""
    minutes = int(age.total_seconds() // 60)
    if minutes < 0 or age > timedelta(days=7):
        return ""
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("%(n)d min ago", "%(n)d min ago", minutes) % {"n": minutes}
    if minutes < 24 * 60:
        return ngettext("%(n)d h ago", "%(n)d h ago", minutes // 60) % {"n": minutes // 60}
    days = minutes // (24 * 60)
    return ngettext("%(n)d day ago", "%(n)d days ago", days) % {"n": days}


def describe_span(span: timedelta) -> str:
    """About how long, for people who wait: one or two units."""
    minutes, rest = divmod(max(round(span.total_seconds()), 0), 60)
    if minutes < 1:
        return _("%(n)d s") % {"n": rest}
    if minutes < 90:
        return _("%(n)d min") % {"n": minutes + (rest >= 30)}
    hours = minutes / 60
    return _("%(n).0f h") % {"n": hours} if hours < 48 else _("%(n).0f days") % {"n": hours / 24}


@register.filter
def span(duration: timedelta) -> str:
    return describe_span(duration)


@register.simple_tag
def duration(start: datetime | None, end: datetime | None) -> str:
    return seconds((end - start).total_seconds()) if start and end else ABSENT
