"""What others may watch: Django signals and one log line for each attempt that ended."""

import logging
from collections.abc import Iterable

from django.dispatch import Signal

from jobs.lifecycle import Ending

logger = logging.getLogger("jobs.attempts")

# Sent in the worker after the commit, with `ending`: a jobs.lifecycle.Ending. Receivers that raise
# are logged and do not touch the job.
attempt_settled = Signal()


def attempts_settled(endings: Iterable[Ending]) -> None:
    for ending in endings:
        if logger.isEnabledFor(logging.INFO):
            logger.info(
                "attempt %s",
                ending.result,
                extra={
                    "job_id": ending.job.id,
                    "job_kind": ending.job.kind,
                    "attempt": ending.job.attempt,
                },
            )
        if attempt_settled.has_listeners():
            attempt_settled.send_robust(sender=None, ending=ending)
