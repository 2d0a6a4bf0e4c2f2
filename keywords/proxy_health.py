"""What answers say about the proxies that they came through."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils import timezone

from keywords.findings import Finding
from keywords.proxies import Proxy


def note_proxies(answers: Sequence[Finding]) -> None:
    """In the order of their ids, so that two processes do not wait for one another."""
    by_proxy: dict[int, list[Finding]] = defaultdict(list)
    for answer in answers:
        if answer.payload.entry.proxy:
            by_proxy[answer.payload.entry.proxy.id].append(answer)
    for proxy_id, through in sorted(by_proxy.items()):
        note_proxy(proxy_id, through, timezone.now())


def note_proxy(proxy_id: int, answers: Sequence[Finding], now: datetime) -> None:
    """Requests that were under way together count as one more in a row."""
    blamed = [answer for answer in answers if answer.blames_proxy]
    refused = sum(answer.is_refusal for answer in blamed)
    row = Proxy.objects.filter(pk=proxy_id)
    row.update(
        ok=F("ok") + len(answers) - len(blamed),
        refused=F("refused") + refused,
        failed=F("failed") + len(blamed) - refused,
    )
    if len(blamed) < len(answers):
        row.update(bad_in_a_row=0, answered_at=now)
    if blamed:
        entry = blamed[0].payload.entry.proxy
        before = entry.bad_in_a_row if entry else 0
        row.update(bad_in_a_row=Greatest("bad_in_a_row", before + 1))
        rest_proxy(proxy_id, max(blamed, key=lambda answer: answer.proxy_rest), now)


def rest_proxy(proxy_id: int, worst: Finding, now: datetime) -> None:
    if worst.proxy_rest > 0:
        until = now + timedelta(seconds=worst.proxy_rest)
        Proxy.objects.filter(pk=proxy_id).update(
            resting_until=Greatest("resting_until", Value(until)), reason=worst.search["reason"]
        )
