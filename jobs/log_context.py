"""What every log line of a node says by itself: the node, and in a job's thread the job.

Plain values and nothing of Django, since the logging settings read them.
"""

from collections.abc import Mapping, MutableMapping
from contextvars import ContextVar
from typing import Any

from structlog.contextvars import get_contextvars

# Of this process and of those that it forks, such as the node's name.
process_facts: dict[str, Any] = {}

_job_facts: ContextVar[Mapping[str, Any] | None] = ContextVar("job_facts", default=None)


class about_job:  # noqa: N801 - used like a function: a generator would cost every job three times as much
    """Lines that are written within, by whomever, carry these."""

    __slots__ = ("_facts", "_token")

    def __init__(self, **facts: Any) -> None:
        self._facts = facts

    def __enter__(self) -> None:
        self._token = _job_facts.set(self._facts)

    def __exit__(self, *_: object) -> None:
        _job_facts.reset(self._token)


def current_request_id() -> str:
    """Of the web request that is being answered; "" elsewhere."""
    return str(get_contextvars().get("request_id", ""))[:100]


def add_facts(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """A structlog processor. What a line says itself is not overwritten."""
    return process_facts | (dict(_job_facts.get() or {})) | dict(event)
