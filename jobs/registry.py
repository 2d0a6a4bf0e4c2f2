"""Kinds of job and their handlers. An app's `handlers` module registers them with `@handler`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, NamedTuple, Protocol, TypeVar
from uuid import UUID

from jobs.errors import UnknownKind
from jobs.outcomes import Outcome
from jobs.retry import RetryPolicy
from jobs.states import State


class ClaimedJob(NamedTuple):
    """A job under our lease, as the handler sees it. `attempt` counts from 1."""

    id: int
    kind: str
    queue_id: int
    owner: int
    batch_id: int | None
    args: Mapping[str, Any]
    attempt: int
    max_attempts: int
    lease_token: UUID
    created_at: datetime
    started_at: datetime


class Settled(NamedTuple):
    """A job whose attempt has ended, inside the transaction that writes it."""

    job: ClaimedJob
    outcome: Outcome
    state: State  # what becomes of the job
    scheduled_at: datetime | None  # its next attempt, where there is one


class Context(Protocol):
    """What `perform` knows of its surroundings."""

    def started(self) -> None:
        """Call it right before what the queue's rate counts, such as sending a request: a start a
        little after its slot moves the slots after it. One long after it does not happen: this does
        not return then, and the job runs again, as if it had not been claimed."""
        ...

    def check(self) -> None:
        """Raises JobCancelled when the job should stop. Call it between waits of at most a second."""
        ...


class Handler(Protocol):
    """One kind of job in three parts; only `perform` runs in a thread, and without the database.

    A handler whose `in_main_thread` is true is performed by the thread that speaks to Postgres,
    one at a time: for short database work.
    """

    kind: ClassVar[str]
    retry: ClassVar[RetryPolicy]
    deadline: ClassVar[
        float
    ]  # seconds; then the job is told to stop, and its process ends if it does not
    in_main_thread: ClassVar[bool]

    def prepare(self) -> None:
        """Once in a node, before it forks: import what the first job would otherwise wait for."""
        ...

    def load(self, jobs: Sequence[ClaimedJob]) -> Mapping[int, Any]:
        """Payloads by job id, in as few queries as possible. A job left out is cancelled: its
        subject is gone."""
        ...

    def unload(self, payloads: Sequence[Any]) -> None:
        """Undoes what `load` wrote, if it wrote anything: these jobs were handed back unbegun."""
        ...

    def perform(self, payload: Any, context: Context) -> Outcome: ...

    def save(self, settled: Sequence[Settled]) -> None:
        """Write results: in the same transaction as the jobs' new states, so both hold or neither.

        Called for every outcome. May raise: then nothing of it holds, and the jobs are settled
        one by one, so that one job's bad data fails that job alone.
        """
        ...


class BaseHandler:
    """Defaults for handlers."""

    kind: ClassVar[str]
    retry: ClassVar[RetryPolicy] = RetryPolicy()
    deadline: ClassVar[float] = 60.0
    in_main_thread: ClassVar[bool] = False

    def prepare(self) -> None:
        """Nothing to import."""

    def load(self, jobs: Sequence[ClaimedJob]) -> Mapping[int, Any]:
        return {job.id: job for job in jobs}

    def unload(self, payloads: Sequence[Any]) -> None:
        """Nothing to undo."""

    def save(self, settled: Sequence[Settled]) -> None:
        """Nothing to write: where this is not overridden, it is not called."""


_handlers: dict[str, Handler] = {}

H = TypeVar("H", bound="type[BaseHandler]")


def handler(cls: H) -> H:
    """Class decorator: registers one instance under its `kind`."""
    instance: Any = cls()
    _handlers[instance.kind] = instance
    return cls


def get_handler(kind: str) -> Handler:
    try:
        return _handlers[kind]
    except KeyError:
        raise UnknownKind(f"No handler is registered for jobs of kind {kind!r}.") from None


def prepare_handlers() -> None:
    """A job must not begin late because it was the first of its kind."""
    for instance in _handlers.values():
        instance.prepare()


def writes_results(some: Handler) -> bool:
    return getattr(type(some), "save", None) is not BaseHandler.save


def known_kinds() -> list[str]:
    return sorted(_handlers)
