"""A keyword's status and outcome: its latest search's job state, and what that search found.

    available -> waiting    running -> running    retryable -> retrying
    completed -> done       discarded -> failed   cancelled -> cancelled

A pruned job leaves its search behind, whose outcome then tells.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Case, CharField, F, Q, TextChoices, Value, When

from jobs.states import State
from serp.types import Outcome

if TYPE_CHECKING:
    from keywords.models import KeywordList


class Status(TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    RETRYING = "retrying", "Retrying"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


UNFINISHED = frozenset({Status.WAITING, Status.RUNNING, Status.RETRYING})
STATUS_OF_STATE = {
    State.AVAILABLE: Status.WAITING,
    State.RUNNING: Status.RUNNING,
    State.RETRYABLE: Status.RETRYING,
    State.COMPLETED: Status.DONE,
    State.DISCARDED: Status.FAILED,
    State.CANCELLED: Status.CANCELLED,
}
# What a search may have found when its job is completed.
DONE_OUTCOMES = (Outcome.OK, Outcome.EMPTY, Outcome.DEGRADED)
# Standings (see keywords.standings) that are no outcomes.
RETRYING = "retrying"
STANDING_UNFINISHED = ("", RETRYING)
# Of those that failed without an outcome: the attempt itself did not come to an end.
NO_OUTCOME = "none"


@dataclass(frozen=True, slots=True)
class Counts:
    """Keywords of a list. `by_status` has every status; `by_outcome` those that occur, of finished
    searches only: what an attempt found that will be repeated is no result."""

    total: int = 0
    by_status: Mapping[Status, int] = field(default_factory=lambda: dict.fromkeys(Status, 0))
    by_outcome: Mapping[str, int] = field(default_factory=dict)

    @property
    def finished(self) -> int:
        return self.total - self.unfinished

    @property
    def unfinished(self) -> int:
        return sum(self.by_status[status] for status in UNFINISHED)


def status_of(search: str = "latest_search") -> Case:
    """The status as an expression; `search` is the path to the search, "" on searches themselves."""
    path = f"{search}__" if search else ""
    of_jobs = [
        When(Q(**{f"{path}job__state": state}), then=Value(status))
        for state, status in STATUS_OF_STATE.items()
    ]
    return Case(
        *of_jobs,
        When(Q(**{f"{path}pk": None}), then=Value(Status.WAITING)),
        When(Q(**{f"{path}outcome__in": DONE_OUTCOMES}), then=Value(Status.DONE)),
        # A search that ended before anything was asked was cancelled.
        When(Q(**{f"{path}outcome": Outcome.CANCELLED}), then=Value(Status.CANCELLED)),
        When(Q(**{f"{path}outcome": "", f"{path}reason": ""}), then=Value(Status.CANCELLED)),
        default=Value(Status.FAILED),
        output_field=CharField(),
    )


def outcome_of(search: str = "latest_search") -> Case:
    """The outcome as an expression. An operator's cancelling writes no outcome, so the job tells."""
    path = f"{search}__" if search else ""
    return Case(
        When(Q(**{f"{path}job__state": State.CANCELLED}), then=Value(Outcome.CANCELLED)),
        When(Q(**{f"{path}pk": None}), then=Value("")),
        default=F(f"{path}outcome"),
        output_field=CharField(),
    )


def count_statuses(keyword_list: "KeywordList") -> Counts:
    return count_lists([keyword_list.pk])[keyword_list.pk]


def count_statuses_of(lists: Iterable["KeywordList"]) -> dict[int, Counts]:
    """By list id, in one query."""
    return count_lists([keyword_list.pk for keyword_list in lists])


def count_lists(list_ids: Iterable[int]) -> dict[int, Counts]:
    """By list id, in one query, whatever their sizes."""
    from keywords.standings import count_standings  # noqa: PLC0415 - models import this module

    standings: dict[int, dict[str, int]] = {list_id: {} for list_id in list_ids}
    for list_id, standing, count in count_standings(standings):
        standings[list_id][standing] = count
    return {list_id: add_up(found) for list_id, found in standings.items()}


def add_up(standings: Mapping[str, int]) -> Counts:
    """Those that run are among those without a standing."""
    by_status = dict.fromkeys(Status, 0)
    by_outcome: dict[str, int] = defaultdict(int)
    running = standings.get(Status.RUNNING, 0)
    for standing, count in standings.items():
        if standing == Status.RUNNING:
            by_status[Status.RUNNING] += count
        elif standing == "":
            by_status[Status.WAITING] += count - running
        else:
            by_status[status_of_standing(standing)] += count
            if standing not in {RETRYING, NO_OUTCOME}:
                by_outcome[standing] += count
    return Counts(sum(by_status.values()), by_status, dict(by_outcome))


def status_of_standing(standing: str) -> Status:
    """Of what is finished, or waits for its next attempt."""
    if standing in DONE_OUTCOMES:
        return Status.DONE
    known = {RETRYING: Status.RETRYING, Outcome.CANCELLED: Status.CANCELLED}
    return known.get(standing, Status.FAILED)
