"""Reading in several processes, which touch no database."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

Task = TypeVar("Task")
Answer = TypeVar("Answer")
# Portions that wait for each process, so that none is idle while the next is loaded.
AHEAD = 2


def map_ahead(
    work: Callable[[Task], Answer], tasks: Iterable[Task], processes: int
) -> Iterator[tuple[Task, Answer]]:
    """Each task with its answer, in order; only a few tasks are in memory. With one process the work
    is done here."""
    if processes <= 1:
        for task in tasks:
            yield task, work(task)
        return
    # Forked, so that nothing is imported again. They inherit the connection to the database, never use
    # it, and end without closing it.
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        yield from collect(pool, work, tasks, most=processes * AHEAD)


def collect(
    pool: ProcessPoolExecutor, work: Callable[[Task], Answer], tasks: Iterable[Task], most: int
) -> Iterator[tuple[Task, Answer]]:
    under_way: deque[tuple[Task, Future[Answer]]] = deque()
    for task in tasks:
        under_way.append((task, pool.submit(work, task)))
        if len(under_way) >= most:
            done, answer = under_way.popleft()
            yield done, answer.result()
    for done, answer in under_way:
        yield done, answer.result()
