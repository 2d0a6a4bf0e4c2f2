"""Batches: how far each is, and stopping or repeating it as a whole."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jobs import batches
from jobs.admin import cells, charts
from jobs.admin.base import BigTable, ForOperators, ReadOnly, operator_name
from jobs.batches import Progress
from jobs.models import Batch


@admin.register(Batch)
class BatchAdmin(ForOperators, ReadOnly, BigTable[Batch]):
    list_display = ("__str__", "progress", "made", "ended", "jobs_link")
    ordering = ("-id",)
    search_fields = ("name",)
    search_help_text = "Name of the batch"
    actions = ("cancel_batches", "retry_batches")
    list_per_page = 20
    fields = (
        "name",
        "owner",
        "progress",
        "on_finish",
        "created_at",
        "finished_at",
        "request_id",
        "jobs_link",
    )
    readonly_fields = ("progress", "jobs_link")

    @admin.display(description="Progress")
    def progress(self, batch: Batch) -> SafeString:
        found = batches.measure([batch.pk]).get(batch.pk, Progress({}))
        label = f"{found.finished:,} of {found.total:,}"
        gauge = charts.draw_gauge(found.finished, found.total, label=label)
        return format_html("{} {}", label if found.total else cells.NOTHING, gauge)

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

    @admin.action(description="Cancel what is left", permissions=["operate"])
    def cancel_batches(self, request: HttpRequest, queryset: QuerySet[Batch]) -> None:
        _act(request, queryset, batches.cancel, "cancelled")

    @admin.action(description="Retry what did not succeed", permissions=["operate"])
    def retry_batches(self, request: HttpRequest, queryset: QuerySet[Batch]) -> None:
        _act(request, queryset, batches.retry, "queued again")


def _act(request: HttpRequest, chosen: QuerySet[Batch], act: Callable[..., int], done: str) -> None:
    count = sum(act(batch.pk, by=operator_name(request)) for batch in chosen)
    messages.success(request, f"{count:,} jobs {done}.")
