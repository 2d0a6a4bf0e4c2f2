"""Schedules: in words, with the next times, and a run by hand."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Field, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from jobs import scheduling
from jobs.admin import cells
from jobs.admin.base import ForOperators, OperatedTable, operator_name
from jobs.audit import record
from jobs.registry import known_kinds
from jobs.schedules import FORBIDDEN_KINDS, Schedule


@admin.register(Schedule)
class ScheduleAdmin(ForOperators, OperatedTable[Schedule]):
    list_display = ("name", "words", "kind", "queue", "enabled", "next_run", "last_run")
    list_select_related = ("queue",)
    list_filter = ("enabled",)
    actions = ("run_now",)
    fields = (
        "name",
        "kind",
        "queue",
        "args",
        "cron",
        "time_zone",
        "missed",
        "overlap",
        "priority",
        "enabled",
        "coming",
        "last_run",
    )
    readonly_fields = ("coming", "last_run")

    def formfield_for_dbfield(
        self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if db_field.name != "kind":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        kinds = [kind for kind in known_kinds() if kind not in FORBIDDEN_KINDS]
        return forms.ChoiceField(choices=[(kind, kind) for kind in kinds])

    def save_model(self, request: HttpRequest, obj: Schedule, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        changed = {name: str(form.cleaned_data[name]) for name in form.changed_data}
        before = {name: str(form.initial.get(name)) for name in form.changed_data} if change else {}
        _record("change schedule" if change else "create schedule", request, obj, before, changed)

    def delete_model(self, request: HttpRequest, obj: Schedule) -> None:
        _record("delete schedule", request, obj, {"cron": obj.cron, "kind": obj.kind}, {})
        super().delete_model(request, obj)

    @admin.display(description="When", ordering="cron")
    def words(self, schedule: Schedule) -> str:
        return schedule.in_words()

    @admin.display(description="Next run", ordering="next_run_at")
    def next_run(self, schedule: Schedule) -> SafeString | str:
        return cells.show_when(schedule.next_run_at) if schedule.enabled else "off"

    @admin.display(description="Last run", ordering="last_run_at")
    def last_run(self, schedule: Schedule) -> SafeString:
        return cells.show_when(schedule.last_run_at)

    @admin.display(description="Next times")
    def coming(self, schedule: Schedule) -> SafeString | str:
        if schedule._state.adding:
            return "after saving"
        times = ((f"{at:%a %d %b %Y %H:%M %Z}",) for at in schedule.coming())
        return format_html_join(SafeString("<br>"), "{}", times)

    @admin.action(description="Run now", permissions=["operate"])
    def run_now(self, request: HttpRequest, queryset: QuerySet[Schedule]) -> None:
        for schedule in queryset:
            job = scheduling.run_now(schedule.pk, by=operator_name(request))
            if job is None:
                messages.warning(request, f"{schedule.name}: its last run has not finished.")
            else:
                messages.success(request, f"{schedule.name}: job {job} is enqueued.")


def _record(action: str, request: HttpRequest, schedule: Schedule, before: Any, after: Any) -> None:
    record(
        action,
        by=operator_name(request),
        queue=schedule.queue.name,
        before=before,
        after={"schedule": schedule.name, **after},
    )
