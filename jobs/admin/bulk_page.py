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
        "query": urlencode(plan.filter.write()),
        "back": _back(chosen),
    }
    return TemplateResponse(request, "admin/operations/bulk.html", context)


def _perform(
    request: HttpRequest, act: BulkAct, chosen: JobFilter, parameters: dict[str, Any]
) -> HttpResponse:
    progress = bulk.perform(act, chosen, by=operator_name(request), **parameters)
    sentence = f"{cells.show_jobs(progress.done)} {act.done}."
    if progress.rest is None:
        tell_done(request, sentence, done=progress.done)
        is_gone = act.name == "delete" and progress.done
        return HttpResponseRedirect(_table(chosen) if is_gone else _back(chosen))
    messages.warning(request, f"{sentence} The rest is below: go on when you like.")
    query = urlencode(progress.rest.write())
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


def _back(chosen: JobFilter) -> str:
    """The page of the one job, or the table as it was filtered."""
    if len(chosen.ids) == 1:
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
