"""The queue pill of the top bar, and the page behind it: what of mine is under way."""

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jobs.models import Queue
from keywords.in_progress import Underway, find_underway, seconds_left
from keywords.templatetags.figures import describe_span
from keywords.views.access import SignedInRequest, signed_in
from keywords.views.progress import BAR, Segment

SHOWN = 6


@dataclass(frozen=True)
class Row:
    batch: Underway
    segments: tuple[Segment, ...]


@dataclass(frozen=True)
class Pill:
    """`tone`: "" at rest, "running", "warning" while a source rests, "failed" while one is paused."""

    rows: tuple[Row, ...]
    running: int
    waiting: int
    is_capped: bool
    tone: str
    note: str  # why it stands still, or how long it takes


@require_safe
@signed_in
def show_queue(request: SignedInRequest) -> HttpResponse:
    return render(request, "keywords/queue.html", {"pill": build_pill(request.user.pk)})


@require_safe
@signed_in
def show_pill(request: SignedInRequest) -> HttpResponse:
    return render(request, "parts/queue_pill.html", {"pill": build_pill(request.user.pk, SHOWN)})


def build_pill(owner_id: int, most: int | None = None) -> Pill:
    batches = find_underway(owner_id)
    tone, note = describe(batches)
    return Pill(
        rows=tuple(Row(batch, build_bar(batch)) for batch in batches[:most]),
        running=sum(batch.running for batch in batches),
        waiting=sum(batch.waiting for batch in batches),
        is_capped=any(batch.is_capped for batch in batches),
        tone=tone,
        note=note,
    )


def describe(batches: list[Underway]) -> tuple[str, str]:
    if not batches:
        return "", ""
    now = timezone.now()
    ids = {queue for batch in batches for queue in batch.queue_ids}
    queues = list(Queue.objects.filter(pk__in=ids))
    if paused := [queue.name for queue in queues if queue.is_paused(now)]:
        return "failed", _("%(name)s is paused") % {"name": paused[0]}
    if resting := [queue.name for queue in queues if queue.is_cooling(now)]:
        return "warning", _("%(name)s rests") % {"name": resting[0]}
    left = seconds_left(batches, queues)
    return "running", f"~{describe_span(timedelta(seconds=left))}" if left else ""


def build_bar(batch: Underway) -> tuple[Segment, ...]:
    """What is finished, what runs and what waits, in thousandths."""
    total = max(batch.total, batch.unfinished, 1)
    done = batch.finished * BAR // total
    running = max(batch.running * BAR // total, 4 if batch.running else 0)
    return (
        Segment("good", 0, done),
        Segment("running", done, running),
        Segment("waiting", done + running, max(BAR - done - running, 0)),
    )
