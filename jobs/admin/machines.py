"""Nodes and their worker processes, as they last showed themselves."""

from django.contrib import admin
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jobs import stats
from jobs.admin import cells
from jobs.admin.base import BigTable, ReadOnly
from jobs.models import Node, Worker
from jobs.presence_state import name_node_state, name_worker_state


@admin.register(Node)
class NodeAdmin(ReadOnly, BigTable[Node]):
    list_display = ("__str__", "state", "living_workers", "started_at", "heartbeat")
    ordering = ("-seen_at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Node]:
        living = Count("workers", filter=Q(workers__stopped_at=None))
        return super().get_queryset(request).annotate(living=living)

    @admin.display(description="State")
    def state(self, node: Node) -> SafeString:
        return cells.show_chip(name_node_state(node, timezone.now()))

    @admin.display(description="Workers")
    def living_workers(self, node: Node) -> int:
        return int(getattr(node, "living", 0))

    @admin.display(description="Last seen", ordering="seen_at")
    def heartbeat(self, node: Node) -> str:
        return cells.show_span(timezone.now() - node.seen_at) + " ago"


@admin.register(Worker)
class WorkerAdmin(ReadOnly, BigTable[Worker]):
    list_display = ("__str__", "state", "running_jobs", "started_at", "heartbeat", "node")
    list_select_related = ("node",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Worker]:
        running = Coalesce(Subquery(stats.running_of(OuterRef("pk"))), 0)
        return super().get_queryset(request).annotate(running=running)

    @admin.display(description="State")
    def state(self, worker: Worker) -> SafeString:
        return cells.show_chip(name_worker_state(worker, timezone.now()))

    @admin.display(description="Runs")
    def running_jobs(self, worker: Worker) -> SafeString:
        url = f"{reverse('admin:jobs_job_changelist')}?state=running&worker={worker.pk}"
        return format_html('<a href="{}">{}</a>', url, getattr(worker, "running", 0))

    @admin.display(description="Last seen", ordering="seen_at")
    def heartbeat(self, worker: Worker) -> str:
        return cells.show_span(timezone.now() - worker.seen_at) + " ago"
