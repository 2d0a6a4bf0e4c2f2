"""The threads of a worker process: they perform tasks and hand back what came of them."""

import queue
import threading
from collections import deque

from jobs.performing import Task, perform
from jobs.wake import WakePipe


class Crew:
    """Threads made as they are needed and kept. Finished tasks wake the main thread."""

    def __init__(self, wake: WakePipe) -> None:
        self._wake = wake
        self._tasks: queue.SimpleQueue[Task] = queue.SimpleQueue()
        self._finished: deque[Task] = deque()
        self._late: deque[Task] = deque()
        self._missed: deque[Task] = deque()
        self._threads = 0

    def start(self, tasks: list[Task], *, threads: int) -> None:
        """Tasks begin in this order, up to `threads` at once."""
        self.put_back(tasks)
        while self._threads < threads:
            self._threads += 1
            threading.Thread(target=self._work, name=f"job-{self._threads}", daemon=True).start()

    def put_back(self, tasks: list[Task]) -> None:
        """What `take_unstarted` took and nobody else could be given."""
        for task in tasks:
            self._tasks.put(task)

    def take_finished(self) -> list[Task]:
        return _take_all(self._finished)

    def take_late(self) -> list[Task]:
        """Tasks that began so long after their slots that the slots after them have to move."""
        return _take_all(self._late)

    def take_missed(self) -> list[Task]:
        """Tasks that could not begin before it was too late for their slots."""
        return _take_all(self._missed)

    def note_begin(self, task: Task) -> None:
        """In the task's thread."""
        if task.must_be_told:
            self._late.append(task)
            self._wake.ring()

    def take_unstarted(self, queue_ids: frozenset[int] | None = None) -> list[Task]:
        """What no thread has begun, of these queues or of all: for handing back."""
        taken = []
        while True:
            try:
                taken.append(self._tasks.get_nowait())
            except queue.Empty:
                break
        if queue_ids is None:
            return taken
        for task in taken:
            if task.job.queue_id not in queue_ids:
                self._tasks.put(task)
        return [task for task in taken if task.job.queue_id in queue_ids]

    def _work(self) -> None:
        while True:
            task = self._tasks.get()
            task.outcome = perform(task)
            (self._missed if task.outcome is None else self._finished).append(task)
            self._wake.ring()


def _take_all(tasks: deque[Task]) -> list[Task]:
    taken = []
    while tasks:
        taken.append(tasks.popleft())
    return taken
