"""Queues: their state, their limits, and the buttons to stop and start them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from jobs import control, stats
from jobs.admin import cells
from jobs.admin.audit import describe_entries
from jobs.admin.base import ForOperators, OperatedTable, operator_name, tell_done
from jobs.admin.forms import DrainForm, NothingForm, PauseForm
from jobs.audit import AuditEntry, record
from jobs.groups import may_configure, may_operate
from jobs.models import Queue
from jobs.stats import Depth


@dataclass(frozen=True, slots=True)
class QueueAct:
    """`effect` and `done` say what will happen, and what has. `perform` returns False where nothing has."""

    label: str
    effect: str
    done: str
    form: type[forms.Form]
    perform: Callable[..., Any]


ACTS = {
    "pause": QueueAct(
        "Pause",
        "No job starts until it is resumed, or the time has come. What runs goes on.",
        "Paused",
        PauseForm,
        control.pause_queue,
    ),
    "resume": QueueAct(
        "Resume",
        "Jobs start again at once, within the limits. A cool-down ends too; then they run one at a time until one succeeds.",
        "Resumed",
        NothingForm,
        control.resume_queue,
    ),
    "drain": QueueAct(
        "Drain",
        "What runs finishes, nothing new starts: the queue is quiet afterwards, until it is resumed.",
        "Draining",
        DrainForm,
        control.drain_queue,
    ),
    "end_cool_down": QueueAct(
        "End the cool-down",
        "Jobs start again at once, though the other side asked us to wait.",
        "Ended the cool-down of",
        NothingForm,
        control.end_cool_down,
    ),
}


@admin.register(Queue)
class QueueAdmin(ForOperators, OperatedTable[Queue]):
    list_display = ("name", "state", "running_limit", "rate", "why")
    search_fields = ("name",)
    search_help_text = "Name of the queue"
    show_full_result_count = False
    actions = ("pause_selected", "resume_selected", "drain_selected")
    fields = ("name", *control.LIMITS)
    change_form_template = "admin/operations/queue_form.html"

    # Who may do what

    def has_change_permission(self, request: HttpRequest, obj: Queue | None = None) -> bool:
        return may_configure(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_configure(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Queue | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Queue | None = None) -> list[str]:
        return ["name"] if obj else []

    # Limits

    def save_model(self, request: HttpRequest, obj: Queue, form: Any, change: bool) -> None:
        """The row itself is written by jobs.control, under its lock and with its audit."""
        by = operator_name(request)
        if change:
            limits = {name: form.cleaned_data[name] for name in form.changed_data}
            if limits:
                control.set_limits(obj.name, by=by, **limits)
            return
        super().save_model(request, obj, form, change)
        limits = {name: form.cleaned_data[name] for name in control.LIMITS}
        record("create", by=by, queue=obj.name, after=limits)

    # Columns

    @admin.display(description="State", ordering="paused_at")
    def state(self, queue: Queue) -> SafeString:
        return cells.show_queue_chip(queue)

    @admin.display(description="Running at once")
    def running_limit(self, queue: Queue) -> str:
        return "no limit" if queue.max_running is None else f"up to {queue.max_running}"

    @admin.display(description="Rate", ordering="rate_limit")
    def rate(self, queue: Queue) -> str:
        return cells.show_rate(queue)

    @admin.display(description="Why nothing starts")
    def why(self, queue: Queue) -> str:
        return cells.explain_queue_state(queue, timezone.now())

    # Acts

    @admin.action(description="Pause…", permissions=["operate"])
    def pause_selected(self, request: HttpRequest, queryset: QuerySet[Queue]) -> HttpResponse:
        return _to_act("pause", queryset)

    @admin.action(description="Resume…", permissions=["operate"])
    def resume_selected(self, request: HttpRequest, queryset: QuerySet[Queue]) -> HttpResponse:
        return _to_act("resume", queryset)

    @admin.action(description="Drain…", permissions=["operate"])
    def drain_selected(self, request: HttpRequest, queryset: QuerySet[Queue]) -> HttpResponse:
        return _to_act("drain", queryset)

    def get_urls(self) -> list[URLPattern]:
        own = path(
            "act/<str:name>/", self.admin_site.admin_view(self.act_view), name="jobs_queue_act"
        )
        return [own, *super().get_urls()]

    def act_view(self, request: HttpRequest, name: str) -> HttpResponse:
        """GET asks, POST does it. `?ids=`: which queues; none: all of them."""
        if not may_operate(request.user):
            raise PermissionDenied
        if name not in ACTS:
            raise Http404
        act, queues = ACTS[name], _chosen_queues(request)
        form = act.form(request.POST if request.method == "POST" else None)
        if form.is_valid():
            by = operator_name(request)
            done = [
                queue.name
                for queue in queues
                if act.perform(queue.name, by=by, **form.cleaned_data) is not False
            ]
            tell_done(request, f"{act.done} {', '.join(done)}.", done=done)
            return HttpResponseRedirect(_next_url(request, queues))
        context = {
            **self.admin_site.each_context(request),
            "title": f"{act.label}: {', '.join(queue.name for queue in queues)}",
            "act": act,
            "queues": queues,
            "form": form,
            "opts": self.opts,
            "back": _next_url(request, queues),
        }
        return TemplateResponse(request, "admin/operations/queue_act.html", context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        queue: Queue | None = kwargs.get("obj")
        if queue is not None:
            # The row as it is, not as a form with mistakes would have it.
            context |= _describe(Queue.objects.get(pk=queue.pk), operate=may_operate(request.user))
        return super().render_change_form(request, context, *args, **kwargs)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """Our own audit says more."""

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        """Our own audit says more."""


def _describe(queue: Queue, *, operate: bool) -> dict[str, Any]:
    now = timezone.now()
    rate = stats.measured_rate(queue.pk)
    used = stats.rate_used(queue, rate)
    return {
        "show_save_and_add_another": False,
        "depth": stats.queue_depths().get(queue.pk, Depth()),
        "rate": rate,
        "used": cells.show_used(used) if used is not None and rate.attempts else "",
        "state_chip": cells.show_queue_chip(queue),
        "why": cells.explain_queue_state(queue, now),
        "is_paused": queue.is_paused(now),
        "is_cooling": queue.is_cooling(now),
        "may_operate": operate,
        "audit": describe_entries(AuditEntry.objects.filter(queue=queue.name)[:10]),
    }


def _chosen_queues(request: HttpRequest) -> list[Queue]:
    ids = [int(part) for part in request.GET.get("ids", "").split(",") if part.isdecimal()]
    queues = Queue.objects.filter(pk__in=ids) if "ids" in request.GET else Queue.objects.all()
    if not queues:
        raise Http404
    return list(queues)


def _to_act(name: str, queues: QuerySet[Queue]) -> HttpResponse:
    ids = ",".join(str(pk) for pk in queues.values_list("pk", flat=True))
    return HttpResponseRedirect(f"{reverse('admin:jobs_queue_act', args=[name])}?ids={ids}")


def _next_url(request: HttpRequest, queues: list[Queue]) -> str:
    """Where the operator came from: Operations, one queue, or the table."""
    if request.GET.get("from") == "operations":
        return reverse("admin:index")
    if len(queues) == 1:
        return reverse("admin:jobs_queue_change", args=[queues[0].pk])
    return reverse("admin:jobs_queue_changelist")
