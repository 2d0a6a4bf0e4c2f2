"""Schedules of lists: all of a list's keywords are searched again by the clock.

Each is a jobs.Schedule named after its list; its job does nothing but start the run, so that however
many nodes look at the clock, a run is started once.
"""

from collections.abc import Iterable
from datetime import timedelta
from itertools import islice, pairwise
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jobs import control, cron
from jobs.audit import record
from jobs.batches import HOOK_QUEUE
from jobs.schedules import Schedule
from keywords.models import KeywordList
from keywords.people import name_of

KIND = "keywords.run_list"
PREFIX = "list-"
# Runs of one list that are closer together would be one run with gaps.
LEAST_GAP = timedelta(minutes=5)
LOOKED_AT = 50


def find_schedule(keyword_list: KeywordList) -> Schedule | None:
    return Schedule.objects.filter(name=f"{PREFIX}{keyword_list.pk}").first()


def find_schedules(list_ids: Iterable[int]) -> dict[int, Schedule]:
    """By list id, in one query."""
    names = [f"{PREFIX}{list_id}" for list_id in list_ids]
    found = Schedule.objects.filter(name__in=names)
    return {int(each.name.removeprefix(PREFIX)): each for each in found}


def build_schedule(keyword_list: KeywordList, **values: Any) -> Schedule:
    """The list's schedule, or a new one, with these values and not saved. `values` are Schedule's cron,
    time_zone, missed. Raises ValidationError by field."""
    schedule = find_schedule(keyword_list) or Schedule(name=f"{PREFIX}{keyword_list.pk}", kind=KIND)
    schedule.args, schedule.owner = {"list": keyword_list.pk}, keyword_list.owner_id
    for field, value in values.items():
        setattr(schedule, field, value)
    schedule.clean()
    refuse_haste(schedule)
    return schedule


def refuse_haste(schedule: Schedule) -> None:
    coming = list(islice(cron.times(schedule.cron, schedule.time_zone, timezone.now()), LOOKED_AT))
    if any(later - sooner < LEAST_GAP for sooner, later in pairwise(coming)):
        minutes = int(LEAST_GAP.total_seconds() // 60)
        message = _("Runs must be at least %(n)d minutes apart.") % {"n": minutes}
        raise ValidationError({"cron": message})


@transaction.atomic
def save_schedule(schedule: Schedule, *, by: AbstractBaseUser) -> None:
    schedule.queue = control.create_queue(HOOK_QUEUE)
    schedule.enabled = True
    schedule.save()
    after = {"schedule": schedule.name, "cron": schedule.cron, "time_zone": schedule.time_zone}
    record("set schedule", by=name_of(by), queue=schedule.queue.name, after=after)


@transaction.atomic
def switch_schedule(keyword_list: KeywordList, *, enabled: bool, by: AbstractBaseUser) -> bool:
    """Pauses it, or lets it go on: its next run is the next by the clock, and none is made up for.
    False where there is none."""
    schedule = find_schedule(keyword_list)
    if schedule is None:
        return False
    schedule.enabled = enabled
    schedule.save()
    act = "resume schedule" if enabled else "pause schedule"
    record(act, by=name_of(by), after={"schedule": schedule.name})
    return True


def delete_schedule(list_id: int) -> None:
    Schedule.objects.filter(name=f"{PREFIX}{list_id}").delete()


def forget_with_list(instance: KeywordList, **_: Any) -> None:
    """A receiver: a schedule goes with its list, however that goes."""
    delete_schedule(instance.pk)
