"""Batches: how far each is, and stopping or repeating it as a whole."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from jobs import batches
from jobs.admin import cells, charts
from jobs.admin.base import BigTable, ForOperators, ReadOnly, operator_name, tell_done
from jobs.batches import Progress
from jobs.groups import may_operate
from jobs.models import Batch
from jobs.states import UNFINISHED, State


@dataclass(frozen=True, slots=True)
class BatchAct:
    """`states`: which jobs it can be done to."""

    label: str
    done: str
    states: Iterable[State]
    perform: Callable[..., int]

    def count(self, progress: Progress) -> int:
        return sum(progress.by_state.get(state, 0) for state in self.states)


ACTS = {
    "cancel": BatchAct("Cancel what is left", "cancelled", UNFINISHED, batches.cancel),
    "retry": BatchAct(
        "Retry what did not succeed",
        "queued again",
        (State.DISCARDED, State.CANCELLED),
        batches.retry,
    ),
}


@admin.register(Batch)
class BatchAdmin(ForOperators, ReadOnly, BigTable[Batch]):
    list_display = ("__str__", "progress", "made", "ended", "jobs_link")
    ordering = ("-id",)
    search_fields = ("name",)
    search_help_text = "Name of the batch"
    actions = ("cancel_batches", "retry_batches")
    list_per_page = 20
    change_form_template = "admin/operations/batch_form.html"
    fields = (
        *("progress", "states", "whose", "made", "ended"),
        *("on_finish", "request_id", "jobs_link"),
    )
    readonly_fields = ("progress", "states", "whose", "made", "ended", "jobs_link")

    # Columns

    @admin.display(description="Progress")
    def progress(self, batch: Batch) -> SafeString:
        found = _measure(batch)
        label = f"{found.finished:,} of {found.total:,}"
        gauge = charts.draw_gauge(found.finished, found.total, label=label)
        return format_html("{} {}", label if found.total else cells.NOTHING, gauge)

    @admin.display(description="States")
    def states(self, batch: Batch) -> str:
        counts = sorted(_measure(batch).by_state.items())
        return ", ".join(f"{count:,} {state}" for state, count in counts) or "no jobs are left"

    @admin.display(description="User")
    def whose(self, batch: Batch) -> str:
        return str(get_user_model().objects.filter(pk=batch.owner).first() or "nobody")

    @admin.display(description="Made", ordering="id")
    def made(self, batch: Batch) -> SafeString:
        return cells.show_when(batch.created_at)

    @admin.display(description="Finished")
    def ended(self, batch: Batch) -> SafeString:
        return cells.show_when(batch.finished_at)

    @admin.display(description="Jobs")
    def jobs_link(self, batch: Batch) -> SafeString:
        url = reverse("admin:jobs_job_changelist")
        return format_html('<a href="{}?batch={}">its jobs</a>', url, batch.pk)

    # Acts

    @admin.action(description="Cancel what is left", permissions=["operate"])
    def cancel_batches(self, request: HttpRequest, queryset: QuerySet[Batch]) -> None:
        _act(request, queryset, ACTS["cancel"])

    @admin.action(description="Retry what did not succeed", permissions=["operate"])
    def retry_batches(self, request: HttpRequest, queryset: QuerySet[Batch]) -> None:
        _act(request, queryset, ACTS["retry"])

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = path(
            "<int:batch_id>/<str:name>/", wrap(require_POST(self.act_view)), name="jobs_batch_act"
        )
        # After Django's own: theirs are of the same form.
        *theirs, catch_all = super().get_urls()
        return [*theirs, own, catch_all]

    def act_view(self, request: HttpRequest, batch_id: int, name: str) -> HttpResponse:
        """The buttons of its page."""
        if name not in ACTS:
            raise Http404
        if not may_operate(request.user):
            raise PermissionDenied
        _act(request, [get_object_or_404(Batch, pk=batch_id)], ACTS[name])
        return HttpResponseRedirect(reverse("admin:jobs_batch_change", args=[batch_id]))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        progress = _measure(kwargs["obj"])
        counted = [(name, act, act.count(progress)) for name, act in ACTS.items()]
        offered = counted if may_operate(request.user) else []
        context["acts"] = [
            {"name": name, "label": f"{act.label}: {count:,}"}
            for name, act, count in offered
            if count
        ]
        return super().render_change_form(request, context, *args, **kwargs)


def _measure(batch: Any) -> Progress:
    """Once for the whole page, which tells of it in several places."""
    if not hasattr(batch, "measured"):
        batch.measured = batches.measure([batch.pk]).get(batch.pk, Progress({}))
    measured: Progress = batch.measured
    return measured


def _act(request: HttpRequest, chosen: Iterable[Batch], act: BatchAct) -> None:
    count = sum(act.perform(batch.pk, by=operator_name(request)) for batch in chosen)
    tell_done(request, f"{cells.show_jobs(count)} {act.done}.", done=count)
