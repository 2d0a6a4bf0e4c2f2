"""Nodes and their worker processes, as they last showed themselves."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from jobs import control, stats
from jobs.admin import cells
from jobs.admin.base import BigTable, ForOperators, ReadOnly, operator_name
from jobs.groups import may_operate
from jobs.models import Node, Worker
from jobs.presence_state import LOST, name_node_state, name_worker_state


@admin.register(Node)
class NodeAdmin(ReadOnly, BigTable[Node]):
    list_display = ("__str__", "state", "living_workers", "since", "heartbeat")
    ordering = ("-seen_at",)
    fields = ("state", "living_workers", "since", "heartbeat", "draining_at", "stopped_at")
    readonly_fields = ("state", "living_workers", "since", "heartbeat")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Node]:
        living = Count("workers", filter=Q(workers__stopped_at=None))
        return super().get_queryset(request).annotate(living=living)

    @admin.display(description="State")
    def state(self, node: Node) -> SafeString:
        return cells.show_chip(name_node_state(node, timezone.now()))

    @admin.display(description="Workers")
    def living_workers(self, node: Node) -> int:
        return int(getattr(node, "living", 0))

    @admin.display(description="Runs since", ordering="started_at")
    def since(self, node: Node) -> SafeString:
        return cells.show_when(node.started_at)

    @admin.display(description="Last seen", ordering="seen_at")
    def heartbeat(self, node: Node) -> str:
        return cells.show_span(timezone.now() - node.seen_at) + " ago"


@admin.register(Worker)
class WorkerAdmin(ForOperators, ReadOnly, BigTable[Worker]):
    actions = ("rescue_selected",)
    change_form_template = "admin/operations/worker_form.html"
    fields = (
        *("state", "running_jobs", "node", "since", "heartbeat"),
        *("missing_since", "stopped_at", "machine"),
    )
    readonly_fields = ("state", "running_jobs", "since", "heartbeat")
    list_display = ("__str__", "state", "running_jobs", "since", "heartbeat", "node")
    list_select_related = ("node",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Worker]:
        running = Coalesce(Subquery(stats.running_of(OuterRef("pk"))), 0)
        return super().get_queryset(request).annotate(running=running)

    @admin.display(description="State")
    def state(self, worker: Worker) -> SafeString:
        return cells.show_chip(name_worker_state(worker, timezone.now()))

    @admin.action(description="Rescue the jobs of", permissions=["operate"])
    def rescue_selected(self, request: HttpRequest, queryset: QuerySet[Worker]) -> None:
        for worker in queryset:
            self._rescue(request, worker)

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = path(
            "<int:worker_id>/rescue/",
            wrap(require_POST(self.rescue_view)),
            name="jobs_worker_rescue",
        )
        return [own, *super().get_urls()]

    def rescue_view(self, request: HttpRequest, worker_id: int) -> HttpResponse:
        """The button of the front page, and of its own."""
        if not may_operate(request.user):
            raise PermissionDenied
        self._rescue(request, get_object_or_404(Worker, pk=worker_id))
        if request.GET.get("from") == "operations":
            return HttpResponseRedirect(reverse("admin:index"))
        return HttpResponseRedirect(reverse("admin:jobs_worker_change", args=[worker_id]))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        worker = kwargs["obj"]
        state = name_worker_state(worker, timezone.now())
        context["is_wrong"] = state in LOST
        context["may_be_rescued"] = (
            state in LOST and worker.running > 0 and may_operate(request.user)
        )
        return super().render_change_form(request, context, *args, **kwargs)

    def _rescue(self, request: HttpRequest, worker: Worker) -> None:
        try:
            rescued = control.rescue_worker(worker.pk, by=operator_name(request))
        except ValidationError as mistake:
            messages.error(request, " ".join(mistake.messages))
        else:
            messages.success(
                request, f"{cells.show_jobs(rescued)} of {worker} given to other workers."
            )

    @admin.display(description="Jobs")
    def running_jobs(self, worker: Worker) -> SafeString:
        url = f"{reverse('admin:jobs_job_changelist')}?state=running&worker={worker.pk}"
        running = getattr(worker, "running", 0)
        return format_html('<a href="{}">{}/{}</a>', url, running, worker.threads)

    @admin.display(description="Runs since", ordering="started_at")
    def since(self, worker: Worker) -> SafeString:
        return cells.show_when(worker.started_at)

    @admin.display(description="Last seen", ordering="seen_at")
    def heartbeat(self, worker: Worker) -> str:
        return cells.show_span(timezone.now() - worker.seen_at) + " ago"
