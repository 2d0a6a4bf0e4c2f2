"""Schedules: in words, with the next times, and a run by hand."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Field, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from jobs import scheduling
from jobs.admin import cells
from jobs.admin.audit import describe_entries
from jobs.admin.base import ForOperators, OperatedTable, operator_name
from jobs.audit import AuditEntry, record
from jobs.groups import may_operate
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
    change_form_template = "admin/operations/schedule_form.html"

    def formfield_for_dbfield(
        self, db_field: "Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> forms.Field | None:
        if db_field.name != "kind":
            return super().formfield_for_dbfield(db_field, request, **kwargs)
        kinds = [kind for kind in known_kinds() if kind not in FORBIDDEN_KINDS]
        return forms.ChoiceField(choices=[(kind, kind) for kind in kinds])

    def save_model(self, request: HttpRequest, obj: Schedule, form: Any, change: bool) -> None:
        was = Schedule.objects.select_related("queue").get(pk=obj.pk) if change else None
        super().save_model(request, obj, form, change)
        changed = {name: str(form.cleaned_data[name]) for name in form.changed_data}
        before = {name: str(getattr(was, name)) for name in form.changed_data} if was else {}
        _record("change schedule" if change else "create schedule", request, obj, before, changed)

    def delete_model(self, request: HttpRequest, obj: Schedule) -> None:
        _record("delete schedule", request, obj, {"cron": obj.cron, "kind": obj.kind}, {})
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Schedule]) -> None:
        for schedule in queryset.select_related("queue"):
            self.delete_model(request, schedule)

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
            _run(request, schedule)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = path(
            "<int:schedule_id>/run/", wrap(require_POST(self.run_view)), name="jobs_schedule_run"
        )
        return [own, *super().get_urls()]

    def run_view(self, request: HttpRequest, schedule_id: int) -> HttpResponse:
        """The button of its page."""
        if not may_operate(request.user):
            raise PermissionDenied
        schedule = get_object_or_404(Schedule, pk=schedule_id)
        _run(request, schedule)
        return HttpResponseRedirect(reverse("admin:jobs_schedule_change", args=[schedule.pk]))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        schedule: Schedule | None = kwargs.get("obj")
        context["may_operate"] = may_operate(request.user)
        if schedule is not None:
            entries = AuditEntry.objects.filter(after__schedule=schedule.name)[:10]
            context["audit"] = describe_entries(entries)
        return super().render_change_form(request, context, *args, **kwargs)


def _run(request: HttpRequest, schedule: Schedule) -> None:
    job = scheduling.run_now(schedule.pk, by=operator_name(request))
    if job is None:
        messages.warning(request, f"Schedule {schedule.name}: its last run has not finished.")
    else:
        messages.success(request, f"Schedule {schedule.name}: job {job} is enqueued.")


def _record(action: str, request: HttpRequest, schedule: Schedule, before: Any, after: Any) -> None:
    record(
        action,
        by=operator_name(request),
        queue=schedule.queue.name,
        before=before,
        after={"schedule": schedule.name, **after},
    )
