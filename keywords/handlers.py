"""The kind of job that this product is about: one keyword, one results page.

The one place where keywords meets the fetching of pages. Threads run `perform`; it touches no
database. `load` and `save` are the main thread's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, ClassVar

from django.utils import timezone

from jobs.chores import Chore, register_chore
from jobs.outcomes import Cancel, Done, Fail, Outcome, Snooze
from jobs.registry import BaseHandler, ClaimedJob, Context, Settled, handler
from jobs.retry import RetryPolicy
from keywords import schedule_handlers as _schedules  # noqa: F401 - registers its kind
from keywords.account import handlers as _account  # noqa: F401 - registers its kinds
from keywords.bulk import handlers as _bulk  # noqa: F401 - registers its kind
from keywords.check_jobs import KIND as CHECK_KIND
from keywords.check_writer import write_checks
from keywords.exports import handlers as _exports  # noqa: F401 - registers its kind
from keywords.findings import (
    Finding,
    describe_search,
    describe_visit,
    list_links,
    pack_body,
)
from keywords.measuring import measure
from keywords.notifications import handlers as _notifications  # noqa: F401 - registers its kinds
from keywords.payloads import Payload, load_check_payloads, load_payloads
from keywords.reparsing import handlers as _reparsing  # noqa: F401 - registers its kind
from keywords.result_writer import write_results
from keywords.rolling import roll_up
from keywords.runs import KIND
from keywords.source_fetchers import fetcher_for
from keywords.source_news import give_back_requests
from keywords.verdict_policy import FAULTS, REFUSALS, Decision, Situation, Step, decide
from serp import types as serp
from serp.engines.registry import ENGINE_MODULES, configure_engine, get_engine
from serp.errors import BadQuery, MissingKey
from serp.relevance import doubt_irrelevant
from serp.urls import registrable_domain

# The proxy answers in the source's place.
PROXY_SIGN_IN = 407


@handler
class SearchHandler(BaseHandler):
    kind: ClassVar[str] = KIND
    retry: ClassVar[RetryPolicy] = RetryPolicy(max_attempts=5, base=5.0, cap=300.0)
    deadline: ClassVar[float] = 60.0

    def prepare(self) -> None:
        for name in ENGINE_MODULES:
            get_engine(name)
        registrable_domain("https://example.com")  # reads the list of public suffixes

    def load(self, jobs: Sequence[ClaimedJob]) -> Mapping[int, Any]:
        return load_payloads(jobs)

    def unload(self, payloads: Sequence[Payload]) -> None:
        give_back_requests(payloads)

    def perform(self, payload: Payload, context: Context) -> Outcome:
        if outcome := find_obstacle(payload):
            return outcome
        decision, finding, verdict = investigate(payload, context)
        return conclude(decision, verdict, finding)

    def save(self, settled: Sequence[Settled]) -> None:
        write_results(settled)


@handler
class CheckHandler(BaseHandler):
    """A keyword of nobody's list. Whatever comes back is what was asked for: it is not repeated."""

    kind: ClassVar[str] = CHECK_KIND
    retry: ClassVar[RetryPolicy] = RetryPolicy(max_attempts=2, base=5.0, cap=30.0)
    deadline: ClassVar[float] = 60.0

    def load(self, jobs: Sequence[ClaimedJob]) -> Mapping[int, Any]:
        return load_check_payloads(jobs)

    def unload(self, payloads: Sequence[Payload]) -> None:
        give_back_requests(payloads)

    def perform(self, payload: Payload, context: Context) -> Outcome:
        if outcome := find_obstacle(payload):
            return outcome
        _, finding, verdict = investigate(payload, context)
        return Done(value=finding, facts=tell_facts(verdict, finding))

    def save(self, settled: Sequence[Settled]) -> None:
        write_checks(settled)


register_chore(Chore("source figures", 30.0, roll_up))


