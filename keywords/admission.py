"""Who of the loaded jobs may ask now, and through what: budgets are counted and proxies chosen."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from jobs import control
from keywords import budgets
from keywords.budgets import Allowance
from keywords.models import Source
from keywords.proxies import Proxy
from keywords.vault import Unreadable, unseal


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyChoice:
    """`url` holds the password: it goes to the fetcher and nowhere else."""

    id: int
    label: str
    url: str
    bad_in_a_row: int

    def __repr__(self) -> str:
        return f"ProxyChoice({self.label})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """`wait_until`: it may not ask before, because of `reason`. `counted`: it is in the budget."""

    proxy: ProxyChoice | None = None
    counted: bool = False
    wait_until: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a source asks of those who want to ask it."""

    source_id: int
    queue_id: int
    budget: budgets.Budget
    has_proxies: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """`turn`: attempts of a job have different ones, so that another proxy takes the next."""

    job_id: int
    turn: int
    terms: Terms


UNREADABLE_PROXIES = "Its proxies were saved under another SECRET_KEY and must be entered again."
LINE_UP = timedelta(seconds=10)
UNREADABLE_REST = timedelta(minutes=10)


def admit(wishes: Sequence[Wish]) -> dict[int, Pass]:
    """A pass for each job, by its id."""
    by_source: dict[Terms, list[Wish]] = defaultdict(list)
    for wish in wishes:
        by_source[wish.terms].append(wish)
    proxies = find_proxies(terms.source_id for terms in by_source if terms.has_proxies)
    passes: dict[int, Pass] = {}
    for terms in sorted(by_source, key=lambda terms: terms.source_id):
        passes |= admit_to_source(terms, by_source[terms], proxies.get(terms.source_id, []))
    return passes


def admit_to_source(
    terms: Terms, wishes: Sequence[Wish], proxies: Sequence[Proxy]
) -> Mapping[int, Pass]:
    now = timezone.now()
    usable = [proxy for proxy in proxies if not proxy.is_resting(now)]
    if proxies and not usable:
        until = min(proxy.resting_until for proxy in proxies if proxy.resting_until)
        return hold(terms, wishes, until, describe_resting(proxies))
    try:
        choices = open_proxies(usable)
    except Unreadable:
        return hold(terms, wishes, now + UNREADABLE_REST, UNREADABLE_PROXIES)
    return admit_within_budget(terms, wishes, choices, now)


@transaction.atomic
def admit_within_budget(
    terms: Terms, wishes: Sequence[Wish], proxies: Sequence[ProxyChoice], now: datetime
) -> Mapping[int, Pass]:
    granted, left = len(wishes), list[Allowance]()
    if any(terms.budget.limits()):
        granted, left = budgets.reserve(terms.source_id, lock_budget(terms), len(wishes), now)
    passes = {
        wish.job_id: Pass(
            proxy=proxies[wish.turn % len(proxies)] if proxies else None, counted=bool(left)
        )
        for wish in wishes[:granted]
    }
    spent = budgets.find_exhausted(left)
    if spent is None:
        return passes
    return {**passes, **hold(terms, wishes[granted:], spent.until, spent.reason)}


def lock_budget(terms: Terms) -> budgets.Budget:
    """As it is now: an operator may have raised it since the source was read, and must not find the
    queue closed for the old one afterwards."""
    row = Source.objects.select_for_update(no_key=True).only("budget_day", "budget_month")
    source = row.get(pk=terms.source_id)
    return replace(terms.budget, day=source.budget_day, month=source.budget_month)


def hold(terms: Terms, wishes: Sequence[Wish], until: datetime, reason: str) -> dict[int, Pass]:
    """The queue closes, so that no other job is claimed only to hear the same. These jobs line up
    behind it soon: it may open again before the time is over."""
    control.cool_down(terms.queue_id, until=until, reason=reason)
    soon = min(until, timezone.now() + LINE_UP)
    return {wish.job_id: Pass(wait_until=soon, reason=reason) for wish in wishes}


def find_proxies(source_ids: Iterable[int]) -> dict[int, list[Proxy]]:
    ids = list(source_ids)
    found: dict[int, list[Proxy]] = defaultdict(list)
    if ids:
        for proxy in Proxy.objects.filter(source__in=ids, enabled=True).order_by("id"):
            found[proxy.source_id].append(proxy)
    return found


def open_proxies(proxies: Sequence[Proxy]) -> list[ProxyChoice]:
    """Raises Unreadable."""
    return [
        ProxyChoice(
            id=proxy.pk,
            label=proxy.label,
            url=unseal(proxy.sealed)["url"],
            bad_in_a_row=proxy.bad_in_a_row,
        )
        for proxy in proxies
    ]


def describe_resting(proxies: Sequence[Proxy]) -> str:
    if len(proxies) == 1:
        return f"Its proxy rests: {proxies[0].reason}"
    return f"All its {len(proxies)} proxies rest. The last reason: {proxies[-1].reason}"
