"""What came of one run of a list, in numbers."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count

from jobs.states import State
from keywords.models import Search
from serp.types import Outcome

REFUSALS = frozenset(
    {Outcome.BLOCKED, Outcome.RATE_LIMITED, Outcome.CONSENT, Outcome.JS_REQUIRED, Outcome.QUOTA}
)


@dataclass(frozen=True, slots=True)
class RunReport:
    """`outcomes` counts searches by outcome; "" is one that ended without any."""

    list_id: int
    outcomes: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.outcomes.values())

    @property
    def good(self) -> int:
        return self.outcomes.get(Outcome.OK, 0) + self.outcomes.get(Outcome.EMPTY, 0)

    @property
    def refused(self) -> int:
        return sum(count for outcome, count in self.outcomes.items() if outcome in REFUSALS)

    @property
    def cancelled(self) -> int:
        return self.outcomes.get(Outcome.CANCELLED, 0)

    @property
    def failed(self) -> int:
        return self.total - self.good - self.refused - self.cancelled

    @property
    def refused_percent(self) -> float:
        return 100 * self.refused / self.total if self.total else 0.0

    def describe(self) -> dict[str, int]:
        """What a notification keeps of it, and a webhook sends."""
        return {
            "total": self.total,
            "good": self.good,
            "refused": self.refused,
            "failed": self.failed,
            "cancelled": self.cancelled,
        }


def report_runs(batch_id: int) -> list[RunReport]:
    """One for each list that the batch has searches of; one query."""
    rows = (
        Search.objects.filter(job__batch=batch_id)
        .order_by()
        .values_list("keyword__keyword_list", "outcome", "job__state")
        .annotate(Count("pk"))
    )
    outcomes: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for list_id, outcome, state, count in rows:
        # An operator's cancelling writes no outcome.
        known = Outcome.CANCELLED.value if state == State.CANCELLED else outcome
        outcomes[list_id][known] += count
    return [RunReport(list_id, dict(found)) for list_id, found in sorted(outcomes.items())]
