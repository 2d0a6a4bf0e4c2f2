"""Taking the jobs that may start now, each with its queue's slot, in one short transaction.

What may start is decided under the lock of the queue's row where the queue has limits, so that all
workers of all nodes share them; a queue without limits is claimed in one statement without that lock.
"""

import random
import time
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from jobs import lifecycle
from jobs.plans import NOT_WAITING_FOR_DISK, fetch_unsorted
from jobs.registry import ClaimedJob
from jobs.slots import Clock, Lead, TimedSlot
from jobs.throttle import Pace, Rate, begin_late, grant, next_slot

# A slot this near (seconds) is claimed now and waited for by the job's thread: the time that the
# claim itself takes is then not lost.
HORIZON = 0.03
# Another worker holds the queue's row for the few milliseconds of its own claim.
BUSY_AGAIN = 0.004
# All that may run of a queue runs, some of it elsewhere: whoever ends one takes the next, and we
# look now and then in case he cannot.
FULL_AGAIN = 0.5
# How often (seconds) a worker moves the fair clock of a queue whose row it need not lock.
CLOCK_EVERY = 0.1


class Start(NamedTuple):
    """A claimed job and when it may begin."""

    job: ClaimedJob
    slot: TimedSlot | None = None  # None where the queue has no rate


@dataclass(frozen=True, slots=True)
class QueueNow:
    """A queue's row as it stood when the worker looked. Times are Unix seconds."""

    id: int
    max_running: int | None
    max_running_per_node: int | None
    rate: Rate | None
    pace: Pace
    closed_until: float | None  # inf: paused without end; None: open
    probing: bool  # open for one job at a time
    has_work: bool

    @property
    def is_limited(self) -> bool:
        return (
            self.probing
            or self.rate is not None
            or self.max_running is not None
            or self.max_running_per_node is not None
        )


@dataclass(frozen=True, slots=True)
class Survey:
    queues: tuple[QueueNow, ...]
    now: float
    staging_due_at: float | None  # when the next scheduled job or retry is due


