"""The page between choosing many jobs and acting on them: how many, which, and what stands against it."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from jobs import bulk
from jobs.admin import cells
from jobs.admin.base import operator_name, tell_done
from jobs.admin.forms import MoveForm, NothingForm, PriorityForm
from jobs.bulk import BulkAct, Plan
from jobs.selection import FilterMistake, JobFilter
from jobs.subjects import describe_briefly

# Parameter of the address: the query of the table in which the jobs were ticked.
TABLE = "table"
FORMS: dict[str, type[forms.Form]] = {"": NothingForm, "priority": PriorityForm, "queue": MoveForm}


def confirm_or_perform(
    request: HttpRequest, act: BulkAct, site: AdminSite, opts: Any
) -> HttpResponse:
    """GET asks with numbers; POST acts. The filter is in the query string of both."""
    try:
        chosen = JobFilter.read(request.GET.dict())
    except FilterMistake as mistake:
        return HttpResponseBadRequest(str(mistake), content_type="text/plain")
    form = FORMS[act.needs](request.POST if request.method == "POST" else None)
    if form.is_valid():
        return _perform(request, act, chosen, form.cleaned_data)
    plan = bulk.plan(act, chosen)
    context = {
        **site.each_context(request),
        "title": f"{act.label}: {cells.show_jobs(plan.affected)}",
        "opts": opts,
        "act": act,
        "plan": plan,
        "form": form,
        "sample": _show_sample(plan),
        "query": _write(plan.filter, request),
        "back": _back(chosen, request),
    }
    return TemplateResponse(request, "admin/operations/bulk.html", context)


def _perform(
    request: HttpRequest, act: BulkAct, chosen: JobFilter, parameters: dict[str, Any]
) -> HttpResponse:
    progress = bulk.perform(act, chosen, by=operator_name(request), **parameters)
    sentence = f"{cells.show_jobs(progress.done)} {act.done}."
    if progress.rest is None:
        tell_done(request, sentence, done=progress.done)
        is_gone = act.name == "delete" and progress.done > 0
        return HttpResponseRedirect(_back(chosen, request, is_gone=is_gone))
    messages.warning(request, f"{sentence} The rest is below: go on when you like.")
    query = _write(progress.rest, request)
    return HttpResponseRedirect(f"{reverse('admin:jobs_job_act', args=[act.name])}?{query}")


def _show_sample(plan: Plan) -> list[dict[str, Any]]:
    now = timezone.now()
    described = describe_briefly(plan.sample)
    return [
        {
            "job": job,
            "chip": cells.show_chip(cells.name_job_state(job, now)),
            "subjects": described.get(job.pk, []),
        }
        for job in plan.sample
    ]


def _write(chosen: JobFilter, request: HttpRequest) -> str:
    table = request.GET.get(TABLE)
    return urlencode({**chosen.write(), **({} if table is None else {TABLE: table})})


def _back(chosen: JobFilter, request: HttpRequest, *, is_gone: bool = False) -> str:
    """The table as it was filtered, or the page of the one job."""
    if TABLE in request.GET:
        return f"{reverse('admin:jobs_job_changelist')}?{request.GET[TABLE]}"
    if len(chosen.ids) == 1 and not is_gone:
        return reverse("admin:jobs_job_change", args=[chosen.ids[0]])
    return _table(chosen)


def _table(chosen: JobFilter) -> str:
    query = {
        name: value
        for name, value in chosen.write().items()
        if name not in {"ids", "after", "up_to"}
    }
    url = reverse("admin:jobs_job_changelist")
    return f"{url}?{urlencode(query)}" if query else url
