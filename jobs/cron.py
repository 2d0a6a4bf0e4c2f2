"""When a cron expression is due next, in a time zone: pure decisions."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from croniter import croniter
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _


def is_valid(expression: str) -> bool:
    """Five fields, and a time that comes at all: not the 30th of February."""
    if len(expression.split()) != 5 or not croniter.is_valid(expression):
        return False
    try:
        croniter(expression, datetime(2024, 1, 1)).get_next(datetime)  # noqa: DTZ001 - any will do
    except ValueError:
        return False
    return True


def next_time(expression: str, zone: str, after: datetime) -> datetime:
    """The next time later than `after`.

    Where clocks go forward, a time that does not exist is taken as the first that does. Where they go
    back, an expression with a fixed hour is due once, not twice.
    """
    return next(times(expression, zone, after))


def times(expression: str, zone: str, after: datetime) -> Iterator[datetime]:
    due = croniter(expression, after.astimezone(ZoneInfo(zone)))
    has_fixed_hour = "*" not in expression.split()[1]
    while True:
        at: datetime = due.get_next(datetime)
        if not (has_fixed_hour and _is_repeated(at)):
            yield at


def in_words(expression: str, zone: str) -> str:
    """ "every Monday at 08:00, Europe/Berlin"; the expression itself where words would not be shorter."""
    minute, hour, day, month, weekday = expression.split()
    at = f"{int(hour):02}:{int(minute):02}" if hour.isdecimal() and minute.isdecimal() else ""
    match (bool(at), day, month, weekday):
        case (True, "*", "*", "*"):
            said = _("every day at %(time)s") % {"time": at}
        case (True, "*", "*", number) if number.isdecimal():
            day_name = WEEKDAYS[(int(number) - 1) % 7]  # of which Monday is the first
            said = _("every %(day)s at %(time)s") % {"day": day_name, "time": at}
        case (True, number, "*", "*") if number.isdecimal():
            said = _("on day %(n)s of every month at %(time)s") % {"n": number, "time": at}
        case (False, "*", "*", "*") if hour == "*" and minute.isdecimal():
            said = _("every hour at minute %(n)s") % {"n": minute}
        case (False, "*", "*", "*") if hour == "*" and minute.startswith("*/"):
            said = _("every %(n)s minutes") % {"n": minute[2:]}
        case _:
            said = _("at “%(expression)s”") % {"expression": expression}
    return f"{said}, {zone}"


def _is_repeated(at: datetime) -> bool:
    """Whether the clock shows this time for the second time."""
    first = at.replace(fold=0)
    return at.utcoffset() != first.utcoffset() and at.fold == 1
