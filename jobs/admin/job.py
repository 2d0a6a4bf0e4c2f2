"""Jobs: found by state, queue, subject and error; their page with every attempt; acts on one or on many."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from jobs import bulk
from jobs.admin import cells
from jobs.admin.base import BigTable, ReadOnly
from jobs.admin.bulk_page import TABLE, confirm_or_perform
from jobs.admin.job_filters import FILTERS, JobChangeList
from jobs.admin.job_page import describe_job
from jobs.groups import may_operate
from jobs.models import Job
from jobs.selection import FilterMistake, JobFilter
from jobs.states import State
from jobs.subjects import Subject, searchable_words


@admin.register(Job)
class JobAdmin(ReadOnly, BigTable[Job]):
    list_display = (
        "number",
        "chip",
        "about",
        "queue",
        "priority",
        "tries",
        "when",
        "duration",
        "outcome",
        "last_error",
    )
    list_display_links = ("number",)
    list_filter = FILTERS
    list_select_related = ("queue",)
    ordering = ("-id",)
    # Makes Django show the search box: JobFilter does the search.
    search_fields = ("id",)
    sortable_by = ()
    change_list_template = "admin/operations/job_list.html"

    # The table

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        try:
            JobFilter.read(request.GET.dict())
        except FilterMistake as mistake:
            messages.error(request, str(mistake))
            return HttpResponseRedirect(reverse("admin:jobs_job_changelist"))
        return super().changelist_view(request, extra_context)

    @property
    def search_help_text(self) -> str:  # type: ignore[override]  # an attribute in the stubs
        words = ", ".join(
            f"{word}:…" for word in (*searchable_words(), "user", "error", "request", "id", "key")
        )
        return f"A number, any text, or {words}"

    def get_changelist(self, request: HttpRequest, **_: Any) -> type[JobChangeList]:
        return JobChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Job], search_term: str
    ) -> tuple[QuerySet[Job], bool]:
        return queryset, False

    @admin.display(description="Job")
    def number(self, job: Job) -> str:
        return str(job.pk)

    @admin.display(description="State")
    def chip(self, job: Job) -> SafeString:
        return cells.show_chip(cells.name_job_state(job, timezone.now()))

    @admin.display(description="About")
    def about(self, job: Job) -> SafeString:
        subjects: list[Subject] = getattr(job, "subjects", [])
        if not subjects:
            return format_html("{}", job.kind)
        rest = format_html_join(" · ", "{}", ((_link(each),) for each in subjects[1:]))
        return format_html('{}<small class="ops-small">{}</small>', _link(subjects[0]), rest)

    @admin.display(description="Attempt")
    def tries(self, job: Job) -> str:
        return f"{job.attempt}/{job.max_attempts}"

    @admin.display(description="When")
    def when(self, job: Job) -> SafeString:
        """When it ended, began, or will begin."""
        if job.state == State.RUNNING:
            return cells.show_when(job.started_at)
        return cells.show_when(job.finished_at or job.scheduled_at)

    @admin.display(description="Took")
    def duration(self, job: Job) -> str:
        if job.started_at is None or (job.turn is None and not job.finished_at):
            return cells.NOTHING
        return cells.show_span((job.finished_at or timezone.now()) - job.started_at)

    @admin.display(description="Outcome")
    def outcome(self, job: Job) -> str:
        return str(getattr(job, "outcome", "")) or cells.NOTHING

    @admin.display(description="Error")
    def last_error(self, job: Job) -> SafeString:
        return cells.show_error(job.error)

    # Acts on many

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        if not may_operate(request.user):
            return {}
        return {name: (_choose, name, f"{act.label}…") for name, act in bulk.ACTS.items()}

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        own = [
            path("act/<str:name>/", wrap(self.act_view), name="jobs_job_act"),
            path("<int:job_id>/live/", wrap(self.live_view), name="jobs_job_live"),
        ]
        return [*own, *super().get_urls()]

    def act_view(self, request: HttpRequest, name: str) -> HttpResponse:
        if not may_operate(request.user):
            raise PermissionDenied
        if name not in bulk.ACTS:
            raise Http404
        return confirm_or_perform(request, bulk.ACTS[name], self.admin_site, self.opts)

    # The page of one job

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        job = self._find(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            **describe_job(job, request),
            "title": f"Job {job.pk}",
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/operations/job.html", context)

    def live_view(self, request: HttpRequest, job_id: int) -> HttpResponse:
        """The part of the page that moves, for the script that polls it."""
        job = self._find(request, str(job_id))
        return TemplateResponse(
            request, "admin/operations/job_live.html", describe_job(job, request)
        )

    def _find(self, request: HttpRequest, object_id: str) -> Job:
        job = self.get_object(request, object_id)
        if job is None:
            raise Http404
        if not self.has_view_permission(request, job):
            raise PermissionDenied
        return job


def _choose(model_admin: JobAdmin, request: HttpRequest, queryset: QuerySet[Job]) -> HttpResponse:
    """From the table to the page that asks: for the ticked jobs, or for everything that matches."""
    name = request.POST["action"]
    seen = JobFilter.read(request.GET)
    if request.POST.get("select_across") == "1":
        query = seen.write()
    else:
        ticked = JobFilter.read({"ids": request.POST.getlist("_selected_action")})
        query = {**ticked.write(), TABLE: urlencode(seen.write())}
    url = reverse("admin:jobs_job_act", args=[name])
    return HttpResponseRedirect(f"{url}?{urlencode(query)}")


def _link(subject: Subject) -> SafeString:
    if not subject.url:
        return format_html("{}", subject.name)
    return format_html('<a href="{}" title="{}">{}</a>', subject.url, subject.what, subject.name)
