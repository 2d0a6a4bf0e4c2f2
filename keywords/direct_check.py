"""A test without a worker: asked by the process that shows the page, in its own time.

Everything else is as in a job: the budget counts it, a proxy takes it, the breaker hears of it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.utils import timezone

from jobs.registry import ClaimedJob
from keywords.check_jobs import KIND
from keywords.check_writer import describe_finding
from keywords.handlers import investigate
from keywords.models import Source
from keywords.payloads import Payload, load_check_payloads
from keywords.source_checks import SourceCheck
from keywords.source_news import tell_sources


class CannotCheck(Exception):
    """Nothing can be asked now; str(e) is one plain sentence."""


@dataclass(frozen=True)
class Page:
    """The surroundings of a test that is no job."""

    def started(self) -> None:
        """No rate counts it."""

    def check(self) -> None:
        """Nobody stops it but the limits of the request."""


def check_directly(source: Source, keyword: str, *, by: str, owner: int = 0) -> SourceCheck:
    """Raises CannotCheck."""
    now = timezone.now()
    if source.queue.is_cooling(now) or source.queue.is_paused(now):
        raise CannotCheck("The source is closed, and nobody is there to ask it when it opens.")
    payload = load_payload(source, keyword, now)
    if obstacle := payload.source.problem or payload.entry.reason:
        raise CannotCheck(obstacle)
    _, finding, _ = investigate(payload, Page())
    with transaction.atomic():
        check = SourceCheck.objects.create(
            source=source,
            purpose=SourceCheck.Purpose.TEST,
            keyword=keyword,
            asked_by=by[:200],
            owner=owner,
            finished_at=timezone.now(),
            **describe_finding(finding),
        )
        tell_sources([finding])
    return check


def load_payload(source: Source, keyword: str, now: datetime) -> Payload:
    job = ClaimedJob(
        id=source.pk,
        kind=KIND,
        queue_id=source.queue_id,
        owner=0,
        batch_id=None,
        args={"source": source.pk, "keyword": keyword},
        attempt=1,
        max_attempts=1,
        lease_token=uuid4(),
        created_at=now,
        started_at=now,
    )
    return load_check_payloads([job])[job.id]
