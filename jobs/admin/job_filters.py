"""The filters beside the table of jobs, its tabs, and what its rows are about.

The filters only show choices and take their parameter: what it means is said by JobFilter, once.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib.admin import SimpleListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth import get_user_model
from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Now
from django.http import HttpRequest

from jobs.admin import keyset
from jobs.admin.base import COUNT_LIMIT, KNOWN_COUNT
from jobs.admin.cells import SIGNS, show_count
from jobs.models import Attempt, Batch, Job, JobQuerySet, Queue, Worker
from jobs.registry import known_kinds
from jobs.selection import AGES, HELD, SCHEDULED, FilterMistake, JobFilter, in_state
from jobs.states import State
from jobs.subjects import describe_briefly

TABS = (
    State.AVAILABLE,
    SCHEDULED,
    HELD,
    State.RUNNING,
    State.RETRYABLE,
    State.COMPLETED,
    State.DISCARDED,
    State.CANCELLED,
)

Choices = list[tuple[str, str]]
# So many rows are looked through for choices, and so many are offered.
LATELY, CHOICES = 1000, 10


class JobParameter(SimpleListFilter):
    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """JobChangeList narrows by all of them together."""

    @property
    def chosen(self) -> str:
        return str(self.value() or "")


class StateParameter(JobParameter):
    """Shown as tabs."""

    title, parameter_name = "state", "state"


class QueueParameter(JobParameter):
    title, parameter_name = "queue", "queue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(name, name) for name in Queue.objects.values_list("name", flat=True)]


class KindParameter(JobParameter):
    title, parameter_name = "kind", "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(kind, kind) for kind in known_kinds()]


class AgeParameter(JobParameter):
    title, parameter_name = "age", "age"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(key, words) for key, (words, _) in AGES.items()]


class ErrorParameter(JobParameter):
    """Comes from links of Operations; here it is shown, and can be taken away."""

    title, parameter_name = "error", "error"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        return [(self.chosen, f"contains “{self.chosen}”")] if self.chosen else []


class LatelyParameter(JobParameter):
    """Choices are what the newest jobs or attempts have; what is chosen is always among them."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        found = self.latest()
        if self.chosen and self.chosen not in dict(found):
            found = [(self.chosen, self.name(self.chosen)), *found]
        return found

    def latest(self) -> Choices:
        return []

    def name(self, value: str) -> str:
        return value


class ReasonParameter(LatelyParameter):
    title, parameter_name = "error class", "reason"

    def latest(self) -> Choices:
        failed = Attempt.objects.filter(result__in=Attempt.FAILURES).order_by("-id")
        return _distinct(failed.values_list("error_class", flat=True))


class OutcomeParameter(LatelyParameter):
    title, parameter_name = "outcome", "outcome"

    def latest(self) -> Choices:
        newest = Attempt.objects.order_by("-id")
        return _distinct(newest.values_list(KeyTextTransform("outcome", "facts"), flat=True))


class RowParameter(LatelyParameter):
    """A row of another table."""

    model: ClassVar[Any]
    parameter_name: str  # the column of jobs, too

    def name(self, value: str) -> str:
        row = self.model.objects.filter(pk=value).first() if value.isdecimal() else None
        return str(row or value)

    def latest(self) -> Choices:
        newest = Job.objects.order_by("-id").values_list(self.parameter_name, flat=True)
        ids = [int(id_) for id_, _ in _distinct(newest)]
        rows = self.model.objects.in_bulk(ids)
        return [(str(id_), str(rows[id_])) for id_ in ids if id_ in rows]


class OwnerParameter(RowParameter):
    title, parameter_name, model = "user", "owner", get_user_model()


class BatchParameter(RowParameter):
    title, parameter_name, model = "list or batch", "batch", Batch


class WorkerParameter(RowParameter):
    """Comes from links of Operations: processes come and go too fast to choose one of a list."""

    title, parameter_name, model = "worker", "worker", Worker

    def latest(self) -> Choices:
        return []


FILTERS = (
    StateParameter,
    QueueParameter,
    KindParameter,
    AgeParameter,
    OutcomeParameter,
    ReasonParameter,
    ErrorParameter,
    OwnerParameter,
    BatchParameter,
    WorkerParameter,
    *keyset.PLACE,
)


def _distinct(newest: "QuerySet[Any, Any]") -> Choices:
    """The values that the newest rows have, in the order in which they came up."""
    values = dict.fromkeys(str(value) for value in newest[:LATELY] if value)
    return [(value, value) for value in list(values)[:CHOICES]]


