"""What others may watch: Django signals for every transition, and a log line for each attempt that ended.

Signals are sent after the commit, in the process that made the change. Receivers that raise are
logged and touch nothing.
"""

import logging
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.dispatch import Signal

if TYPE_CHECKING:
    from jobs.lifecycle import Ending

logger = logging.getLogger("jobs.attempts")

# An attempt ended; `ending`: a jobs.lifecycle.Ending.
attempt_settled = Signal()
# Attempts that were written together; `endings`: a list of them.
attempts_settled_together = Signal()
# Jobs moved otherwise; `transition`: "enqueue" or a name of jobs.states.TRANSITIONS; `job_ids`.
jobs_moved = Signal()


def attempts_settled(settled: Iterable["Ending"]) -> None:
    endings = list(settled)
    for ending in endings:
        log_ending(ending)
        if attempt_settled.has_listeners():
            attempt_settled.send_robust(sender=None, ending=ending)
    if endings and attempts_settled_together.has_listeners():
        attempts_settled_together.send_robust(sender=None, endings=endings)


def log_ending(ending: "Ending") -> None:
    if not logger.isEnabledFor(logging.INFO):
        return
    job = ending.job
    extra = {"job_id": job.id, "job_kind": job.kind, "attempt": job.attempt}
    logger.info("attempt %s", ending.result, extra=extra)


def tell_moved(transition: str, job_ids: Sequence[int]) -> None:
    """Costs nothing while nobody listens."""
    if job_ids and jobs_moved.has_listeners():
        send = partial(jobs_moved.send_robust, sender=None, transition=transition)
        transaction.on_commit(partial(send, job_ids=list(job_ids)), robust=True)
