"""When to try again: a pure decision."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobs.outcomes import Fail

MAX_RETRY_AFTER = 6 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """Full jitter: a delay is drawn from 0 to base·2^(attempt-1), at most `cap` (seconds)."""

    max_attempts: int = 5
    base: float = 5.0
    cap: float = 300.0
    max_age: float = 48 * 3600.0  # seconds since the job was created; no retry would start later

    def decide(
        self,
        failure: Fail,
        *,
        attempt: int,
        max_attempts: int,
        created_at: datetime,
        now: datetime,
        draw: Callable[[float, float], float] = random.uniform,
    ) -> datetime | None:
        """When the next attempt may start; None: give up.

        A `Retry-After` is honoured up to six hours, with jitter added on top of it, never taken off.
        """
        if failure.permanent or attempt >= max_attempts:
            return None
        delay = draw(0.0, min(self.cap, self.base * 2 ** (attempt - 1)))
        if failure.retry_after is not None:
            delay += min(max(failure.retry_after, 0.0), MAX_RETRY_AFTER)
        at = now + timedelta(seconds=delay)
        return at if (at - created_at).total_seconds() <= self.max_age else None
