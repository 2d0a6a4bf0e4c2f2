"""What answers say about their source: refusals and faults in a row, and when it must cool down."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from jobs import control
from keywords.findings import Finding
from keywords.models import Source
from keywords.payloads import SourceOptions


def note_answers(findings: Iterable[Finding]) -> None:
    """Sources in one order everywhere, so that two processes do not wait for one another."""
    by_source: dict[int, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_source[finding.payload.source.id].append(finding)
    for _, answers in sorted(by_source.items()):
        note_answers_of(answers[0].payload.source, answers)


def note_answers_of(source: SourceOptions, answers: Sequence[Finding]) -> None:
    note_refusals(source, [answer for answer in answers if answer.is_refusal])
    if any(answer.is_good for answer in answers):
        forget_refusals(source.id, answers)
    if faults := sum(answer.is_fault for answer in answers):
        note_faults(source, faults)


def note_refusals(source: SourceOptions, refusals: Sequence[Finding]) -> None:
    """Requests that were under way together are refused together: that counts as one more in a row,
    as seen from when they were claimed."""
    if not refusals:
        return
    before = max(refusal.payload.source.refusals for refusal in refusals)
    Source.objects.filter(pk=source.id).update(refusals=Greatest("refusals", before + 1))
    longest = max(refusals, key=lambda refusal: refusal.cool_down)
    if longest.cool_down > 0:
        cool_down(source, longest.cool_down, longest.search["reason"])


def forget_refusals(source_id: int, answers: Sequence[Finding]) -> None:
    """Only those that the good answers' requests knew of: a refusal since then still counts."""
    known = max(answer.payload.source.refusals for answer in answers if answer.is_good)
    Source.objects.filter(pk=source_id, failures__gt=0).update(failures=0)
    if known:
        Source.objects.filter(pk=source_id, refusals__gt=0, refusals__lte=known).update(refusals=0)


def note_faults(source: SourceOptions, faults: int) -> None:
    """Enough of them in a row open the breaker, and the count begins anew."""
    row = Source.objects.filter(pk=source.id)
    row.update(failures=F("failures") + faults)
    most = source.tuning.breaker_failures
    if most and row.filter(failures__gte=most).update(failures=0):
        reason = f"{most} requests in a row failed: the source does not answer as it should."
        cool_down(source, source.tuning.breaker_seconds, reason)


def cool_down(source: SourceOptions, seconds: float, reason: str) -> None:
    until = timezone.now() + timedelta(seconds=seconds)
    control.cool_down(source.queue_id, until=until, reason=reason)
