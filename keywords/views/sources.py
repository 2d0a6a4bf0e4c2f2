"""`/sources`: where keywords can be searched, how each is doing and what to expect of it; and one of
them with its figures, its checks and its proxies."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jobs.groups import may_configure, may_operate
from keywords.models import Source
from keywords.page_health import PageHealth
from keywords.source_checks import SourceCheck
from keywords.source_standing import SourceStanding, read_standings
from keywords.sources import engine_of
from keywords.told import say
from keywords.views.access import SignedInRequest, signed_in
from keywords.views.source_words import Told, describe_pace, describe_slowdown, name_outcome, tell
from keywords.views.wording import explain
from serp.types import Engine

SHOWN_CHECKS = 8
SHOWN_ANSWERS = 20


@dataclass(frozen=True)
class Budgeted:
    """What is left of one budget."""

    span: str
    left: int
    limit: int
    used_share: int  # percent


@dataclass(frozen=True)
class SourceCard:
    standing: SourceStanding
    engine: Engine
    told: Told
    pace: str
    slowdown: str
    budgets: tuple[Budgeted, ...]
    expectation: str
    last_block: str

    @property
    def source(self) -> Source:
        return self.standing.source

    @property
    def share(self) -> int | None:
        share = self.standing.health.share
        return None if share is None else round(share * 100)


@require_safe
@signed_in
def show_sources(request: SignedInRequest) -> HttpResponse:
    sources = asked_sources().order_by("-enabled", "-is_default", "name")
    cards = [build_card(standing) for standing in read_standings(sources)]
    return render(request, "keywords/sources.html", {"cards": cards, **permissions(request)})


@require_safe
@signed_in
def show_source(request: SignedInRequest, name: str) -> HttpResponse:
    source = get_object_or_404(asked_sources(), name=name)
    (standing,) = read_standings(asked_sources().filter(pk=source.pk))
    allowed = permissions(request)
    context = {
        "card": build_card(standing),
        "figures": source.figures.order_by("-newest")[:5],
        "answers": [
            (answer, explain(answer.outcome).chip)
            for answer in PageHealth.objects.filter(source=source)[:SHOWN_ANSWERS]
        ],
        "checks": [
            (check, explain(check.outcome).chip) for check in visible_checks(request, source)
        ],
        "proxies": source.proxies.all() if allowed["may_operate"] else [],
        "may_test": may_test(request, source),
        "keyword": source.canary_keyword or "wikipedia",
        **allowed,
    }
    return render(request, "keywords/source.html", context)


def asked_sources() -> QuerySet[Source]:
    """Without those that only hold imported pages."""
    return Source.objects.filter(only_saved=False)


def build_card(standing: SourceStanding) -> SourceCard:
    source = standing.source
    engine = engine_of(source)
    breaker = standing.breaker
    return SourceCard(
        standing=standing,
        engine=engine,
        told=tell(standing),
        pace=describe_pace(source.queue),
        slowdown=describe_slowdown(source.queue),
        budgets=tuple(list_budgets(standing)),
        expectation=say(source.expectation or engine.label),
        last_block=name_outcome(breaker.outcome) if breaker and breaker.refused_at else "",
    )


def list_budgets(standing: SourceStanding) -> Iterator[Budgeted]:
    for allowance in standing.allowances:
        share = round(100 * min(allowance.used / allowance.limit, 1))
        span = _("today") if allowance.span == "day" else _("this month")
        yield Budgeted(span, allowance.left, allowance.limit, share)


def permissions(request: SignedInRequest) -> dict[str, bool]:
    return {
        "may_operate": may_operate(request.user),
        "may_configure": may_configure(request.user),
    }


def may_test(request: SignedInRequest, source: Source) -> bool:
    return source.users_may_test or may_operate(request.user)


def visible_checks(request: SignedInRequest, source: Source) -> QuerySet[SourceCheck]:
    """Operators see all of them, others their own and the canaries."""
    return checks_for(request).filter(source=source)[:SHOWN_CHECKS]


def checks_for(request: SignedInRequest) -> QuerySet[SourceCheck]:
    checks = SourceCheck.objects.select_related("source")
    if may_operate(request.user):
        return checks
    own = Q(owner=request.user.pk) | Q(purpose=SourceCheck.Purpose.CANARY)
    return checks.filter(own, source__only_saved=False)
