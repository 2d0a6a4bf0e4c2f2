"""Against programs that run wild: so many requests a minute for each token, in each web process."""

import threading
import time
from collections import Counter

from django.http import HttpRequest
from ninja.throttling import BaseThrottle

MINUTE = 60.0


class PerToken(BaseThrottle):
    """Counts in the process's own memory: a shared count would cost each request more than its work."""

    def __init__(self, requests: int) -> None:
        self.requests = requests
        self._lock = threading.Lock()
        self._minute = 0
        self._counts: Counter[int] = Counter()

    def allow_request(self, request: HttpRequest) -> bool:
        token = getattr(request, "auth", None)
        if token is None:
            return True
        with self._lock:
            minute = int(time.time() // MINUTE)
            if minute != self._minute:
                self._minute = minute
                self._counts.clear()
            self._counts[token.pk] += 1
            return self._counts[token.pk] <= self.requests

    def wait(self) -> float | None:
        """Seconds until the next minute."""
        return MINUTE - time.time() % MINUTE
