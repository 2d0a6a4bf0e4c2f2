"""The kind of job that this product is about: one keyword, one results page.

The one place where keywords meets the fetching of pages. Threads run `perform`; it touches no
database. `load` and `save` are the main thread's.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from django.utils import timezone

from jobs.outcomes import Cancel, Done, Fail, Outcome, Snooze
from jobs.registry import BaseHandler, ClaimedJob, Context, Settled, handler
from jobs.retry import RetryPolicy
from keywords.findings import (
    Finding,
    describe_search,
    describe_visit,
    list_links,
    pack_body,
)
from keywords.notifications import handlers as _notifications  # noqa: F401 - registers its kinds
from keywords.payloads import Payload, load_payloads
from keywords.result_writer import write_results
from keywords.runs import KIND
from keywords.source_fetchers import fetcher_for
from keywords.verdict_policy import FAULTS, REFUSALS, Decision, Situation, Step, decide
from serp import types as serp
from serp.engines.registry import ENGINE_MODULES, configure_engine, get_engine
from serp.errors import BadQuery
from serp.urls import registrable_domain


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

    def perform(self, payload: Payload, context: Context) -> Outcome:
        if payload.source.problem:
            return Cancel(reason=payload.source.problem)
        exchange, reading = ask(payload, context)
        decision = decide(reading.verdict, add_status(payload, exchange), payload.source.tuning)
        finding = build_finding(payload, exchange, reading, decision)
        return conclude(decision, reading.verdict, finding)

    def save(self, settled: Sequence[Settled]) -> None:
        write_results(settled)


def ask(payload: Payload, context: Context) -> tuple[serp.Exchange | None, serp.Reading]:
    """The exchange is None where the engine cannot even ask."""
    try:
        engine = configure_engine(payload.source.engine, payload.source.options)
        request = engine.build(payload.query, payload.source.options)
    except BadQuery as problem:
        verdict = serp.Verdict(outcome=serp.Outcome.BAD_REQUEST, reason=str(problem))
        return None, serp.Reading(verdict=verdict)
    fetcher = fetcher_for(payload.source.id, payload.source.fetcher)
    context.started()
    exchange = fetcher.fetch(request, check=context.check)
    return exchange, engine.read(exchange, payload.query)


def add_status(payload: Payload, exchange: serp.Exchange | None) -> Situation:
    known = payload.situation
    return Situation(
        attempt=known.attempt,
        age=known.age,
        refusals=known.refusals,
        refusals_in_a_row=known.refusals_in_a_row,
        http_status=exchange.status if exchange else 0,
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
        cool_down=decision.cool_down,
    )


def conclude(decision: Decision, verdict: serp.Verdict, finding: Finding) -> Outcome:
    """`facts` are what operators see of the attempt."""
    facts = {
        "outcome": verdict.outcome.value,
        "http_status": finding.search["http_status"],
        "seconds": finding.search["seconds"],
        "bytes": finding.visit.get("wire_bytes"),
        "evidence": finding.search["evidence"][:200],
    }
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
