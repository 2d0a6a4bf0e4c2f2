"""The states of a job and the named transitions between them; nothing else.

Drawn in docs/job-lifecycle.md. The database's constraints are built from the same sets.
"""

from django.db.models import TextChoices


class State(TextChoices):
    # Waits for a free slot of its queue; with a `scheduled_at` in the future, for that time first.
    AVAILABLE = "available", "Available"
    # A worker holds its lease and works on it.
    RUNNING = "running", "Running"
    # Failed, and waits until `scheduled_at` for its next attempt.
    RETRYABLE = "retryable", "Retryable"
    # Done: its results were written in the same transaction.
    COMPLETED = "completed", "Completed"
    # Failed for good: out of attempts, too old, or not worth repeating.
    DISCARDED = "discarded", "Discarded"
    # Stopped by a person or by the job itself.
    CANCELLED = "cancelled", "Cancelled"


WAITING = frozenset({State.AVAILABLE, State.RETRYABLE})
UNFINISHED = WAITING | {State.RUNNING}
FINISHED = frozenset({State.COMPLETED, State.DISCARDED, State.CANCELLED})

# name -> (from any of these, to this one)
TRANSITIONS: dict[str, tuple[frozenset[State], State]] = {
    "stage": (WAITING, State.AVAILABLE),
    "claim": (frozenset({State.AVAILABLE}), State.RUNNING),
    "complete": (frozenset({State.RUNNING}), State.COMPLETED),
    "fail": (frozenset({State.RUNNING}), State.RETRYABLE),
    "discard": (frozenset({State.RUNNING}), State.DISCARDED),
    "snooze": (frozenset({State.RUNNING}), State.AVAILABLE),
    "hand_back": (frozenset({State.RUNNING}), State.AVAILABLE),
    "rescue": (frozenset({State.RUNNING}), State.AVAILABLE),
    "cancel": (UNFINISHED, State.CANCELLED),
    "retry": (FINISHED | {State.RETRYABLE}, State.AVAILABLE),
}
