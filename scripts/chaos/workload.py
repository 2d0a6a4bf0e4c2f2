"""The keywords of one seed, put into the database as a user would, and how far they are."""

import random
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import TypeVar

from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError, connection

from jobs import control
from jobs.models import Job
from jobs.states import UNFINISHED
from keywords.lists import start_list
from keywords.sources import set_source
from keywords.uploads import read_list
from scripts.chaos.engines import Engine
from scripts.chaos.plan import QUEUES, QueuePlan, choose_keywords

# An attempt is lost with each worker that is killed: here workers die every few seconds.
MAX_ATTEMPTS = 20
TUNING = {
    "attempts": MAX_ATTEMPTS,
    "refusal_attempts": MAX_ATTEMPTS,
    "breaker_failures": 0,
    "breaker_seconds": 5,  # a probe that meets a fault shall not use up the seed's time
}
COMES_BACK_WITHIN = 60.0
PROBE = "probe"

T = TypeVar("T")


def insist(ask: Callable[[], T]) -> T:
    """The answer, as soon as the database gives one."""
    until = time.monotonic() + COMES_BACK_WITHIN
    while True:
        try:
            return ask()
        except (OperationalError, InterfaceError):
            connection.close()
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def start_keywords(total: int, engines: Mapping[str, Engine], dice: random.Random) -> int:
    """Two users, each with a list at every queue. Returns how many keywords."""
    owners = [User.objects.create_user(name, f"{name}@example.com") for name in ("anna", "bert")]
    count = 0
    for queue in QUEUES:
        words = choose_keywords(queue, total, dice)
        dice.shuffle(words)
        middle = len(words) // 2
        for owner, some in zip(owners, (words[:middle], words[middle:]), strict=True):
            _start_list(owner, queue, engines[queue.name].url, some)
            count += len(some)
    Job.objects.update(max_attempts=MAX_ATTEMPTS)
    return count


def _start_list(owner: User, queue: QueuePlan, url: str, words: list[str]) -> None:
    source = set_source(
        queue.name,
        engine="practice",
        base_url=url,
        allow_private=True,
        settings=TUNING,
        limits=queue.limits,
    )
    imported = read_list(words, max_keywords=len(words))
    start_list(owner=owner, name=queue.name, source=source, imported=imported)


def count_states() -> Counter[str]:
    return insist(lambda: Counter(Job.objects.values_list("state", flat=True)))


def count_unfinished() -> int:
    return insist(lambda: Job.objects.filter(state__in=UNFINISHED).count())


def hurry_the_last(few: int) -> None:
    """Where only a few are left, and they wait for their retries, an operator hurries them: so that
    the last one's backoff, some minutes after many deaths, does not hold up the seed."""
    late = Job.objects.waiting().filter(turn=None)
    if count_unfinished() <= few and (
        ids := insist(lambda: list(late.values_list("pk", flat=True)))
    ):
        insist(lambda: control.run_now(ids, by="chaos"))


def start_probes(count: int, url: str) -> None:
    """Searches that take five seconds, at most one on each node: every node that works has to take
    one."""
    limits = {"max_running": None, "max_running_per_node": 1}
    plan = QueuePlan(PROBE, 0, 0, limits)
    owner = User.objects.get(username="anna")
    words = [f"probe {time.time()} {i} fault:delay" for i in range(count)]
    _start_list(owner, plan, url, words)


def find_probed_nodes() -> set[int]:
    """Pids of the nodes that took one."""
    probes = Job.objects.filter(queue__name=PROBE, worker__isnull=False)
    return set(probes.values_list("worker__node__pid", flat=True))


def cancel_probes() -> None:
    ids = Job.objects.filter(queue__name=PROBE, state__in=UNFINISHED).values_list("pk", flat=True)
    control.cancel_jobs(list(ids), by="chaos")
