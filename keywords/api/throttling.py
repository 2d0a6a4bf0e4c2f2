"""Against programs that run wild: so many requests a minute for each token, in each web process."""

from django.http import HttpRequest
from ninja.throttling import BaseThrottle

from keywords.minute_counts import MinuteCounts, seconds_left


class PerToken(BaseThrottle):
    def __init__(self, requests: int) -> None:
        self.counts = MinuteCounts(requests)

    def allow_request(self, request: HttpRequest) -> bool:
        token = getattr(request, "auth", None)
        return token is None or self.counts.allow(token.pk)

    def wait(self) -> float | None:
        """Seconds until the next minute."""
        return seconds_left()
