"""How many requests of a source may still be made today and this month.

A request is counted before it is made, under the lock of its day's row: two nodes never pass a
budget together. What was counted and never asked is given back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from keywords.usage import SourceUsage, Span

# How the reason of a cool-down begins that a budget has caused.
BUDGET_USED_UP = "Used up: the budget of"


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """None: no limit. Days and months are those of the time zone."""

    day: int | None = None
    month: int | None = None
    time_zone: str = ""  # "": the installation's

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone or settings.TIME_ZONE)

    def limits(self) -> Iterator[tuple[Span, int]]:
        if self.day is not None:
            yield Span.DAY, self.day
        if self.month is not None:
            yield Span.MONTH, self.month


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a budget has left. `until`: when the span ends."""

    span: Span
    limit: int
    used: int
    until: datetime

    @property
    def left(self) -> int:
        return max(self.limit - self.used, 0)

    @property
    def reason(self) -> str:
        return f"{BUDGET_USED_UP} {self.limit:,} requests a {self.span}."


@transaction.atomic
def reserve(
    source_id: int, budget: Budget, wanted: int, now: datetime
) -> tuple[int, list[Allowance]]:
    """Counts up to `wanted` requests; returns how many, and what is left afterwards."""
    rows = [lock_usage(source_id, span, begin_of(span, budget, now)) for span, _ in budget.limits()]
    limits = [limit for _, limit in budget.limits()]
    granted = min(
        [
            wanted,
            *(max(limit - row.used, 0) for row, limit in zip(rows, limits, strict=True)),
        ]
    )
    if granted:
        SourceUsage.objects.filter(pk__in=[row.pk for row in rows]).update(used=F("used") + granted)
    left = [
        Allowance(Span(row.span), limit, row.used + granted, end_of(Span(row.span), budget, now))
        for row, limit in zip(rows, limits, strict=True)
    ]
    return granted, left


def lock_usage(source_id: int, span: Span, begins_on: date) -> SourceUsage:
    """Days before months, in every process: so that none waits for one that waits for it."""
    values = {"source_id": source_id, "span": span, "begins_on": begins_on}
    SourceUsage.objects.bulk_create([SourceUsage(**values)], ignore_conflicts=True)
    return SourceUsage.objects.select_for_update().get(**values)


def give_back(source_id: int, budget: Budget, count: int, now: datetime) -> None:
    """Requests that were counted and not made."""
    for span, _ in budget.limits():
        SourceUsage.objects.filter(
            source_id=source_id, span=span, begins_on=begin_of(span, budget, now)
        ).update(used=Greatest(F("used") - count, 0))


def read_allowances(budgets: dict[int, Budget], now: datetime) -> dict[int, list[Allowance]]:
    """What is left, by source id, in one query."""
    wanted = {
        (source_id, span, begin_of(span, budget, now)): (limit, end_of(span, budget, now))
        for source_id, budget in budgets.items()
        for span, limit in budget.limits()
    }
    if not wanted:
        return {source_id: [] for source_id in budgets}
    rows = SourceUsage.objects.filter(
        source__in=budgets, begins_on__in={begins_on for _, _, begins_on in wanted}
    ).values_list("source_id", "span", "begins_on", "used")
    used = {(source_id, Span(span), begins_on): count for source_id, span, begins_on, count in rows}
    found: dict[int, list[Allowance]] = {source_id: [] for source_id in budgets}
    for key, (limit, until) in wanted.items():
        found[key[0]].append(Allowance(key[1], limit, used.get(key, 0), until))
    return found


def find_exhausted(allowances: Sequence[Allowance]) -> Allowance | None:
    """The used-up one that lasts longest."""
    spent = [allowance for allowance in allowances if not allowance.left]
    return max(spent, key=lambda allowance: allowance.until, default=None)


def begin_of(span: Span, budget: Budget, now: datetime) -> date:
    today = now.astimezone(budget.zone).date()
    return today if span is Span.DAY else today.replace(day=1)


def end_of(span: Span, budget: Budget, now: datetime) -> datetime:
    begins_on = begin_of(span, budget, now)
    if span is Span.DAY:
        after = begins_on + timedelta(days=1)
    else:
        after = (begins_on + timedelta(days=32)).replace(day=1)
    return datetime.combine(after, time(), tzinfo=budget.zone)
