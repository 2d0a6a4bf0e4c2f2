"""A worker process: its main thread claims, loads and settles; its crew of threads performs.

The main thread is the only one that speaks to Postgres, so the process has one connection however many
requests are in flight. When nothing is due it sleeps until a notification, a slot, or its next duty.
"""

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, connection
from psycopg import OperationalError as DriverError

from jobs import lifecycle, maintenance, presence
from jobs.claiming import Claimer, Start
from jobs.crew import Crew
from jobs.errors import UnknownKind
from jobs.flags import draining
from jobs.outcomes import Cancel, Fail, Outcome, fail_of
from jobs.performing import Task, perform
from jobs.plans import claim_session
from jobs.registry import BaseHandler, ClaimedJob, Context, Handler, get_handler
from jobs.settling import settle
from jobs.wake import Ears, WakePipe
from jobs.wakeup import CANCEL_CHANNEL, notify_workers

logger = logging.getLogger(__name__)

GONE = (OperationalError, InterfaceError, DriverError)

# A busy worker shows itself, and looks for cancelled jobs, this often (seconds).
BEAT_BUSY = 2.0
BEAT_IDLE = 30.0
# The longest sleep: a notification that was lost, by whatever way, costs no more than this.
LONGEST_SLEEP = 30.0
# A thread that goes on this long after its job was told to stop will not stop: its process ends.
GRACE = 10.0
# A worker that was woken in vain lets the others look first, the next time: a lone job is started
# sooner where not all of them look for it at once. It costs the worker this long (seconds).
HESITATION = 0.003
# The thread of a lone job has the interpreter to itself for so long (seconds), before the worker looks
# for all else: it would not get it until the look waits for the database.
LET_BEGIN = 0.0002
# At most this many jobs wait in the process for a thread, where jobs are shorter than a claim; and
# are settled together.
MAX_AHEAD = 1000
# How often (seconds) all tasks are looked through for one that does not stop.
WATCH_EVERY = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerOptions:
    threads: int
    node_id: UUID
    only_queues: frozenset[str] = frozenset()


class _UnknownKind(BaseHandler):
    """Stands in for a handler that this version does not have: another version may."""

    kind: ClassVar[str] = ""

    def perform(self, payload: Any, context: Context) -> Outcome:
        raise NotImplementedError


UNKNOWN: Handler = _UnknownKind()


class _Ahead:
    """How many jobs may wait for a thread: as many as end within WINDOW, so that threads with short
    jobs never wait for a claim, and long jobs are claimed when they can begin."""

    WINDOW = 0.1  # seconds, a few times what a claim and a settlement take
    # Two long jobs that happen to end together are no stream of short ones: a rate is taken over
    # at least so many seconds.
    SHORTEST = 0.01

    def __init__(self) -> None:
        self._jobs = 0
        self._count = 0  # settled since
        self._since = 0.0
        self._settled_at = 0.0

    def settled(self, count: int) -> None:
        self._settled_at = now = time.monotonic()
        self._count += count
        if now - self._since < self.SHORTEST:
            return
        rate = self._count / (now - self._since)
        self._jobs = min(int((self._jobs + rate * self.WINDOW) / 2), MAX_AHEAD)
        self._count, self._since = 0, now

    @property
    def jobs(self) -> int:
        """None where nothing has ended for a while: what comes next may take long."""
        return self._jobs if self.is_flowing(self.WINDOW) else 0

    def is_flowing(self, seconds: float) -> bool:
        return time.monotonic() - self._settled_at < seconds

    def leaves_time(self, waiting: int) -> bool:
        """Whether so many waiting jobs keep the threads busy for a while."""
        return waiting > self.jobs / 2


