"""Rolling figures of each source: what came back lately beside what came back before.

A chore of every node; each roll-up is done by one of them.
"""

import logging
from collections.abc import Sequence
from dataclasses import asdict

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from keywords.alarms import Sample, find_alarms, sum_up
from keywords.page_health import PageHealth, SourceFigures
from keywords.source_checks import SourceCheck
from keywords.source_news import READ

logger = logging.getLogger(__name__)

LATEST, BEFORE = 50, 500
# Answers of a source that are kept.
KEPT = 5000
# Of the advisory lock, so that one node at a time does it.
LOCK = 0x4A0C1


@transaction.atomic
def roll_up() -> int:
    """For sources with new answers; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
    counted = dict(
        SourceFigures.objects.order_by().values_list("source_id").annotate(Max("newest"))
    )
    newest = PageHealth.objects.order_by().values_list("source_id").annotate(Max("id"))
    changed = [(source, id_) for source, id_ in newest if id_ > counted.get(source, 0)]
    for source_id, id_ in changed:
        roll_up_source(source_id, id_)
        forget_old(source_id)
    return len(changed)


def roll_up_source(source_id: int, newest: int) -> None:
    rows = list(
        PageHealth.objects.filter(source=source_id, outcome__in=READ).order_by("-id")[
            : LATEST + BEFORE
        ]
    )
    version = rows[0].parser_version if rows else ""
    latest = [row for row in rows[:LATEST] if row.parser_version == version]
    samples = [read_sample(row) for row in latest]
    figures = sum_up(samples, [read_sample(row) for row in rows[len(latest) :]])
    alarms = find_alarms(figures, samples, find_canary(source_id))
    save_figures(source_id, version, alarms, newest=newest, **asdict(figures))


def save_figures(source_id: int, version: str, alarms: Sequence[str], **values: object) -> None:
    row = SourceFigures.objects.filter(source=source_id, parser_version=version).first()
    row = row or SourceFigures(source_id=source_id, parser_version=version)
    if alarms and not row.alarms:
        logger.warning("source %s: %s", source_id, " ".join(alarms))
    row.alarm_since = (row.alarm_since or timezone.now()) if alarms else None
    row.alarms = list(alarms)
    row.at = timezone.now()
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def read_sample(row: PageHealth) -> Sample:
    return Sample(row.outcome, row.organic, row.ads, row.fingerprint, row.keyword_hash)


def find_canary(source_id: int) -> str:
    """The outcome of the last one; "" where there is none."""
    canaries = SourceCheck.objects.filter(
        source=source_id, purpose=SourceCheck.Purpose.CANARY
    ).exclude(finished_at=None)
    return canaries.order_by("-id").values_list("outcome", flat=True).first() or ""


def forget_old(source_id: int) -> None:
    old = PageHealth.objects.filter(source=source_id).order_by("-id").values_list("id", flat=True)
    if (last := old[KEPT : KEPT + 1].first()) is not None:
        PageHealth.objects.filter(source=source_id, id__lte=last).delete()


def current_figures(source_ids: Sequence[int]) -> dict[int, SourceFigures]:
    """Of each source the version that read its newest answers."""
    rows = SourceFigures.objects.filter(source__in=source_ids).order_by("source_id", "-newest")
    return {row.source_id: row for row in rows.distinct("source_id")}
