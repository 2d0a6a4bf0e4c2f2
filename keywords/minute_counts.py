"""So many a minute for each, in each web process: against programs that run wild."""

import threading
import time
from collections import Counter
from collections.abc import Hashable

MINUTE = 60.0


class MinuteCounts:
    """Counts in the process's own memory: a shared count would cost each request more than its work."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._lock = threading.Lock()
        self._minute = 0
        self._counts: Counter[Hashable] = Counter()

    def allow(self, who: Hashable) -> bool:
        with self._lock:
            minute = int(time.time() // MINUTE)
            if minute != self._minute:
                self._minute = minute
                self._counts.clear()
            self._counts[who] += 1
            return self._counts[who] <= self.most


def seconds_left() -> float:
    """Until the next minute."""
    return MINUTE - time.time() % MINUTE