class Claimer:
    """Claims for one worker process. Used by its main thread alone."""

    def __init__(
        self, *, worker_id: int, node_id: UUID, only_queues: frozenset[str] = frozenset()
    ) -> None:
        self._worker_id = worker_id
        self._node_id = node_id
        self._only = sorted(only_queues)
        self._clock_moved_at: dict[int, float] = {}
        self._clocks: dict[int, int] = {}  # where they should stand, by queue
        self._lead = Lead()
        self.closed: frozenset[int] = frozenset()  # queues that were closed at the last look
        self._unlimited: frozenset[int] = frozenset()  # and those that had no limits

    def claim_due(
        self, *, free: int, running: Mapping[int, int], ahead: int = 0
    ) -> tuple[list[Start], float | None]:
        """Jobs to start, and in how many seconds to ask again: None when only a notification, or a
        thread that becomes free, can bring work.

        `free` threads are shared by all queues; it is negative where jobs wait for a thread. Besides,
        every queue that has nothing running here may use one thread more: so a queue whose jobs take
        long never shuts another out. `ahead`: how many jobs of queues without limits may wait for a
        thread, where jobs are shorter than a claim.
        """
        survey = self._look()
        if survey.staging_due_at is not None and survey.staging_due_at <= survey.now:
            lifecycle.stage()
            survey = self._look()
        starts: list[Start] = []
        again: list[float] = [] if survey.staging_due_at is None else [survey.staging_due_at]
        for queue in sorted(survey.queues, key=lambda q: (running.get(q.id, 0), random.random())):  # noqa: S311
            left = free - len(starts)
            room = max(left, 0) or int(not running.get(queue.id))
            claimed, next_at = self._claim_queue(queue, survey.now, room, left + ahead)
            starts += claimed
            if next_at is not None:
                again.append(next_at)
        return starts, min(again) - survey.now if again else None

    def claim_announced(self, queue_ids: Set[int], *, free: int) -> list[Start]:
        """Jobs that were just enqueued, before any look: for a worker with nothing to do, which has
        found at its last look that nothing else waits."""
        starts: list[Start] = []
        for queue_id in queue_ids & self._unlimited:
            starts += self._claim_unlimited(queue_id, time.time(), free - len(starts))
        return starts

    def _claim_queue(
        self, queue: QueueNow, now: float, room: int, wanted: int
    ) -> tuple[list[Start], float | None]:
        """`room`: for how many there are threads; `wanted`: with those that may wait for one."""
        if not queue.has_work:
            return [], None
        if queue.closed_until is not None:
            return [], None if queue.closed_until == float("inf") else queue.closed_until
        if not queue.is_limited:
            return self._claim_unlimited(queue.id, now, max(room, wanted)), None
        if room < 1:
            return [], None
        if queue.rate:
            lead = self._lead.under(queue.rate)
            if (slot := next_slot(queue.rate, queue.pace, now + lead)) > now + lead + HORIZON:
                return [], slot - lead - HORIZON / 2
        return self._claim_limited(queue.id, room)

    def _claim_unlimited(self, queue_id: int, now: float, count: int) -> list[Start]:
        if count < 1:
            return []
        jobs, turn = lifecycle.claim_unlimited(queue_id, worker_id=self._worker_id, count=count)
        if turn and now - self._clock_moved_at.get(queue_id, 0.0) >= CLOCK_EVERY:
            self._clock_moved_at[queue_id] = now
            self._clocks[queue_id] = turn
        return [Start(job) for job in jobs]

    @transaction.atomic
    def _claim_limited(self, queue_id: int, room: int) -> tuple[list[Start], float | None]:
        asked_at = time.monotonic()
        rows = fetch_unsorted(LOOK + " WHERE q.id = %s FOR UPDATE OF q SKIP LOCKED", [queue_id])
        answered_at = time.monotonic()
        if not rows:
            return [], _unix_now() + BUSY_AGAIN
        queue, now = _queue_now(rows[0])
        if queue.closed_until is not None:
            return [], None if queue.closed_until == float("inf") else queue.closed_until
        room = min(room, self._room_under_limits(queue))
        if room < 1:
            return [], now + FULL_AGAIN
        if queue.rate is None:
            jobs, turn = self._claim_locked(queue_id, room)
            self._save_pace(queue_id, queue.pace, turn)
            return [Start(job) for job in jobs], None
        clock = Clock(now, earliest=asked_at - now, latest=answered_at - now)
        return self._claim_paced(queue, queue.rate, clock, room)

    def _claim_locked(self, queue_id: int, count: int) -> tuple[list[ClaimedJob], int]:
        if not count:
            return [], 0
        return lifecycle.claim(queue_id, worker_id=self._worker_id, count=count)

    def _claim_paced(
        self, queue: QueueNow, rate: Rate, clock: Clock, room: int
    ) -> tuple[list[Start], float]:
        lead = self._lead.under(rate)
        now = clock.now + lead
        given = grant(rate, queue.pace, now=now, horizon=now + HORIZON, wanted=room)
        jobs, turn = self._claim_locked(queue.id, len(given.slots))
        if len(jobs) < len(given.slots):
            given = grant(rate, queue.pace, now=now, horizon=now + HORIZON, wanted=len(jobs))
        self._save_pace(queue.id, given.pace, turn)
        patient = bool(jobs) and self._lead.take_patience()
        starts = [
            Start(job, TimedSlot(slot, clock, lead, patient))
            for job, slot in zip(jobs, given.slots, strict=True)
        ]
        self._lead.relax()
        return starts, given.next_at - lead - HORIZON / 2

    def plan_ahead(self, slot: TimedSlot, late: float, *, missed: bool) -> None:
        """A thread was ready for the job only so late, or even too late for it."""
        self._lead.learn(slot, late)
        if missed:
            self._lead.miss()

    @transaction.atomic
    def report_late(self, queue_id: int, slot: TimedSlot, late: float) -> None:
        """A job began `late` seconds after its slot: the slots of its queue heed that."""
        with connection.cursor() as cursor:
            cursor.execute(PACE, [queue_id])
            rows = cursor.fetchall()
        for next_slot_at, starts, granted in rows:
            pace = Pace(next_slot_at, tuple(starts), granted)
            self._save_pace(queue_id, begin_late(pace, slot.slot, late), turn=0)

    def _room_under_limits(self, queue: QueueNow) -> int:
        """How many more may run, by what runs now: a count, so that nothing can leak."""
        most = 1 if queue.probing else queue.max_running
        if most is None and queue.max_running_per_node is None:
            return 1_000_000
        with connection.cursor() as cursor:
            cursor.execute(COUNT_RUNNING, [self._node_id, queue.id])
            running, here = cursor.fetchone()
        limits = ((most, running), (queue.max_running_per_node, here))
        return min(int(limit - used) for limit, used in limits if limit is not None)

    def _save_pace(self, queue_id: int, pace: Pace, turn: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                SAVE_PACE, [pace.next_slot_at, list(pace.starts), pace.granted, turn, queue_id]
            )

    def move_clocks(self) -> None:
        """Call it when the jobs of a claim have begun: they need not wait for it. The fair clock of
        an unlimited queue may lag a little: a newcomer gains by it, and the row is not fought over."""
        if not self._clocks:
            return
        queue_ids, turns = (list(column) for column in zip(*self._clocks.items(), strict=True))
        with connection.cursor() as cursor:
            cursor.execute(NOT_WAITING_FOR_DISK + MOVE_CLOCKS, [queue_ids, turns])
        self._clocks.clear()

    def _look(self) -> Survey:
        where, args = (" WHERE q.name = ANY(%s)", [self._only]) if self._only else ("", [])
        rows = fetch_unsorted(LOOK + where, args)
        if not rows:
            return Survey((), _unix_now(), None)
        queues = tuple(_queue_now(row)[0] for row in rows)
        self.closed = frozenset(queue.id for queue in queues if queue.closed_until is not None)
        self._unlimited = frozenset(queue.id for queue in queues if not queue.is_limited)
        return Survey(queues, rows[0][0], rows[0][1])


