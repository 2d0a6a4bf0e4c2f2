"""One act on many jobs: first what would happen, in numbers, then the act, in bounded steps."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q

from jobs import control
from jobs.audit import record
from jobs.models import Job, JobQuerySet
from jobs.selection import JobFilter
from jobs.states import FINISHED, UNFINISHED, WAITING, State

ALL = Q()
SAMPLE = 10
STEP = 5000
# A request ends by then, whatever is left: the page offers to go on.
SECONDS = 10.0

# ids, who, and what the act needs besides; returns how many it did
Perform = Callable[..., int]


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAct:
    """`states` and `where`: which jobs it can be done to. `cautions`: what to say of jobs in a state where it can be
    done. `needs`: the name of its one parameter, or ""."""

    name: str
    label: str
    done: str
    states: frozenset[State]
    where: Q = ALL
    perform: Perform
    needs: str = ""
    cautions: Mapping[State, str]

    def narrow(self, jobs: JobQuerySet) -> JobQuerySet:
        """Those of the jobs that it can be done to."""
        return jobs.filter(self.where, state__in=self.states)


def _named(acts: list[BulkAct]) -> dict[str, BulkAct]:
    return {act.name: act for act in acts}


ACTS = _named(
    [
        BulkAct(
            name="cancel",
            label="Cancel",
            done="cancelled",
            states=UNFINISHED,
            perform=control.cancel_jobs,
            cautions={State.RUNNING: "running: told to stop, and no results are written"},
        ),
        BulkAct(
            name="retry",
            label="Retry",
            done="queued again",
            states=FINISHED | {State.RETRYABLE},
            perform=control.retry_jobs,
            cautions={State.COMPLETED: "completed: done a second time"},
        ),
        BulkAct(
            name="hold",
            label="Hold",
            done="held",
            states=WAITING,
            where=Q(held_at=None),
            perform=control.hold_jobs,
            cautions={},
        ),
        BulkAct(
            name="release",
            label="Release",
            done="released",
            states=WAITING,
            where=Q(held_at__isnull=False),
            perform=control.release_jobs,
            cautions={},
        ),
        BulkAct(
            name="run_now",
            label="Run now",
            done="made due",
            states=WAITING,
            where=Q(turn=None),
            perform=control.run_now,
            cautions={},
        ),
        BulkAct(
            name="set_priority",
            label="Set priority",
            done="given the priority",
            states=WAITING,
            perform=control.set_priority,
            needs="priority",
            cautions={},
        ),
        BulkAct(
            name="move",
            label="Move to queue",
            done="moved",
            states=WAITING,
            perform=control.move_jobs,
            needs="queue",
            cautions={},
        ),
        BulkAct(
            name="delete",
            label="Delete",
            done="deleted",
            states=FINISHED,
            perform=control.delete_jobs,
            cautions={State.COMPLETED: "completed: the history goes, the results stay"},
        ),
    ]
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an act would do: `chosen` jobs, of which `affected` can be acted upon."""

    filter: JobFilter  # closed at the newest job: later ones are not meant
    chosen: int
    affected: int
    notes: tuple[str, ...]  # "3 are running: …"
    sample: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    done: int
    rest: JobFilter | None  # what the time did not suffice for


def plan(act: BulkAct, chosen: JobFilter) -> Plan:
    closed = close(chosen)
    jobs = closed.jobs()
    counts = dict(jobs.order_by().values_list("state").annotate(Count("pk")))
    states = [State(state) for state in sorted(counts)]
    affected = act.narrow(jobs)
    sample = affected.select_related("queue").order_by("pk")[:SAMPLE]
    return Plan(
        filter=closed,
        chosen=sum(counts.values()),
        affected=affected.count(),
        notes=tuple(_note(act, state, counts[state]) for state in states if _note(act, state, 1)),
        sample=tuple(sample),
    )


def close(chosen: JobFilter) -> JobFilter:
    """The same filter without jobs that are made after this moment."""
    if chosen.up_to is not None:
        return chosen
    newest = Job.objects.aggregate(newest=Max("pk"))["newest"]
    return JobFilter.read({**chosen.write(), "up_to": newest or 0})


def perform(
    act: BulkAct, chosen: JobFilter, *, by: str, seconds: float = SECONDS, **parameters: Any
) -> Progress:
    """Acts on what the filter means until it is done or the time is up."""
    progress = _step_through(act, chosen, by=by, until=time.monotonic() + seconds, **parameters)
    if len(chosen.ids) != 1:  # the act's own entries tell how many of them, and not what was meant
        after = {"filter": chosen.in_words(), "jobs": progress.done, **parameters}
        record(f"{act.name} many", by=by, after=after)
    return progress


def _step_through(
    act: BulkAct, chosen: JobFilter, *, by: str, until: float, **parameters: Any
) -> Progress:
    done, after = 0, 0
    jobs = act.narrow(chosen.jobs()).order_by("pk")
    while True:
        ids = list(jobs.filter(pk__gt=after).values_list("pk", flat=True)[:STEP])
        if ids:
            done += act.perform(ids, by=by, **parameters)
            after = ids[-1]
        if len(ids) < STEP:
            return Progress(done, None)
        if time.monotonic() > until:
            return Progress(done, _rest(chosen, after))


def _rest(chosen: JobFilter, after: int) -> JobFilter:
    return JobFilter.read({**chosen.write(), "after": after})


def _note(act: BulkAct, state: State, count: int) -> str:
    verb = "is" if count == 1 else "are"
    if state in act.cautions:
        return f"{count:,} {verb} {act.cautions[state]}"
    if state not in act.states:
        return f"{count:,} {verb} {state}: left alone"
    return ""
