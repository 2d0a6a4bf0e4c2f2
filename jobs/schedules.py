"""Jobs by the clock: a cron expression in a time zone, and what to do about runs that were missed."""

from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from jobs import cron
from jobs.registry import known_kinds

# Its jobs carry code to call, so a schedule of them would let operators run anything.
FORBIDDEN_KINDS = frozenset({"django_q.task"})


class Schedule(models.Model):
    """A kind of job that is enqueued again and again."""

    class Missed(models.TextChoices):
        SKIP = "skip", "leave out"
        ONCE = "once", "make up for once"
        ALL = "all", "make up for each"

    name = models.SlugField(max_length=100, unique=True)
    kind = models.CharField(max_length=100)
    queue = models.ForeignKey("jobs.Queue", on_delete=models.PROTECT, related_name="schedules")
    args = models.JSONField(default=dict, blank=True)
    owner = models.BigIntegerField(default=0, editable=False)
    priority = models.PositiveSmallIntegerField(default=5, help_text="0 is first, 9 is last.")
    cron = models.CharField(
        max_length=100, help_text="Minute, hour, day, month, weekday: 0 8 * * 1 is Monday at 8."
    )
    time_zone = models.CharField(max_length=50, default="UTC", help_text="Such as Europe/Berlin.")
    missed = models.CharField(
        max_length=4,
        choices=Missed.choices,
        default=Missed.ONCE,
        help_text="Runs that were due while no node was alive.",
    )
    overlap = models.BooleanField(
        default=False, help_text="A run begins though the one before has not finished."
    )
    enabled = models.BooleanField(default=True)
    next_run_at = models.DateTimeField(editable=False)
    last_run_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_job = models.BigIntegerField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        indexes = [
            # scheduling.run_due: looked at every few seconds
            models.Index(
                fields=["next_run_at"], condition=Q(enabled=True), name="jobs_schedule_due"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(priority__lte=9), name="jobs_schedule_priority_0_to_9"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A change of the times counts from now on."""
        if kwargs.get("update_fields") is None:
            self.next_run_at = cron.next_time(self.cron, self.time_zone, timezone.now())
        super().save(*args, **kwargs)

    def clean(self) -> None:
        mistakes: dict[str, str] = {}
        if not cron.is_valid(self.cron):
            mistakes["cron"] = "That is not a cron expression of five fields."
        if self.time_zone not in available_timezones():
            mistakes["time_zone"] = "There is no such time zone."
        if self.kind not in known_kinds() or self.kind in FORBIDDEN_KINDS:
            mistakes["kind"] = "There is no such kind of job for schedules."
        if not isinstance(self.args, dict):
            mistakes["args"] = "Arguments are a JSON object."
        if mistakes:
            raise ValidationError(mistakes)

    def coming(self, count: int = 5) -> list[datetime]:
        return list(islice(cron.times(self.cron, self.time_zone, timezone.now()), count))

    def in_words(self) -> str:
        return cron.in_words(self.cron, self.time_zone)