def _unix_now() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        return float(cursor.fetchone()[0])


def _queue_now(row: tuple[Any, ...]) -> tuple[QueueNow, float]:
    (
        now,
        _,
        id_,
        most,
        most_here,
        limit,
        period,
        burst,
        slot,
        starts,
        granted,
        paused,
        paused_until,
        cooling,
        probing,
        slowdown,
        work,
    ) = row
    closed = [cooling] if cooling and cooling > now else []
    if paused and (paused_until is None or paused_until > now):
        closed.append(float("inf") if paused_until is None else paused_until)
    queue = QueueNow(
        id=id_,
        max_running=most,
        max_running_per_node=most_here,
        rate=Rate(limit, period * slowdown, burst) if limit else None,
        pace=Pace(slot, tuple(starts), granted),
        closed_until=max(closed, default=None),
        probing=probing,
        has_work=work,
    )
    return queue, now


# Whether there is work is asked of the claim's own index, as the claim does: EXISTS would read all
# that waits into a hash table.
LOOK = """
SELECT extract(epoch FROM clock_timestamp())::float8,
    (SELECT extract(epoch FROM min(scheduled_at))::float8 FROM jobs_job
     WHERE turn IS NULL AND state IN ('available', 'retryable')),
    q.id, q.max_running, q.max_running_per_node, q.rate_limit, q.rate_period, q.burst,
    q.next_slot_at, q.starts, q.granted, q.paused_at IS NOT NULL,
    extract(epoch FROM q.paused_until)::float8, extract(epoch FROM q.cooling_until)::float8,
    q.probing, q.slowdown,
    (SELECT true FROM jobs_job j
     WHERE j.queue_id = q.id AND j.state = 'available' AND j.turn IS NOT NULL AND j.held_at IS NULL
     ORDER BY priority, turn, id LIMIT 1) IS NOT NULL
FROM jobs_queue q
"""

COUNT_RUNNING = """
SELECT count(*), count(*) FILTER (WHERE w.node_id = %s)
FROM jobs_job j LEFT JOIN jobs_worker w ON w.id = j.worker_id
WHERE j.state = 'running' AND j.queue_id = %s
"""

SAVE_PACE = """
UPDATE jobs_queue SET next_slot_at = %s, starts = %s, granted = %s, turn = greatest(turn, %s)
WHERE id = %s
"""

MOVE_CLOCKS = """
UPDATE jobs_queue SET turn = served.turn
FROM unnest(%s::bigint[], %s::bigint[]) AS served(queue_id, turn)
WHERE id = queue_id AND jobs_queue.turn < served.turn
"""

PACE = "SELECT next_slot_at, starts, granted FROM jobs_queue WHERE id = %s FOR UPDATE"
