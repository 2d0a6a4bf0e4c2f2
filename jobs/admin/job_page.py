"""Everything that the page of one job shows."""

import json
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.utils import timezone

from jobs import bulk
from jobs.admin import cells
from jobs.admin.audit import describe_entries
from jobs.audit import AuditEntry
from jobs.groups import may_operate
from jobs.models import Attempt, Job
from jobs.outcomes import TRACEBACK
from jobs.states import FINISHED, State
from jobs.subjects import describe_jobs

MAX_ATTEMPTS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Step:
    """A point of the job's life; `at` None: not reached yet."""

    label: str
    at: Any
    note: str = ""
    name: str = ""


def describe_job(job: Job, request: HttpRequest) -> dict[str, Any]:
    now = timezone.now()
    state = cells.name_job_state(job, now)
    attempts = list(job.attempts.order_by("-id")[:MAX_ATTEMPTS_SHOWN])
    return {
        "job": job,
        "state": state,
        "chip": cells.show_chip(state),
        "moves": job.state not in FINISHED,
        "steps": list_steps(job, now),
        "attempts": [_show_attempt(attempt) for attempt in attempts],
        "attempts_shown": MAX_ATTEMPTS_SHOWN,
        "arguments": json.dumps(job.args, indent=2, ensure_ascii=False, sort_keys=True),
        "subjects": describe_jobs([job]).get(job.pk, []),
        "owner": get_user_model().objects.filter(pk=job.owner).first() if job.owner else None,
        "acts": list_acts(job) if may_operate(request.user) else [],
        "audit": describe_entries(AuditEntry.objects.filter(after__first__contains=[job.pk])[:10]),
    }


def list_steps(job: Job, now: Any) -> list[Step]:
    """The line at the top: made, due, started, ended."""
    steps = [Step("Made", job.created_at)]
    if job.scheduled_at > job.created_at:
        label = "Next attempt" if job.state == State.RETRYABLE else "Due"
        steps.append(Step(label, job.scheduled_at, name="retryable" if label != "Due" else ""))
    if job.state == State.RUNNING and job.started_at:
        steps.append(Step("Started", job.started_at, _waited(job), "running"))
        steps.append(Step("Has run for", None, cells.show_span(now - job.started_at)))
    elif job.finished_at:
        if job.started_at:
            steps.append(Step("Started", job.started_at, _waited(job)))
        steps.append(Step(State(job.state).label, job.finished_at, _ran(job), job.state))
    return sorted(steps, key=lambda step: step.at or now)


def list_acts(job: Job) -> list[bulk.BulkAct]:
    """What can be done to it in its state, without more words."""
    this = Job.objects.filter(pk=job.pk)
    return [act for act in bulk.ACTS.values() if job.state in act.states and act.narrow(this)]


def _waited(job: Job) -> str:
    if job.started_at is None or job.started_at < job.scheduled_at:
        return ""
    return f"after {cells.show_span(job.started_at - job.scheduled_at)}"


def _ran(job: Job) -> str:
    if job.started_at is None or job.finished_at is None or job.finished_at < job.started_at:
        return ""
    return f"ran {cells.show_span(job.finished_at - job.started_at)}"


def _show_attempt(attempt: Attempt) -> dict[str, Any]:
    return {
        "attempt": attempt,
        "chip": cells.show_chip(attempt.result, attempt.get_result_display()),
        "took": cells.show_span(attempt.finished_at - attempt.started_at),
        "facts": [
            (name.replace("_", " "), _show_fact(attempt.facts[name]))
            for name in sorted(attempt.facts)
            if name != TRACEBACK
        ],
        "traceback": attempt.facts.get(TRACEBACK, ""),
    }


def _show_fact(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) and value >= 10_000 else str(value)