class JobChangeList(ChangeList):
    job_filter: JobFilter
    stretch: keyset.Stretch
    counts: dict[str, int]

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str | None] | None = None
    ) -> QuerySet[Job]:
        rows: QuerySet[Job] = super().get_queryset(request, exclude_parameters)
        try:
            self.job_filter = JobFilter.read(request.GET.dict())
            return self.job_filter.narrow(rows)  # type: ignore[arg-type]  # a JobQuerySet
        except FilterMistake as mistake:
            raise IncorrectLookupParameters(str(mistake)) from mistake

    def get_results(self, request: HttpRequest) -> None:
        self.counts = count_states(self.job_filter.without_state())
        state = self.job_filter.state
        known = self.counts.get(state, 0) if state else sum(self.counts.values())
        # Read by CappedPaginator, so that it need not count once more.
        setattr(self.queryset, KNOWN_COUNT, known)
        super().get_results(request)
        self.stretch = keyset.take(self.queryset, request, self.list_per_page)
        rows: list[Any] = list(self.stretch.rows)
        described, outcomes = describe_briefly(rows), last_outcomes(rows)
        for job in rows:
            job.subjects = described.get(job.pk, [])
            job.outcome = outcomes.get(job.pk, "")
        self.result_list = rows

    @property
    def newer_url(self) -> str:
        return self._place(keyset.NEWER, self.stretch.newer)

    @property
    def older_url(self) -> str:
        return self._place(keyset.OLDER, self.stretch.older)

    def _place(self, name: str, id_: int | None) -> str:
        """ "" where there is no such page."""
        gone = [keyset.NEWER, keyset.OLDER]
        return "" if id_ is None else self.get_query_string({name: str(id_)}, gone)

    @property
    def tabs(self) -> list[dict[str, Any]]:
        counts = self.counts
        return [self._tab("", "All", sum(counts.values()))] + [
            self._tab(state, str(state).capitalize(), counts.get(state, 0)) for state in TABS
        ]

    def _tab(self, state: str, label: str, count: int) -> dict[str, Any]:
        return {
            "label": label,
            "sign": SIGNS.get(state, ""),
            "name": state or "all",
            "count": show_count(count, COUNT_LIMIT),
            "chosen": self.job_filter.state == state,
            "url": self.get_query_string(
                {"state": state} if state else {}, ["state", keyset.NEWER, keyset.OLDER]
            ),
        }


def last_outcomes(jobs: Sequence[Job]) -> dict[int, str]:
    """By job id: what its handler said of the last attempt, or else how that ended."""
    attempts = Attempt.objects.filter(job__in=[job.pk for job in jobs]).order_by("job", "-id")
    rows = attempts.distinct("job").values_list("job", "facts__outcome", "result")
    return {job: str(said or result) for job, said, result in rows}


def count_states(chosen: JobFilter) -> dict[str, int]:
    """By state. Exact and in one scan for a search in texts; else each to COUNT_LIMIT + 1."""
    if chosen.q or chosen.error or chosen.reason or chosen.outcome:
        apart = [When(in_state(name), then=Value(name)) for name in (HELD, SCHEDULED)]
        state = Case(*apart, default="state")
        grouped = chosen.jobs().order_by().annotate(tab=state).values_list("tab")
        return dict(grouped.annotate(Count("pk")))
    rows = chosen.jobs().order_by()
    counts = {str(tab): sum(_count(rows.filter(each)) for each in parts) for tab, parts in PARTS}
    return {tab: min(count, COUNT_LIMIT + 1) for tab, count in counts.items()}


def _count(jobs: JobQuerySet) -> int:
    return jobs[: COUNT_LIMIT + 1].count()


# A state in pieces that each have a partial index.
PARTS: list[tuple[str, list[Q]]] = [
    (
        State.AVAILABLE,
        [
            Q(state=State.AVAILABLE, turn__isnull=False, held_at=None),
            Q(state=State.AVAILABLE, turn=None, held_at=None, scheduled_at__lte=Now()),
        ],
    ),
    (SCHEDULED, [in_state(SCHEDULED)]),
    (State.RUNNING, [Q(state=State.RUNNING)]),
    (State.RETRYABLE, [Q(state=State.RETRYABLE, turn=None, held_at=None)]),
    (HELD, [in_state(HELD)]),
    (State.COMPLETED, [Q(state=State.COMPLETED)]),
    (State.DISCARDED, [Q(state=State.DISCARDED)]),
    (State.CANCELLED, [Q(state=State.CANCELLED)]),
]
