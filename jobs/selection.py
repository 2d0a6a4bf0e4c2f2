"""Which jobs an operator means: one filter for the list, its counts, and what is done to all of them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from jobs.models import Attempt, Batch, Job, JobQuerySet
from jobs.states import WAITING, State
from jobs.subjects import find_by_subject, searchable_words

SCHEDULED = "scheduled"
HELD = "held"
AGES = {
    "hour": ("the last hour", timedelta(hours=1)),
    "day": ("the last 24 hours", timedelta(days=1)),
    "week": ("the last 7 days", timedelta(days=7)),
}
TEXTS = ("state", "queue", "kind", "error", "reason", "outcome", "age", "q")
NUMBERS = ("owner", "batch", "worker", "after", "up_to")
UNSET: tuple[Any, ...] = ("", (), None)


class FilterMistake(ValueError):
    """A filter that cannot be understood; str() is a plain sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilter:
    """Every field narrows; the empty filter means all jobs.

    `state` is a state, "scheduled" or "held"; `queue` a name; `error` a part of the error's text; `reason` the class
    of an error that one of its attempts failed with; `outcome` what its handler says came of one of them
    (the fact of that name); `age` a key of AGES; `q` what somebody typed; ids are above `after` and not above `up_to`.
    """

    state: str = ""
    queue: str = ""
    kind: str = ""
    error: str = ""
    reason: str = ""
    outcome: str = ""
    age: str = ""
    q: str = ""
    owner: int | None = None
    batch: int | None = None
    worker: int | None = None
    after: int | None = None
    up_to: int | None = None
    ids: tuple[int, ...] = ()

    @classmethod
    def read(cls, params: Mapping[str, Any]) -> "JobFilter":
        """From a query string or JSON. Raises FilterMistake."""
        values: dict[str, Any] = {name: str(params.get(name) or "").strip() for name in TEXTS}
        values |= {name: _read_number(name, params.get(name)) for name in NUMBERS}
        values["ids"] = _read_ids(params.get("ids") or ())
        if values["state"] not in {"", SCHEDULED, HELD, *State.values}:
            raise FilterMistake(f"There is no state named {values['state']}.")
        if values["age"] not in {"", *AGES}:
            raise FilterMistake(f"An age is one of {', '.join(AGES)}.")
        return cls(**values)

    def write(self) -> dict[str, str]:
        """What `read` reads."""
        written = {name: str(value) for name, value in asdict(self).items() if value not in UNSET}
        if self.ids:
            written["ids"] = ",".join(map(str, self.ids))
        return written

    def without_state(self) -> "JobFilter":
        return replace(self, state="")

    def jobs(self) -> JobQuerySet:
        return self.narrow(Job.objects.all())

    def narrow(self, jobs: JobQuerySet) -> JobQuerySet:
        exact: dict[str, Any] = {
            "queue__name": self.queue,
            "kind": self.kind,
            "error__icontains": self.error,
            "owner": self.owner,
            "batch": self.batch,
            "worker": self.worker,
            "pk__gt": self.after,
            "pk__lte": self.up_to,
            "pk__in": self.ids,
        }
        jobs = jobs.filter(**{name: value for name, value in exact.items() if value not in UNSET})
        if self.state:
            jobs = jobs.filter(in_state(self.state))
        if self.reason:
            jobs = jobs.filter(pk__in=failed_with(self.reason))
        if self.outcome:
            jobs = jobs.filter(pk__in=ended_with(self.outcome))
        if self.age:
            jobs = jobs.filter(created_at__gte=Now() - AGES[self.age][1])
        return jobs.filter(find_text(self.q)) if self.q else jobs

    def in_words(self) -> str:
        """ "completed jobs of google that mention tea" """
        noun = "job" if len(self.ids) == 1 else "jobs"
        parts = [f"{self.state} {noun}" if self.state else noun]
        parts += [f"of queue {self.queue}"] if self.queue else []
        parts += [f"of kind {self.kind}"] if self.kind else []
        parts += [f"of owner {self.owner}"] if self.owner is not None else []
        parts += [f"of batch {self.batch}"] if self.batch is not None else []
        parts += [f"of worker {self.worker}"] if self.worker is not None else []
        parts += [f"whose error contains “{self.error}”"] if self.error else []
        parts += [f"that failed with “{self.reason}”"] if self.reason else []
        parts += [f"whose outcome was “{self.outcome}”"] if self.outcome else []
        parts += [f"made in {AGES[self.age][0]}"] if self.age else []
        parts += [f"found by “{self.q}”"] if self.q else []
        return " ".join([f"{len(self.ids)} chosen", *parts] if self.ids else ["all", *parts])


def in_state(state: str) -> Q:
    """Scheduled jobs are available ones whose time has not come, held ones are waiting ones that
    somebody holds back; both have tabs of their own and stand in no other."""
    if state == HELD:
        return Q(state__in=sorted(WAITING), held_at__isnull=False)
    if state == SCHEDULED:
        return Q(state=State.AVAILABLE, held_at=None, turn=None, scheduled_at__gt=Now())
    if state == State.AVAILABLE:
        due = Q(turn__isnull=False) | Q(scheduled_at__lte=Now())
        return Q(state=State.AVAILABLE, held_at=None) & due
    return Q(state=state, held_at=None) if state == State.RETRYABLE else Q(state=state)


def failed_with(reason: str) -> QuerySet[Attempt, Any]:
    """For a subquery: the jobs of which an attempt failed so, by the index of failures alone."""
    failures = Attempt.objects.filter(result__in=Attempt.FAILURES, error_class=reason)
    return failures.order_by().values("job")


def ended_with(outcome: str) -> QuerySet[Attempt, Any]:
    return Attempt.objects.filter(facts__outcome=outcome).order_by().values("job")


def find_text(text: str) -> Q:
    """What somebody typed: a number, "keyword: tea", "error: timeout", "user: anna", or anything."""
    word, colon, rest = text.partition(":")
    word, rest = word.strip().lower(), rest.strip()
    if colon and word in known_words():
        return _find_word(word, rest)
    if text.isdecimal() and Job.objects.filter(pk=text).exists():
        return Q(pk=text)
    return find_by_subject(text) | _of_user(text) | Q(error__icontains=text)


def known_words() -> list[str]:
    return ["id", "key", "error", "request", "user", *searchable_words()]


def _find_word(word: str, text: str) -> Q:
    match word:
        case "id":
            return Q(pk=_read_number("id", text))
        case "key":
            return Q(unique_key=text)
        case "error":
            return Q(error__icontains=text)
        case "request":
            return Q(batch__in=Batch.objects.exclude(request_id="").filter(request_id=text))
        case "user":
            return _of_user(text)
        case _:
            return find_by_subject(text, word)


def _of_user(text: str) -> Q:
    users = get_user_model().objects.filter(Q(email__icontains=text) | Q(username__icontains=text))
    return Q(owner__in=users.values("pk"))


def _read_number(name: str, value: Any) -> int | None:
    if value in (None, ""):
        return None
    try:
        return int(value)
    except (TypeError, ValueError):
        raise FilterMistake(f"{name} must be a number, not {value!r}.") from None


def _read_ids(value: Any) -> tuple[int, ...]:
    parts = [part for part in value.split(",") if part.strip()] if isinstance(value, str) else value
    try:
        return tuple(int(part) for part in parts)
    except (TypeError, ValueError):
        raise FilterMistake("ids must be numbers, separated by commas.") from None
