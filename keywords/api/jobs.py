"""Jobs, for operators: one, or everything that a filter means."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from pydantic import Field

from jobs import bulk, control
from jobs.errors import UnknownQueue
from jobs.models import Job
from jobs.selection import FilterMistake, JobFilter
from keywords.api.auth import need_staff, reading, writing
from keywords.api.paging import Page, PageQuery, take_page
from keywords.api.problems import Refusal
from keywords.api.schemas import AttemptOut, Text
from keywords.people import name_of

router = Router(tags=["operators"])


class JobOut(Schema):
    id: int
    kind: str
    queue: str
    owner: int
    batch: int | None
    state: str
    priority: int
    attempt: int
    max_attempts: int
    error: str
    created_at: datetime
    scheduled_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class JobWithAttempts(JobOut):
    args: dict[str, Any]
    attempts: list[AttemptOut]


class JobQuery(PageQuery):
    """Each field narrows; `q` is what one may type into the search of Operations."""

    state: Text = ""
    queue: Text = ""
    kind: Text = ""
    error: Text = ""
    reason: Text = Field("", description="Class of an error that an attempt failed with.")
    outcome: Text = Field("", description="What the handler says came of an attempt.")
    age: Text = ""
    q: Text = ""
    owner: int | None = Field(None, ge=0, le=2**63 - 1)
    batch: int | None = Field(None, ge=0, le=2**63 - 1)
    worker: int | None = Field(None, ge=0, le=2**63 - 1)


class BulkIn(Schema):
    action: Literal[
        "cancel", "retry", "hold", "release", "run_now", "set_priority", "move", "delete"
    ]
    filter: dict[str, Any] = Field(description='As in GET jobs, and `ids`. {"state": "retryable"}')
    priority: int | None = Field(None, ge=0, le=9, description="For set_priority.")
    queue: Text | None = Field(None, description="For move.")
    dry_run: bool = Field(False, description="Only count.")


class BulkOut(Schema):
    """`done` is exact. `complete` is false where the time did not suffice: ask again."""

    chosen: int
    affected: int
    done: int
    complete: bool
    notes: list[str]


class Done(Schema):
    done: int = Field(description="1: where the job's state allows it no more, the answer is 409.")


@router.get("", response=Page[JobOut], auth=reading)
def list_jobs(request: HttpRequest, query: Annotated[JobQuery, Query(...)]) -> Any:
    """Newest first."""
    need_staff(request, "view")
    rows = read_filter(query.model_dump()).jobs().select_related("queue")
    return take_page(rows, query, show_jobs, newest=True)


@router.get("/{int:job_id}", response=JobWithAttempts, auth=reading)
def get_job(request: HttpRequest, job_id: int) -> Any:
    need_staff(request, "view")
    job = get_object_or_404(Job.objects.select_related("queue"), pk=job_id)
    fields = ("number", "result", "started_at", "finished_at", "error", "facts")
    attempts = list(job.attempts.order_by("pk").values(*fields))
    return {**show_job(job), "args": job.args, "attempts": attempts}


@router.post("/{int:job_id}/cancel", response=Done, auth=writing)
def cancel_job(request: HttpRequest, job_id: int) -> Any:
    by = name_of(need_staff(request, "operate"))
    job = get_object_or_404(Job, pk=job_id)
    return need_done(control.cancel_jobs([job.pk], by=by), "This run has already finished.")


@router.post("/{int:job_id}/retry", response=Done, auth=writing)
def retry_job(request: HttpRequest, job_id: int) -> Any:
    by = name_of(need_staff(request, "operate"))
    job = get_object_or_404(Job, pk=job_id)
    done = control.retry_jobs([job.pk], by=by)
    return need_done(done, f"This job is {job.state}: there is nothing to try again.")


def need_done(done: int, otherwise: str) -> dict[str, int]:
    """Raises Refusal."""
    if not done:
        raise Refusal(409, otherwise)
    return {"done": done}


@router.post("/bulk", response=BulkOut, auth=writing)
def act_on_many(request: HttpRequest, payload: BulkIn) -> Any:
    """One act on everything that the filter means at this moment."""
    by = name_of(need_staff(request, "operate"))
    act = bulk.ACTS[payload.action]
    plan = bulk.plan(act, read_filter(payload.filter))
    counted = {"chosen": plan.chosen, "affected": plan.affected, "notes": list(plan.notes)}
    if payload.dry_run:
        return {**counted, "done": 0, "complete": True}
    parameters = read_parameters(act, payload)
    try:
        progress = bulk.perform(act, plan.filter, by=by, **parameters)
    except (ValidationError, UnknownQueue) as error:
        raise Refusal(422, str(error)) from None
    return {**counted, "done": progress.done, "complete": progress.rest is None}


def read_filter(params: dict[str, Any]) -> JobFilter:
    """Raises Refusal."""
    try:
        return JobFilter.read(params)
    except FilterMistake as mistake:
        raise Refusal(422, str(mistake)) from None


def read_parameters(act: bulk.BulkAct, payload: BulkIn) -> dict[str, Any]:
    if not act.needs:
        return {}
    value = getattr(payload, act.needs)
    if value is None:
        raise Refusal(422, f"{act.label} needs `{act.needs}`.")
    return {act.needs: value}


def show_jobs(jobs: Any) -> list[dict[str, Any]]:
    return [show_job(job) for job in jobs]


def show_job(job: Job) -> dict[str, Any]:
    same = (
        *("id", "kind", "owner", "state", "priority", "attempt", "max_attempts", "error"),
        *("created_at", "scheduled_at", "started_at", "finished_at"),
    )
    shown = {field: getattr(job, field) for field in same}
    return {**shown, "queue": job.queue.name, "batch": job.batch_id}
