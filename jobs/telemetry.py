"""What others may watch: Django signals and log lines for every transition.

Both follow the commit, in the process that made the change. Receivers that raise are logged and touch
nothing. A line that a web request causes carries its request id, and the numbers of the jobs; lines of
those jobs carry their numbers: so a request's work is found.
"""

import logging
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.dispatch import Signal

from jobs.outcomes import TRACEBACK

if TYPE_CHECKING:
    from jobs.lifecycle import Ending

logger = logging.getLogger("jobs.attempts")
moves = logging.getLogger("jobs.moves")

# An attempt ended; `ending`: a jobs.lifecycle.Ending.
attempt_settled = Signal()
# Attempts that were written together; `endings`: a list of them.
attempts_settled_together = Signal()
# Jobs moved otherwise; `transition`: "enqueue" or a name of jobs.states.TRANSITIONS; `job_ids`.
jobs_moved = Signal()


def attempts_settled(settled: Iterable["Ending"]) -> None:
    endings = list(settled)
    if logger.isEnabledFor(logging.INFO):
        for ending in endings:
            log_ending(ending)
    if attempt_settled.has_listeners():
        for ending in endings:
            attempt_settled.send_robust(sender=None, ending=ending)
    if endings and attempts_settled_together.has_listeners():
        attempts_settled_together.send_robust(sender=None, endings=endings)


def log_ending(ending: "Ending") -> None:
    job = ending.job
    extra = {
        "job_id": job.id,
        "job_kind": job.kind,
        "attempt": job.attempt,
        "batch": job.batch_id,
        "owner": job.owner,
        "error_class": ending.error_class,
        "ran_seconds": round((ending.finished_at - job.started_at).total_seconds(), 3),
        # The exception itself has its own line, with its traceback.
        "facts": {k: v for k, v in ending.facts.items() if k != TRACEBACK},
    }
    logger.info("attempt %s", ending.result, extra=extra)


def tell_moved(transition: str, job_ids: Sequence[int]) -> None:
    """Costs next to nothing while nobody listens. Claims are told, and not logged: the attempt's
    line says it all."""
    if not job_ids:
        return
    if jobs_moved.has_listeners():
        send = partial(jobs_moved.send_robust, sender=None, transition=transition)
        transaction.on_commit(partial(send, job_ids=list(job_ids)), robust=True)
    if transition != "claim" and moves.isEnabledFor(logging.INFO):
        extra = {"jobs": len(job_ids), "first_job": min(job_ids), "last_job": max(job_ids)}
        transaction.on_commit(partial(moves.info, transition, extra=extra), robust=True)
