"""The form of a schedule: common times by name, any other as a cron expression."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jobs import cron
from jobs.schedules import Schedule
from keywords.zones import list_zones

DAILY, WEEKDAYS, WEEKLY, MONTHLY, HOURLY, CRON = (
    "daily",
    "weekdays",
    "weekly",
    "monthly",
    "hourly",
    "cron",
)
# What each common time looks like as cron; the groups are the form's fields.
SHAPES = {
    HOURLY: r"(?P<minute>\d{1,2}) \* \* \* \*",
    DAILY: r"(?P<minute>\d{1,2}) (?P<hour>\d{1,2}) \* \* \*",
    WEEKDAYS: r"(?P<minute>\d{1,2}) (?P<hour>\d{1,2}) \* \* 1-5",
    WEEKLY: r"(?P<minute>\d{1,2}) (?P<hour>\d{1,2}) \* \* (?P<weekday>[0-6])",
    MONTHLY: r"(?P<minute>\d{1,2}) (?P<hour>\d{1,2}) (?P<day>\d{1,2}) \* \*",
}
# As jobs.Schedule.Missed names them: all of many missed runs of a list would be the same run.
MISSED = [
    (Schedule.Missed.ONCE, _("make up for it with one run")),
    (Schedule.Missed.SKIP, _("leave it out")),
]


class ScheduleForm(forms.Form):
    every = forms.ChoiceField(
        label=_("How often"),
        initial=WEEKLY,
        choices=[
            (HOURLY, _("Every hour")),
            (DAILY, _("Every day")),
            (WEEKDAYS, _("Monday to Friday")),
            (WEEKLY, _("Every week")),
            (MONTHLY, _("Every month")),
            (CRON, _("By a cron expression")),
        ],
    )
    at = forms.TimeField(
        label=_("At"),
        initial="08:00",
        required=False,
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("With “every hour”, only its minutes count."),
    )
    weekday = forms.TypedChoiceField(
        label=_("Day of the week"),
        coerce=int,
        initial=1,
        required=False,
        choices=[
            (1, _("Monday")),
            (2, _("Tuesday")),
            (3, _("Wednesday")),
            (4, _("Thursday")),
            (5, _("Friday")),
            (6, _("Saturday")),
            (0, _("Sunday")),
        ],
    )
    day = forms.IntegerField(
        label=_("Day of the month"), initial=1, required=False, min_value=1, max_value=31
    )
    cron = forms.CharField(
        label=_("Cron expression"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"class": "mono", "placeholder": "0 8 * * 1"}),
        help_text=_("Minute, hour, day, month, weekday."),
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=list_zones())
    missed = forms.ChoiceField(label=_("If a run was missed"), choices=MISSED)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("every") == CRON:
            if not cron.is_valid(data.get("cron", "")):
                raise ValidationError({"cron": _("That is not a cron expression of five fields.")})
        elif "at" in data and data["at"] is None:
            raise ValidationError({"at": _("Say at what time.")})
        return data

    def read_cron(self) -> str:
        data = self.cleaned_data
        at = data["at"]
        match data["every"]:
            case "cron":
                return " ".join(data["cron"].split())
            case "hourly":
                return f"{at.minute} * * * *"
            case "daily":
                return f"{at.minute} {at.hour} * * *"
            case "weekdays":
                return f"{at.minute} {at.hour} * * 1-5"
            case "weekly":
                return (
                    f"{at.minute} {at.hour} * * {1 if data['weekday'] == '' else data['weekday']}"
                )
            case _:
                return f"{at.minute} {at.hour} {data['day'] or 1} * *"


def fill_schedule_form(schedule: Schedule | None) -> dict[str, Any]:
    if schedule is None:
        return {"time_zone": timezone.get_current_timezone_name(), "missed": Schedule.Missed.ONCE}
    known = {"time_zone": schedule.time_zone, "missed": schedule.missed, "cron": schedule.cron}
    for every, shape in SHAPES.items():
        if match := re.fullmatch(shape, schedule.cron):
            parts = match.groupdict()
            at = f"{int(parts.pop('hour', 0)):02}:{int(parts.pop('minute')):02}"
            return {**known, **parts, "every": every, "at": at}
    return {**known, "every": CRON}
