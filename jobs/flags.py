"""Flags that the processes of one node share: a byte of memory that they inherit by fork.

Without locks, and that is their point: a lock dies with the process that holds it, and whoever waits
for it then waits for ever.
"""

import time
from multiprocessing.sharedctypes import RawValue

STEP = 0.05  # seconds between looks of a waiting process


class SharedFlag:
    """Offers what django-q2 uses of multiprocessing.Event."""

    def __init__(self) -> None:
        self._value = RawValue("b", 0)

    def set(self) -> None:
        self._value.value = 1

    def clear(self) -> None:
        self._value.value = 0

    def is_set(self) -> bool:
        return bool(self._value.value)

    def wait(self, timeout: float | None = None) -> bool:
        until = None if timeout is None else time.monotonic() + timeout
        while not self.is_set():
            left = STEP if until is None else min(STEP, until - time.monotonic())
            if left <= 0:
                return self.is_set()
            time.sleep(left)
        return True


# Set when this node should finish what runs and take nothing new.
draining = SharedFlag()
