"""Opening and closing the breakers of sources, by what their answers say.

    closed     asked as fast as its queue allows
    open       its queue cools down: nothing is asked; jobs wait without costing attempts. Where the key
               is not accepted the queue is paused instead, until the key changes or somebody resumes it
    half-open  the cool-down is over: one job at a time over all nodes, until enough of them in a row
               were answered well; the next refusal opens it again, for longer

The state stands in the queue's row, which every worker of every node reads before it claims. What
follows from an answer is written in the transaction that settles its job. Rows are locked in one
order everywhere: sources by id, and of each the breaker, the source, the queue.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import Case, F, IntegerField, Q, When
from django.db.models.functions import Greatest
from django.utils import timezone

from jobs import control
from jobs.audit import record
from jobs.models import Job, Queue
from jobs.states import State as JobState
from keywords.breaker import Breaker
from keywords.check_jobs import ask_canary
from keywords.findings import Finding
from keywords.models import Source
from keywords.payloads import SourceOptions
from keywords.proxy_health import note_proxies
from keywords.verdict_policy import REFUSALS
from serp.types import Outcome

LONGEST_FAULT_REST = 3600.0
CANARY_REST, LONGEST_CANARY_REST = 3600.0, 24 * 3600.0
CANARY_FAILED = (
    "The canary “%(keyword)s”, which always finds something, came back as %(outcome)s:"
    " its answers cannot be trusted now."
)
# The rate is halved at most four times, and grows back by a tenth of the full rate.
MOST_SLOWDOWN = 16.0
GROWTH = 0.1


# Who has paused a queue whose source does not accept the key.
BREAKER = "its breaker"


class State(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


def state_of(queue: Queue, now: datetime) -> State:
    if not queue.probing:
        return State.CLOSED
    is_open = queue.is_cooling(now) or is_held(queue)
    return State.OPEN if is_open else State.HALF_OPEN


def is_held(queue: Queue) -> bool:
    """For want of a key that is accepted."""
    return queue.paused_at is not None and queue.paused_by == BREAKER


def note_answers(findings: Iterable[Finding]) -> None:
    by_source: dict[int, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.was_asked or finding.holds:
            by_source[finding.payload.source.id].append(finding)
    for source_id, answers in sorted(by_source.items()):
        if any(not answer.is_good or answer.payload.source.is_probe for answer in answers):
            lock_breaker(source_id)
        note_proxies(answers)
        for alike in group_by_knowledge(answers):
            note_answers_of(alike[0].payload.source, alike)


def group_by_knowledge(answers: Sequence[Finding]) -> Iterable[list[Finding]]:
    """Those together that knew the same of their source when they asked."""
    groups: dict[tuple[int, bool, int], list[Finding]] = defaultdict(list)
    for answer in answers:
        source = answer.payload.source
        groups[source.openings, source.is_probe, source.refusals].append(answer)
    return [groups[key] for key in sorted(groups)]


def note_answers_of(source: SourceOptions, answers: Sequence[Finding]) -> None:
    blamed = [answer for answer in answers if not answer.blames_proxy]
    if refusals := [answer for answer in blamed if answer.is_refusal]:
        note_refusals(source, refusals)
    if good := [answer for answer in blamed if answer.is_good]:
        note_good(source, good)
    if faults := [answer for answer in blamed if answer.is_fault]:
        note_faults(source, faults)
    if misread := [answer for answer in blamed if answer.is_misread and answer.payload.search_id]:
        note_misread(source, len(misread))


def note_refusals(source: SourceOptions, refusals: Sequence[Finding]) -> None:
    """Requests that were under way together are refused together: that counts as one more in a row,
    as seen from when they were claimed."""
    worst = max(refusals, key=lambda refusal: (refusal.holds, refusal.cool_down))
    if worst.cool_down > 0 or worst.holds:
        open_breaker(source, worst, worst.cool_down, worst.search["reason"])
    else:
        keep_evidence(lock_breaker(source.id), worst)
    Source.objects.filter(pk=source.id).update(refusals=Greatest("refusals", source.refusals + 1))


def note_good(source: SourceOptions, good: Sequence[Finding]) -> None:
    """Refusals that came after these were asked still count."""
    if source.is_probe:
        note_probe(source, len(good))
        return
    known = Q(refusals__gt=0, refusals__lte=source.refusals)
    Source.objects.filter(
        Q(failures__gt=0) | Q(misread__gt=0) | known, pk=source.id, queue__probing=False
    ).update(
        failures=0,
        misread=0,
        refusals=Case(
            When(refusals__lte=source.refusals, then=0),
            default=F("refusals"),
            output_field=IntegerField(),
        ),
    )
    if source.slowdown > 1:
        speed_up(source, len(good))


def note_probe(source: SourceOptions, good: int) -> None:
    breaker = lock_breaker(source.id)
    if breaker.openings != source.openings:
        return  # it has opened again meanwhile
    breaker.successes += good
    if breaker.successes >= source.tuning.probe_successes:
        shut(breaker, source.queue_id)
    else:
        breaker.save(update_fields=["successes"])


def note_faults(source: SourceOptions, faults: Sequence[Finding]) -> None:
    """Enough of them in a row open the breaker; of a probe one is enough."""
    most = source.tuning.breaker_failures
    row = Source.objects.filter(pk=source.id)
    if source.is_probe:
        row.update(failures=F("failures") + 1)
        in_a_row = row.values_list("failures", flat=True)[0]
        seconds = source.tuning.breaker_seconds * 2.0 ** min(max(in_a_row - most, 0), 10)
        reason = f"It still does not answer as it should: {faults[0].search['reason']}"
        open_breaker(source, faults[0], min(seconds, LONGEST_FAULT_REST), reason)
        return
    if not most:
        return  # faults do not open it; those counted now would lengthen its rest after a refusal
    row.filter(queue__probing=False).update(failures=F("failures") + len(faults))
    if row.filter(failures__gte=most, queue__probing=False).update(failures=most):
        reason = f"{most} requests in a row failed: the source does not answer as it should."
        open_breaker(source, faults[-1], source.tuning.breaker_seconds, reason)


def note_misread(source: SourceOptions, count: int) -> None:
    """After some pages in a row that were not understood the canary tells whether it is the source."""
    row = Source.objects.filter(pk=source.id)
    row.update(misread=F("misread") + count)
    many = source.tuning.misread_answers
    if many and source.canary_keyword and row.filter(misread__gte=many).update(misread=0):
        ask_canary(
            source.id, source.queue_name, source.canary_keyword, by=f"{many} pages not understood"
        )


def note_canary(finding: Finding) -> None:
    """A canary that found nothing, or nothing that can be understood: the source rests, lest all
    keywords be asked for no good."""
    source = finding.payload.source
    seconds = min(CANARY_REST * 2.0 ** min(source.refusals, 10), LONGEST_CANARY_REST)
    reason = CANARY_FAILED % {
        "keyword": finding.payload.query.text,
        "outcome": finding.search["outcome"].replace("_", " "),
    }
    open_breaker(source, finding, seconds, reason)
    Source.objects.filter(pk=source.id).update(refusals=Greatest("refusals", source.refusals + 1))


def open_breaker(source: SourceOptions, finding: Finding, seconds: float, reason: str) -> None:
    breaker = lock_breaker(source.id)
    is_first = breaker.openings == source.openings
    if not is_first and breaker.opened_at is None:
        return  # an old request; somebody has closed the breaker since
    if is_first:
        if finding.search["outcome"] == Outcome.RATE_LIMITED and breaker.opened_at is None:
            halve_rate(
                breaker, source.queue_id
            )  # what a single probe meets is not its rate's fault
        breaker.openings += 1
        breaker.successes = 0
        breaker.opened_at = breaker.opened_at or timezone.now()
        keep_evidence(breaker, finding, reason)
    if finding.holds:
        if is_first:  # else its key may be another one by now
            control.hold_back(source.queue_id, by=BREAKER, reason=reason)
        return
    until = timezone.now() + timedelta(seconds=seconds)
    control.cool_down(source.queue_id, until=until, reason=reason, probe=True)


def keep_evidence(breaker: Breaker, finding: Finding, reason: str = "") -> None:
    breaker.refused_at = timezone.now()
    breaker.outcome = finding.search["outcome"]
    breaker.reason = reason[:500] or finding.search["reason"]
    breaker.evidence = finding.search["evidence"]
    breaker.http_status = finding.search["http_status"]
    breaker.save()


def halve_rate(breaker: Breaker, queue_id: int) -> None:
    slowdown = Queue.objects.values_list("slowdown", flat=True).get(pk=queue_id)
    control.slow_down(queue_id, min(slowdown * 2, MOST_SLOWDOWN))
    breaker.calm = 0


def speed_up(source: SourceOptions, good: int) -> None:
    """A tenth of the full rate more after every few good answers."""
    breaker = lock_breaker(source.id)
    steps, breaker.calm = divmod(breaker.calm + good, max(source.tuning.calm_answers, 1))
    breaker.save(update_fields=["calm"])
    if steps:
        slowdown = Queue.objects.values_list("slowdown", flat=True).get(pk=source.queue_id)
        share = min(1 / slowdown + steps * GROWTH, 1.0)
        control.slow_down(source.queue_id, 1 / share)


def shut(breaker: Breaker, queue_id: int) -> None:
    """The evidence stays, for whoever asks what happened last."""
    breaker.opened_at, breaker.successes = None, 0
    breaker.save(update_fields=["opened_at", "successes"])
    Source.objects.filter(pk=breaker.source_id).update(refusals=0, failures=0, misread=0)
    control.end_probing(queue_id)


@transaction.atomic
def close_breaker(source: Source, *, by: str) -> None:
    """An operator knows that the source may be asked again: now, at its full concurrency. Jobs that
    were refused need not wait any longer."""
    breaker = lock_breaker(source.pk)
    record(
        "close breaker",
        by=by,
        queue=source.queue.name,
        before={"reason": breaker.reason, "until": source.queue.cooling_until},
    )
    shut(breaker, source.queue_id)
    open_queue(source, by=by)


def try_new_key(source: Source, *, by: str) -> None:
    """What refused the old key is asked again at once, by one job. Locks no breaker: whoever changes a
    source holds its row already."""
    breaker = Breaker.objects.filter(source=source).first()
    if breaker and breaker.opened_at and breaker.outcome == Outcome.QUOTA:
        open_queue(source, by=by)


def open_queue(source: Source, *, by: str) -> None:
    """A pause by a person stays."""
    queue = Queue.objects.get(pk=source.queue_id)
    if is_held(queue):
        control.resume_queue(queue.name, by=by)
    else:
        control.end_cool_down(queue.name, by=by)
    hurry_refused(source.queue_id, by)


def hurry_refused(queue_id: int, by: str) -> None:
    refused = Job.objects.filter(
        queue=queue_id,
        state=JobState.AVAILABLE,
        turn=None,
        search__outcome__in=REFUSALS,
    )
    ids = list(refused.values_list("pk", flat=True)[:10_000])
    if ids:
        control.run_now(ids, by=by)


def lock_breaker(source_id: int) -> Breaker:
    Breaker.objects.bulk_create([Breaker(source_id=source_id)], ignore_conflicts=True)
    return Breaker.objects.select_for_update().get(pk=source_id)
