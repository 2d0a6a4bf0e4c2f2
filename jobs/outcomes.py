"""What a handler makes of one job: outcomes are values. An exception counts as `Fail`."""

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Facts = Mapping[str, Any]

# The name of a fact. Its last lines say most.
TRACEBACK = "traceback"
TRACEBACK_FRAMES, TRACEBACK_LENGTH = 20, 8_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The work is done; `value` goes to the handler's `save`."""

    value: Any = None
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fail:
    """The attempt failed; the handler's retry policy decides what follows.

    `value` still goes to `save`, for evidence. `permanent`: repeating will not help.
    `retry_after`: seconds the other side asked us to wait.
    """

    error: str  # a short class of errors, such as "TimeoutError" or "server_error"
    message: str = ""
    value: Any = None
    permanent: bool = False
    retry_after: float | None = None
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snooze:
    """Not now: the job waits until then and this attempt is not counted."""

    until: datetime
    reason: str = ""
    value: Any = None
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """The job itself finds that it should not be done."""

    reason: str = ""
    value: Any = None
    facts: Facts = field(default_factory=dict)


def fail_of(error: Exception, message: str = "") -> Fail:
    """Of an exception that nobody expected: with where it came from, for operators."""
    lines = traceback.format_exception(error, limit=-TRACEBACK_FRAMES)
    return Fail(
        error=type(error).__name__,
        message=message or str(error),
        facts={TRACEBACK: "".join(lines)[-TRACEBACK_LENGTH:]},
    )


Outcome = Done | Fail | Snooze | Cancel


class JobCancelled(BaseException):
    """Raised by `Context.check` in a job that should stop. Not an Exception, so that no
    `except Exception` of a handler swallows it."""
