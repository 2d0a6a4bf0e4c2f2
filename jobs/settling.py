"""The end of attempts: jobs' new states and handlers' results, written together or not at all."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from jobs import lifecycle, telemetry
from jobs.lifecycle import Ending
from jobs.models import Attempt
from jobs.outcomes import Cancel, Done, Fail, Outcome, Snooze, fail_of
from jobs.performing import Task
from jobs.registry import Settled, writes_results
from jobs.states import State

logger = logging.getLogger(__name__)

Result = Attempt.Result


def settle(tasks: Sequence[Task], *, worker_name: str) -> set[int]:
    """Writes what came of the tasks; returns the ids that were still ours.

    One job's bad data must not hold up the others: where the common transaction fails, each job gets
    its own, and one that still cannot be written fails with the reason.
    """
    try:
        return _settle_together(tasks, worker_name)
    except (OperationalError, InterfaceError):
        raise  # the database is away or chose us as a deadlock's victim: all of it again, later
    except Exception:
        logger.exception("settling %d jobs together failed, now one by one", len(tasks))
    return {id_ for task in tasks for id_ in _settle_alone(task, worker_name)}


def _settle_alone(task: Task, worker_name: str) -> set[int]:
    try:
        return _settle_together([task], worker_name)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        logger.exception("the results of job %d cannot be saved", task.job.id)
        task.outcome = fail_of(error, f"its results could not be saved: {error}")
        return _settle_together([task], worker_name)


def _settle_together(tasks: Sequence[Task], worker_name: str) -> set[int]:
    now = timezone.now()
    endings = [_ending(task, now) for task in tasks]
    with transaction.atomic():
        ours = lifecycle.settle(endings, worker_name=worker_name)
        _save_results(tasks, endings, ours)
    telemetry.attempts_settled(ending for ending in endings if ending.job.id in ours)
    return ours


def _save_results(tasks: Sequence[Task], endings: Sequence[Ending], ours: set[int]) -> None:
    by_handler = defaultdict(list)
    for task, ending in zip(tasks, endings, strict=True):
        if writes_results(task.handler) and task.job.id in ours:
            by_handler[task.handler].append(_settled(task, ending))
    for handler, settled in by_handler.items():
        handler.save(settled)


def _settled(task: Task, ending: Ending) -> Settled:
    assert task.outcome is not None
    return Settled(
        job=task.job, outcome=task.outcome, state=ending.state, scheduled_at=ending.scheduled_at
    )


def _ending(task: Task, now: datetime) -> Ending:
    outcome: Outcome | None = task.outcome
    facts = outcome.facts if outcome else {}
    match outcome:
        case Done():
            return Ending(
                job=task.job,
                state=State.COMPLETED,
                result=Result.COMPLETED,
                finished_at=now,
                facts=facts,
            )
        case Cancel(reason=reason):
            return Ending(
                job=task.job,
                state=State.CANCELLED,
                result=Result.CANCELLED,
                finished_at=now,
                error=reason,
                facts=facts,
            )
        case Snooze(until=until, reason=reason):
            return Ending(
                job=task.job,
                state=State.AVAILABLE,
                result=Result.SNOOZED,
                finished_at=now,
                scheduled_at=until,
                refund=True,
                error=reason,
                facts=facts,
            )
        case Fail():
            return _failure(task, outcome, now)
        case _:
            wrong = Fail(error="TypeError", message=f"perform returned {outcome!r}", permanent=True)
            task.outcome = wrong
            return _failure(task, wrong, now)


def _failure(task: Task, failure: Fail, now: datetime) -> Ending:
    job = task.job
    again_at = task.handler.retry.decide(
        failure,
        attempt=job.attempt,
        max_attempts=job.max_attempts,
        created_at=job.created_at,
        now=now,
    )
    return Ending(
        job=job,
        state=State.RETRYABLE if again_at else State.DISCARDED,
        result=Result.FAILED if again_at else Result.DISCARDED,
        finished_at=now,
        scheduled_at=again_at,
        error_class=failure.error,
        error=failure.message or failure.error,
        facts=failure.facts,
    )