def find_obstacle(payload: Payload) -> Outcome | None:
    """Why nothing can be asked; None where it can."""
    if payload.source.problem:
        return Cancel(reason=payload.source.problem)
    if payload.entry.wait_until is not None:
        return Snooze(until=payload.entry.wait_until, reason=payload.entry.reason)
    return None


def investigate(payload: Payload, context: Context) -> tuple[Decision, Finding, serp.Verdict]:
    exchange, reading = ask(payload, context)
    decision = decide(reading.verdict, add_exchange(payload, exchange), payload.source.tuning)
    return decision, build_finding(payload, exchange, reading, decision), reading.verdict


def ask(payload: Payload, context: Context) -> tuple[serp.Exchange | None, serp.Reading]:
    """The exchange is None where the engine cannot even ask."""
    try:
        engine = configure_engine(payload.source.engine, payload.source.options)
        request = engine.build(payload.query, payload.source.options)
    except MissingKey as problem:
        return None, refuse(serp.Outcome.QUOTA, problem, bad_key=True)
    except BadQuery as problem:
        return None, refuse(serp.Outcome.BAD_REQUEST, problem)
    proxy = payload.entry.proxy.url if payload.entry.proxy else ""
    fetcher = fetcher_for(payload.source.id, payload.source.fetcher, proxy)
    context.started()
    exchange = fetcher.fetch(request, check=context.check)
    return exchange, doubt_irrelevant(engine.read(exchange, payload.query), payload.query)


def refuse(outcome: serp.Outcome, problem: BadQuery, *, bad_key: bool = False) -> serp.Reading:
    verdict = serp.Verdict(outcome=outcome, reason=str(problem), bad_key=bad_key)
    return serp.Reading(verdict=verdict)


def add_exchange(payload: Payload, exchange: serp.Exchange | None) -> Situation:
    if exchange is None:
        return payload.situation
    failed = exchange.problem is serp.FetchProblem.PROXY or exchange.status == PROXY_SIGN_IN
    return replace(
        payload.situation,
        http_status=exchange.status,
        proxy_failed=failed and payload.entry.proxy is not None,
    )


def build_finding(
    payload: Payload, exchange: serp.Exchange | None, reading: serp.Reading, decision: Decision
) -> Finding:
    outcome = reading.verdict.outcome
    return Finding(
        payload=payload,
        search=describe_search(payload, exchange, reading),
        visit=describe_visit(exchange),
        links=list_links(reading.serp),
        page=pack_body(exchange),
        is_good=outcome.is_good,
        is_refusal=outcome in REFUSALS,
        is_fault=outcome in FAULTS,
        is_misread=outcome is serp.Outcome.LAYOUT_CHANGED,
        was_asked=exchange is not None,
        cool_down=decision.cool_down,
        holds=decision.holds,
        blames_proxy=decision.blames_proxy,
        proxy_rest=decision.proxy_rest,
        measures=measure(exchange, reading, payload.query),
    )


def tell_facts(verdict: serp.Verdict, finding: Finding) -> dict[str, Any]:
    """What operators see of the attempt."""
    proxy = finding.payload.entry.proxy
    return {
        "outcome": verdict.outcome.value,
        "http_status": finding.search["http_status"],
        "seconds": finding.search["seconds"],
        "bytes": finding.visit.get("wire_bytes"),
        "evidence": finding.search["evidence"][:200],
        **({"proxy": proxy.label} if proxy else {}),
    }


def conclude(decision: Decision, verdict: serp.Verdict, finding: Finding) -> Outcome:
    facts = tell_facts(verdict, finding)
    match decision.step:
        case Step.DONE:
            return Done(value=finding, facts=facts)
        case Step.WAIT:
            until = timezone.now() + timedelta(seconds=decision.wait)
            return Snooze(until=until, reason=verdict.reason, value=finding, facts=facts)
        case Step.RETRY | Step.GIVE_UP:
            return Fail(
                error=verdict.outcome.value,
                message=verdict.reason,
                value=finding,
                permanent=decision.step is Step.GIVE_UP,
                retry_after=decision.retry_after,
                facts=facts,
            )
