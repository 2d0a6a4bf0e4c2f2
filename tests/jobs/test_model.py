"""The state machine and the claim order against a plain Python model, on real Postgres.

Hypothesis chooses what operators, users and workers do, in any order; after each step every job of the
database must be what the model says.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from jobs import control, lifecycle
from jobs.claiming import Claimer
from jobs.enqueue import NewJob, enqueue, enqueue_many
from jobs.lifecycle import Ending
from jobs.models import Attempt, Job, Queue
from jobs.registry import ClaimedJob
from jobs.states import FINISHED, UNFINISHED, WAITING, State
from jobs.unique import enqueue_unique
from tests.jobs.rows import make_queue, make_worker

QUEUES = ("work", "other")
OWNERS = (1, 2, 3)
KEYS = ("a", "b")
LATER = timedelta(hours=1)

# name -> (state, result, waits, refund)
OUTCOMES: dict[str, tuple[State, Attempt.Result, bool, bool]] = {
    "complete": (State.COMPLETED, Attempt.Result.COMPLETED, False, False),
    "fail": (State.RETRYABLE, Attempt.Result.FAILED, True, False),
    "discard": (State.DISCARDED, Attempt.Result.DISCARDED, False, False),
    "snooze": (State.AVAILABLE, Attempt.Result.SNOOZED, True, True),
    "stop": (State.CANCELLED, Attempt.Result.CANCELLED, False, False),
}


@dataclass(slots=True, kw_only=True)
class ModelJob:
    id: int
    queue: str
    owner: int
    priority: int
    key: str | None
    max_attempts: int
    turn: int | None
    due: bool  # its time has come
    at: int  # the order of the times for which jobs wait; -1: long ago
    state: State = State.AVAILABLE
    attempt: int = 0
    held: bool = False
    worker: int | None = None
    results: list[str] = field(default_factory=list)

    @property
    def is_claimable(self) -> bool:
        return self.state == State.AVAILABLE and self.turn is not None and not self.held


class Model:
    """What should be. Nothing here knows SQL."""

    def __init__(self) -> None:
        self.jobs: dict[int, ModelJob] = {}
        self.clock = dict.fromkeys(QUEUES, 0)
        self.paused: set[str] = set()

    def add(self, id_: int, new: NewJob, *, turn: int | None, at: int) -> None:
        self.jobs[id_] = ModelJob(
            id=id_,
            queue=new.queue,
            owner=new.owner,
            priority=new.priority,
            key=new.unique_key,
            max_attempts=new.max_attempts or 0,
            turn=turn,
            due=turn is not None,
            at=at,
        )

    def in_state(self, *states: State) -> list[ModelJob]:
        return [job for job in self.jobs.values() if job.state in states]

    def line(self, queue: str, owner: int) -> list[ModelJob]:
        mine = (j for j in self.jobs.values() if (j.queue, j.owner) == (queue, owner))
        return sorted((j for j in mine if j.is_claimable), key=lambda j: (j.turn, j.id))

    def last_turn(self, queue: str, owner: int) -> int:
        turns = [job.turn for job in self.line(queue, owner) if job.turn is not None]
        return max([self.clock[queue], *turns])

    def has_key(self, key: str | None) -> bool:
        return key is not None and any(job.key == key for job in self.in_state(*UNFINISHED))

    def next_jobs(self, queue: str, most: int) -> list[ModelJob]:
        waiting = [j for j in self.jobs.values() if j.queue == queue and j.is_claimable]
        return sorted(waiting, key=lambda j: (j.priority, j.turn, j.id))[:most]

    def claim(self, job: ModelJob, worker: int) -> None:
        assert job.turn is not None
        job.state, job.worker, job.attempt = State.RUNNING, worker, job.attempt + 1
        self.clock[job.queue] = max(self.clock[job.queue], job.turn)

    def time_passes(self) -> None:
        for job in self.in_state(*WAITING):
            if job.turn is None:
                job.due, job.at = True, -1

    def stage(self) -> None:
        due = [j for j in self.in_state(*WAITING) if j.turn is None and j.due]
        last = {(j.queue, j.owner): self.last_turn(j.queue, j.owner) for j in due}
        for job in sorted(due, key=lambda j: (j.at, j.id)):
            if job.state == State.RETRYABLE:
                job.turn = self.clock[job.queue]
            else:
                last[job.queue, job.owner] += 1
                job.turn = last[job.queue, job.owner]
            job.state = State.AVAILABLE

    def rescue(self, worker: int, now: int) -> None:
        for job in self.in_state(State.RUNNING):
            if job.worker == worker:
                out = job.attempt >= job.max_attempts
                job.state = State.DISCARDED if out else State.AVAILABLE
                job.turn = self.clock[job.queue]
                job.due, job.at = True, now
                job.results.append("crashed")

    def release(self, jobs: list[ModelJob]) -> None:
        for job in jobs:
            job.held = False
        for queue, owner in {(j.queue, j.owner) for j in jobs if j.state == State.AVAILABLE}:
            last = self.clock[queue]
            for job in self.line(queue, owner):
                assert job.turn is not None
                last = job.turn = max(job.turn, last + 1)


class JobsMachine(RuleBasedStateMachine):
    """Jobs are chosen by a number: the n-th of those that fit, whatever their ids are."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.leases: dict[int, ClaimedJob] = {}  # of running jobs
        self.lost: list[ClaimedJob] = []  # leases that were taken away
        self.now = datetime.now(UTC)
        self.numbers = count()
        for name in QUEUES:
            make_queue(name)
        self.ids = {name: Queue.objects.get(name=name).pk for name in QUEUES}
        self.workers = [make_worker() for _ in range(2)]

    def teardown(self) -> None:
        Attempt.objects.all().delete()
        Job.objects.all().delete()
        Queue.objects.filter(name__in=QUEUES).delete()

    # what users do

    @rule(
        queue=st.sampled_from(QUEUES),
        owner=st.sampled_from(OWNERS),
        priority=st.sampled_from((0, 5, 5, 9)),
        count=st.integers(1, 6),
        later=st.sampled_from((False, False, False, True)),
    )
    def enqueue(self, queue: str, owner: int, priority: int, count: int, later: bool) -> None:
        new = NewJob(
            kind="test.work",
            queue=queue,
            owner=owner,
            priority=priority,
            max_attempts=count % 3 + 1,
            scheduled_at=self.now + LATER if later else None,
        )
        turn = self.model.last_turn(queue, owner)
        for place, id_ in enumerate(enqueue_many([new] * count), 1):
            self.model.add(id_, new, turn=None if later else turn + place, at=next(self.numbers))

    @rule(queue=st.sampled_from(QUEUES), key=st.sampled_from(KEYS))
    def enqueue_with_key(self, queue: str, key: str) -> None:
        new = NewJob(kind="test.work", queue=queue, owner=1, unique_key=key, max_attempts=2)
        turn = self.model.last_turn(queue, 1) + 1
        if self.model.has_key(key):
            with pytest.raises(IntegrityError), transaction.atomic():
                enqueue(new)
        else:
            self.model.add(enqueue(new), new, turn=turn, at=next(self.numbers))

    @rule(key=st.sampled_from(KEYS), also_finished=st.booleans())
    def enqueue_once(self, key: str, also_finished: bool) -> None:
        states = set(UNFINISHED) | (set(FINISHED) if also_finished else set())
        standing = [j.id for j in self.model.jobs.values() if j.key == key and j.state in states]
        turn = self.model.last_turn("work", 1) + 1
        new = NewJob(kind="test.work", queue="work", owner=1, unique_key=key, max_attempts=2)
        got = enqueue_unique(new, finished=FINISHED if also_finished else ())
        assert got.is_new == (not standing)
        if standing:
            assert got.id == max(standing)
        else:
            self.model.add(got.id, new, turn=turn, at=next(self.numbers))

    # what workers do

    @rule(worker=st.integers(0, 1), free=st.integers(1, 4))
    def claim(self, worker: int, free: int) -> None:
        """Of one queue at a time, so that the order is known."""
        self.stage()
        for queue in QUEUES:
            self._claim_of(queue, worker, free)

    def _claim_of(self, queue: str, worker: int, free: int) -> None:
        expected = [] if queue in self.model.paused else self.model.next_jobs(queue, free)
        me = self.workers[worker]
        claimer = Claimer(worker_id=me.pk, node_id=me.node_id, only_queues=frozenset({queue}))
        starts, _ = claimer.claim_due(free=free, running={})
        claimer.move_clocks()
        assert [start.job.id for start in starts] == [job.id for job in expected]
        for start, job in zip(starts, expected, strict=True):
            self.model.claim(job, worker)
            self.leases[job.id] = start.job

    @precondition(lambda self: self.leases)
    @rule(which=st.integers(0, 99), outcome=st.sampled_from(sorted(OUTCOMES)))
    def settle(self, which: int, outcome: str) -> None:
        claimed = self._choose(list(self.leases.values()), which)
        assert lifecycle.settle([self._ending(claimed, outcome)], worker_name="w") == {claimed.id}
        state, result, waits, refund = OUTCOMES[outcome]
        job = self.model.jobs[claimed.id]
        if outcome == "fail" and job.attempt == job.max_attempts:
            state = State.DISCARDED
        job.state, job.attempt = state, job.attempt - refund
        if waits and state in WAITING:
            job.turn, job.due = None, False
        job.results.append(str(result))
        del self.leases[claimed.id]
        self.lost.append(claimed)

    def _ending(self, claimed: ClaimedJob, outcome: str) -> Ending:
        state, result, waits, refund = OUTCOMES[outcome]
        if outcome == "fail" and claimed.attempt == claimed.max_attempts:
            state, waits = State.DISCARDED, False
        at = self.now + LATER if waits else None
        return Ending(
            job=claimed,
            state=state,
            result=result,
            finished_at=self.now,
            scheduled_at=at,
            refund=refund,
        )

    @precondition(lambda self: self.lost)
    @rule(which=st.integers(0, 99), outcome=st.sampled_from(sorted(OUTCOMES)))
    def settle_without_lease(self, which: int, outcome: str) -> None:
        claimed = self._choose(self.lost, which)
        assert lifecycle.settle([self._ending(claimed, outcome)], worker_name="w") == set()

    @precondition(lambda self: self.leases)
    @rule(which=st.integers(0, 99))
    def hand_back(self, which: int) -> None:
        claimed = self._choose(list(self.leases.values()), which)
        assert lifecycle.hand_back([claimed]) == 1
        job = self.model.jobs[claimed.id]
        job.state, job.attempt = State.AVAILABLE, job.attempt - 1
        del self.leases[claimed.id]
        self.lost.append(claimed)

    @rule(worker=st.integers(0, 1))
    def rescue(self, worker: int) -> None:
        theirs = [id_ for id_ in self.leases if self.model.jobs[id_].worker == worker]
        assert lifecycle.rescue([self.workers[worker].pk]) == len(theirs)
        self.model.rescue(worker, next(self.numbers))
        self._lose(theirs)

    # what time does

    @rule()
    def time_passes(self) -> None:
        """All that waits for its time is due."""
        waiting = Job.objects.filter(state__in=WAITING, turn=None)
        waiting.update(scheduled_at=self.now - LATER)
        self.model.time_passes()

    @rule()
    def stage(self) -> None:
        lifecycle.stage()
        self.model.stage()

    # what operators do

    @precondition(lambda self: self.model.jobs)
    @rule(which=st.integers(0, 99))
    def cancel(self, which: int) -> None:
        job = self._choose(list(self.model.jobs.values()), which)
        was = job.state
        assert lifecycle.cancel([job.id]) == ([job.id] if was in UNFINISHED else [])
        if was in UNFINISHED:
            job.state = State.CANCELLED
        if was == State.RUNNING:
            job.results.append("cancelled")
            self._lose([job.id])

    @precondition(lambda self: self.model.jobs)
    @rule(which=st.integers(0, 99))
    def retry(self, which: int) -> None:
        job = self._choose(list(self.model.jobs.values()), which)
        others = [j for j in self.model.in_state(*UNFINISHED) if j.key == job.key and j is not job]
        can = job.state in FINISHED | {State.RETRYABLE} and not (job.key and others)
        assert lifecycle.retry([job.id]) == ([job.id] if can else [])
        if can:
            job.state, job.turn, job.held = State.AVAILABLE, None, False
            job.due, job.at = True, next(self.numbers)
            job.max_attempts = max(job.max_attempts, job.attempt + 1)

    @precondition(lambda self: self.model.in_state(*WAITING))
    @rule(which=st.integers(0, 99), priority=st.integers(0, 9))
    def change_priority(self, which: int, priority: int) -> None:
        job = self._choose(self.model.in_state(*WAITING), which)
        assert control.set_priority([job.id], priority, by="anna") == 1
        job.priority = priority

    @precondition(lambda self: self.model.in_state(*WAITING))
    @rule(which=st.integers(0, 99), queue=st.sampled_from(QUEUES))
    def move(self, which: int, queue: str) -> None:
        job = self._choose(self.model.in_state(*WAITING), which)
        assert control.move_jobs([job.id], queue, by="anna") == 1
        job.queue, job.turn = queue, None

    @rule(queue=st.sampled_from(QUEUES))
    def pause_or_resume(self, queue: str) -> None:
        if queue in self.model.paused:
            control.resume_queue(queue, by="anna")
        else:
            control.pause_queue(queue, by="anna")
        self.model.paused ^= {queue}

    @precondition(lambda self: self.model.in_state(*UNFINISHED))
    @rule(which=st.lists(st.integers(0, 99), min_size=1, max_size=4))
    def hold(self, which: list[int]) -> None:
        jobs = [self._choose(self.model.in_state(*UNFINISHED), n) for n in which]
        new = {j.id for j in jobs if not j.held and j.state != State.RUNNING}
        assert control.hold_jobs([job.id for job in jobs], by="anna") == len(new)
        for job in jobs:
            job.held = True

    @precondition(lambda self: any(j.held for j in self.model.in_state(*UNFINISHED)))
    @rule()
    def release(self) -> None:
        held = [j for j in self.model.in_state(*UNFINISHED) if j.held]
        waiting = [j for j in held if j.state != State.RUNNING]
        assert control.release_jobs([job.id for job in held], by="anna") == len(waiting)
        self.model.release(held)

    # what must hold

    @invariant()
    def is_what_the_model_says(self) -> None:
        names = {pk: name for name, pk in self.ids.items()}
        for row in Job.objects.filter(queue__in=names):
            job = self.model.jobs[row.pk]
            seen = (row.state, row.attempt, row.max_attempts, row.priority, names[row.queue_id])
            assert seen == (job.state, job.attempt, job.max_attempts, job.priority, job.queue), job
            if job.state in WAITING:
                assert (row.turn, row.held_at is not None) == (job.turn, job.held), job
        assert Job.objects.filter(queue__in=names).count() == len(self.model.jobs)

    @invariant()
    def every_attempt_is_written_down(self) -> None:
        results: dict[int, list[str]] = {id_: [] for id_ in self.model.jobs}
        for job_id, result in Attempt.objects.order_by("pk").values_list("job_id", "result"):
            results[job_id].append(result)
        assert results == {id_: job.results for id_, job in self.model.jobs.items()}

    @invariant()
    def the_clocks_agree(self) -> None:
        """The clock of a queue without limits may lag a moment: here the claimer moves it at once."""
        turns = dict(Queue.objects.filter(name__in=QUEUES).values_list("name", "turn"))
        assert turns == self.model.clock

    def _choose(self, items: list[Any], which: int) -> Any:
        return items[which % len(items)]

    def _lose(self, ids: list[int]) -> None:
        self.lost += [self.leases.pop(id_) for id_ in ids]


@pytest.mark.django_db(transaction=True)
def test_the_database_does_what_the_model_says() -> None:
    bounded = settings(
        max_examples=30,
        stateful_step_count=40,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        # To study a failure, add Phase.shrink: it takes minutes.
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
    )
    run_state_machine_as_test(JobsMachine, settings=bounded)
