"""The life of a run's job: its way through the states, and every attempt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jobs.models import Attempt, Job
from jobs.states import State
from keywords.views.keyword_runs import Run
from keywords.views.wording import OUTCOMES, Chip


@dataclass(frozen=True)
class Stop:
    """A place on the way; `at` is None for what has not come yet, or was not written down."""

    label: str | Promise
    icon: str
    at: datetime | None
    is_done: bool
    tone: str = ""


@dataclass(frozen=True)
class Tried:
    """`waited`: seconds from when it could have begun, as far as that is known."""

    attempt: Attempt
    waited: float | None
    chip: Chip | None

    @property
    def seconds(self) -> float:
        return (self.attempt.finished_at - self.attempt.started_at).total_seconds()

    @property
    def facts(self) -> dict[str, Any]:
        return self.attempt.facts if isinstance(self.attempt.facts, dict) else {}


def describe_attempts(run: Run) -> dict[str, Any]:
    job = run.search.job
    attempts = list(job.attempts.order_by("id")) if job else []
    return {
        "job": job,
        "track": build_track(run, attempts),
        "attempts": build_attempts(job, attempts),
    }


def build_attempts(job: Job | None, attempts: Sequence[Attempt]) -> list[Tried]:
    """Each waits from the end of the one before; the first from when the job was made."""
    found, before = [], job.created_at if job else None
    for attempt in attempts:
        waited = (attempt.started_at - before).total_seconds() if before else None
        outcome = attempt.facts.get("outcome", "") if isinstance(attempt.facts, dict) else ""
        chip = OUTCOMES[outcome].chip if outcome in OUTCOMES else None
        found.append(Tried(attempt, max(waited, 0.0) if waited is not None else None, chip))
        before = attempt.finished_at
    return found


def build_track(run: Run, attempts: Sequence[Attempt]) -> list[Stop]:
    """queued, claimed, fetched, read, saved; or where it left that way."""
    search, job = run.search, run.search.job
    has_begun = bool(attempts) or bool(job and job.state == State.RUNNING)
    first = attempts[0].started_at if attempts else (job.started_at if job else None)
    stops = [
        Stop(_("Queued"), "list-plus", search.created_at, is_done=True),
        Stop(_("Claimed"), "hand", first, has_begun or job is None),
        Stop(_("Fetched"), "download", search.fetched_at, search.fetched_at is not None),
    ]
    if not run.is_finished:
        return [*stops, *unfinished_end(run, job)]
    if run.has_figures:
        end = job.finished_at if job else search.fetched_at
        stops.append(Stop(_("Read"), "scan-text", search.fetched_at, is_done=True))
        return [*stops, Stop(_("Saved"), "check", end, is_done=True, tone="good")]
    end = job.finished_at if job else None
    return [*stops, Stop(run.chip.word, run.chip.icon, end, is_done=True, tone=run.chip.tone)]


def unfinished_end(run: Run, job: Job | None) -> list[Stop]:
    ends = [Stop(_("Read"), "scan-text", None, False), Stop(_("Saved"), "check", None, False)]
    if job and job.state == State.RETRYABLE:
        again = Stop(_("Tried again"), "rotate-cw", job.scheduled_at, True, tone="warning")
        return [again, *ends]
    return ends
