"""Small duties of a node besides rescue and pruning: each due in its own time, none in another's way.

Every node does them; each is written so that it happens once however many do. maintenance.run calls
`run_due` in one worker process of a node at a time.
"""

import logging
import time
from collections.abc import Callable
from multiprocessing.sharedctypes import RawValue

from django.db import InterfaceError, OperationalError

from jobs import batches, scheduling, tallies

logger = logging.getLogger(__name__)


class Chore:
    """When it is due next is shared by the processes of a node, which inherit it by fork."""

    def __init__(self, name: str, every: float, do: Callable[[], object]) -> None:
        self.name, self.every, self.do = name, every, do
        self._due_at = RawValue("d", 0.0)

    def run_if_due(self) -> bool:
        now = time.monotonic()
        if now < self._due_at.value:
            return False
        self._due_at.value = now + self.every
        try:
            self.do()
        except (OperationalError, InterfaceError):
            raise  # the connection is gone: the worker makes a new one
        except Exception:
            logger.exception("the chore %s failed", self.name)
        return True


# As often as maintenance sees that one is due.
SCHEDULES = Chore("schedules", 0.0, scheduling.run_due)
CHORES = [
    Chore("tallies", 30.0, tallies.roll_up),
    Chore("old tallies", 3600.0, tallies.forget_old),
    Chore("batches", 30.0, batches.finish_forgotten),
]


def register_chore(chore: Chore) -> None:
    """For other apps, from their `handlers` modules: those are there before a node forks."""
    CHORES.append(chore)


def run_due() -> None:
    for chore in CHORES:
        chore.run_if_due()