class WorkerProcess:
    """All of one worker process. It lives through many shifts; `work` is one of them."""

    def __init__(self, options: WorkerOptions) -> None:
        self._options = options
        self._pipe = WakePipe()
        self._ears = Ears()
        self._crew = Crew(self._pipe)
        self._tasks: dict[int, Task] = {}  # claimed and not settled, by job id
        self._by_queue: Counter[int] = Counter()  # how many of them each queue has
        self._unsettled: list[Task] = []  # finished, while the database could not be written
        self._late: list[Task] = []  # began after their slots
        self._missed: list[Task] = []  # did not begin: see performing.SlotMissed
        self._ahead = _Ahead()
        self._me: presence.Presence | None = None
        self._beat_at = 0.0
        self._watch_at = 0.0
        self._look_at = 0.0  # monotonic time of the next claim; a notification brings it forward
        self._was_woken = False  # the next claim answers a notification
        self._hesitates = False
        self._announced: set[int] = set()  # queues of new jobs, since the last look
        self._shift_ends_at = 0.0
        self.is_stuck = False  # a thread does not stop: the process must end

    def work(self, until: float, should_stop: Callable[[], bool] = draining.is_set) -> None:
        """A shift: works until that monotonic time, or until told to stop; then finishes what it
        has begun and hands the rest back."""
        self._pipe.listen_to_signals()
        self._shift_ends_at = until
        while True:
            stopping = should_stop() or time.monotonic() >= until or self.is_stuck
            try:
                self._turn(stopping=stopping)
            except GONE as error:
                self._reconnect_later(error)
            if stopping and not self._tasks:
                return

    def leave(self) -> None:
        """Says goodbye: the process will not come back."""
        try:
            if self._me is not None:
                self._me.leave()
                notify_workers()
        except GONE:
            logger.warning("could not say goodbye to the database")

    def _turn(self, *, stopping: bool) -> None:
        self._be_present()
        self._settle_finished()
        if stopping:
            self._hand_back_unstarted()
        elif time.monotonic() >= self._look_at:
            self._claim()
        self._do_duties()
        if not (stopping and not self._tasks):
            self._sleep(stopping=stopping)

    # connection

    def _be_present(self) -> None:
        if self._me is not None and connection.connection is not None:
            return
        connection.ensure_connection()
        claim_session()
        self._me = presence.arrive(self._options.node_id, again=self._me)
        self._ears.listen()
        self._claimer = Claimer(
            worker_id=self._me.worker_id,
            node_id=self._options.node_id,
            only_queues=self._options.only_queues,
        )
        # What we claimed and the server forgot in a crash; then what was claimed when the last
        # connection broke, and never reached us.
        lifecycle.claim_again(self._jobs(), worker_id=self._me.worker_id)
        lifecycle.hand_back_others(self._me.worker_id, known=list(self._tasks))
        self._beat_at = time.monotonic() + BEAT_BUSY
        self._look_at = 0.0

    def _reconnect_later(self, error: Exception) -> None:
        """What has finished stays in memory and is written when the database is back: if the lease
        still holds by then."""
        logger.warning("the database does not answer, trying again: %s", str(error).strip())
        try:
            connection.close()
        except DatabaseError:
            connection.connection = None
        time.sleep(0.5)

    # claim and start

    def _claim(self) -> None:
        announced = self._begin_announced()
        looked_at = time.monotonic()
        free = self._options.threads - len(self._tasks)
        starts, again_in = self._claimer.claim_due(
            free=free,
            running=self._by_queue,
            ahead=0 if self._ahead.leaves_time(waiting=-free) else self._ahead.jobs,
        )
        self._look_at = looked_at + min(
            LONGEST_SLEEP if again_in is None else again_in, LONGEST_SLEEP
        )
        self._hesitates = self._was_woken and not (starts or announced)
        self._was_woken = False
        self._begin(starts)
        self._claimer.move_clocks()
        if self._claimer.closed & self._by_queue.keys():
            self._hand_back_unstarted(self._claimer.closed)

    def _begin_announced(self) -> int:
        """Somebody waits for a lone job: it begins before this worker looks for all else. Returns
        how many began."""
        announced, self._announced = self._announced, set()
        if not announced or self._tasks:
            return 0
        starts = self._claimer.claim_announced(announced, free=self._options.threads)
        self._begin(starts)
        if starts:
            time.sleep(LET_BEGIN)
        return len(starts)

    def _begin(self, starts: list[Start]) -> None:
        by_kind = defaultdict(list)
        for start in starts:
            by_kind[start.job.kind].append(start)
        tasks = [task for kind, some in by_kind.items() for task in self._load(kind, some)]
        self._tasks |= {task.job.id: task for task in tasks}
        self._by_queue.update(task.job.queue_id for task in tasks)
        ready = [task for task in tasks if task.outcome is None]
        self._unsettled += [task for task in tasks if task.outcome is not None]
        in_threads = [task for task in ready if not task.handler.in_main_thread]
        in_threads.sort(key=lambda task: task.delay)
        self._crew.start(in_threads, threads=min(self._thread_limit(), len(self._tasks)))
        for task in ready:
            if task.handler.in_main_thread:
                task.outcome = perform(task)
                (self._missed if task.outcome is None else self._unsettled).append(task)

    def _thread_limit(self) -> int:
        """One more for every queue that has jobs here: see Claimer.claim_due."""
        return self._options.threads + len(self._by_queue)

    def _load(self, kind: str, starts: list[Start]) -> list[Task]:
        """A task for each job; those that cannot be loaded come with their outcome."""
        handler: Handler = UNKNOWN
        try:
            handler = get_handler(kind)
            payloads = handler.load([start.job for start in starts])
        except GONE:
            raise  # handed back when the connection is
        except UnknownKind as error:
            return [_unloadable(start.job, handler, error) for start in starts]
        except Exception as error:
            logger.exception("loading jobs of kind %s failed", kind)
            return [_unloadable(start.job, handler, error) for start in starts]
        return [self._make_task(start, handler, payloads) for start in starts]

    def _make_task(self, start: Start, handler: Handler, payloads: Mapping[int, Any]) -> Task:
        task = Task(
            job=start.job,
            handler=handler,
            payload=payloads.get(start.job.id),
            slot=start.slot,
            began=self._crew.note_begin,
        )
        if start.job.id not in payloads:
            task.outcome = Cancel(reason="what it was about is gone")
        return task

    # finish

    def _settle_finished(self) -> None:
        self._heed_lateness()
        self._unsettled += self._crew.take_finished()
        if not self._unsettled:
            return
        batch = self._unsettled[:MAX_AHEAD]
        assert self._me is not None
        ours = settle(batch, worker_name=self._me.name)
        del self._unsettled[: len(batch)]
        self._forget(batch)
        for task in batch:
            if task.job.id not in ours:
                logger.warning("job %d was taken away: its results are dropped", task.job.id)
        self._ahead.settled(len(batch))
        self._look_at = 0.0
        self._announced.clear()  # what waits already comes first

    def _heed_lateness(self) -> None:
        """What cannot be written now is written when the database is back: the slots of a whole
        period hang on it."""
        self._late += self._crew.take_late()
        self._missed += self._crew.take_missed()
        while self._late:
            task = self._late[-1]
            if task.slot is not None:
                self._claimer.plan_ahead(task.slot, task.ready_late, missed=False)
                self._claimer.report_late(task.job.queue_id, task.slot, task.late)
            self._late.pop()
        for task in self._missed:
            if task.slot is not None:
                self._claimer.plan_ahead(task.slot, task.ready_late, missed=True)
        if self._missed:
            self._hand_back(self._missed)
            self._missed = []

    def _hand_back_unstarted(self, queue_ids: frozenset[int] | None = None) -> None:
        """Of all queues, or of those that have closed meanwhile: their jobs must not start."""
        unstarted = self._crew.take_unstarted(queue_ids)
        if not unstarted:
            return
        try:
            self._hand_back(unstarted)
        except GONE:
            self._crew.put_back(unstarted)
            raise

    def _hand_back(self, tasks: Sequence[Task]) -> None:
        lifecycle.hand_back(task.job for task in tasks)
        _unload(tasks)
        notify_workers()
        self._forget(tasks)

    def _jobs(self) -> list[ClaimedJob]:
        return [task.job for task in self._tasks.values()]

    def _forget(self, tasks: Sequence[Task]) -> None:
        for task in tasks:
            self._by_queue[task.job.queue_id] -= 1
            # A job that was taken away may have come back to us meanwhile, as another task.
            if self._tasks.get(task.job.id) is task:
                del self._tasks[task.job.id]
        self._by_queue = +self._by_queue

    # duties

    def _do_duties(self) -> None:
        now = time.monotonic()
        if now >= self._beat_at:
            assert self._me is not None
            self._beat_at = now + (BEAT_BUSY if self._tasks else BEAT_IDLE)
            self._me.beat()
            self._stop_lost_jobs()
        if now >= self._watch_at:
            self._watch_at = now + WATCH_EVERY
            self._watch_deadlines()
            self._give_up_waiting_jobs()
        if maintenance.is_due():
            maintenance.run(self._options.node_id)

    def _stop_lost_jobs(self) -> None:
        """Tells threads to stop whose jobs were cancelled, or given to somebody else."""
        if self._tasks:
            for id_ in lifecycle.find_lost(self._jobs()):
                self._tasks[id_].context.cancel()

    def _watch_deadlines(self) -> None:
        for task in self._tasks.values():
            if task.outcome is None and task.context.overdue_for() > GRACE:
                logger.critical("job %d does not stop: this process will end", task.job.id)
                self.is_stuck = True
                task.outcome = Fail(error="Stuck", message="it did not stop when its time was up")
                self._unsettled.append(task)

    def _give_up_waiting_jobs(self) -> None:
        """Short jobs were claimed ahead of their threads, and long ones came: another process may
        have a thread for those that wait here. Not what has a thread, and is just about to begin."""
        if len(self._tasks) > self._thread_limit() and not self._ahead.is_flowing(WATCH_EVERY):
            self._hand_back_unstarted()

    def _sleep(self, *, stopping: bool) -> None:
        now = time.monotonic()
        wake_at = min(self._beat_at, maintenance.next_at(), self._shift_ends_at)
        if not stopping:
            wake_at = min(wake_at, self._look_at)
        heard = self._ears.sleep(self._pipe, 0 if self._unsettled else wake_at - now)
        if heard:
            self._was_woken = True
            self._announced |= {each.queue_id for each in heard if each.queue_id is not None}
            hesitation = HESITATION if self._hesitates else 0.0
            self._look_at = min(self._look_at, time.monotonic() + hesitation)
        if any(each.channel == CANCEL_CHANNEL for each in heard):
            self._stop_lost_jobs()


def _unload(tasks: Sequence[Task]) -> None:
    by_handler = defaultdict(list)
    for task in tasks:
        by_handler[task.handler].append(task.payload)
    for handler, payloads in by_handler.items():
        handler.unload(payloads)


def _unloadable(job: ClaimedJob, handler: Handler, error: Exception) -> Task:
    task = Task(job=job, handler=handler, payload=None)
    task.outcome = fail_of(error)
    return task
