"""What answers mean beyond their searches: for the breaker, the figures and the budget of their source.

In the transaction that settles their jobs.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from django.utils import timezone

from jobs import control
from keywords import budgets
from keywords.admission import LINE_UP
from keywords.breaking import note_answers
from keywords.copying import Cell, copy_rows
from keywords.findings import Finding
from keywords.page_health import PageHealth
from keywords.payloads import Payload
from serp.types import Outcome


def tell_sources(findings: Sequence[Finding]) -> None:
    note_answers(findings)
    write_health([finding for finding in findings if finding.was_asked])
    give_back_requests(finding.payload for finding in findings if not finding.was_asked)


def write_health(findings: Sequence[Finding]) -> None:
    """A refusal of a proxy says nothing about the source's pages, but a lot about its answers."""
    if findings:
        copy_rows(PageHealth._meta.db_table, COLUMNS, [health_row(each) for each in findings])


def health_row(finding: Finding) -> tuple[Cell, ...]:
    found, measures = finding.search, finding.measures
    return (
        finding.payload.source.id,
        finding.payload.search_id,
        (found["fetched_at"] or timezone.now()).isoformat(),
        found["outcome"],
        found["parser_version"],
        measures.organic,
        measures.ads,
        measures.links,
        measures.size,
        measures.frame,
        measures.echo,
        measures.related,
        measures.fingerprint,
        measures.keyword_hash,
    )


def give_back_requests(payloads: Iterable[Payload]) -> None:
    """Requests that a budget counted and nobody made. A queue that closed over them looks again: a
    job that had its request is handed back unstarted where others found the budget used up."""
    unasked = Counter(
        (payload.source.id, payload.source.queue_id, payload.source.budget)
        for payload in payloads
        if payload.entry.counted
    )
    now = timezone.now()
    for (source_id, queue_id, budget), count in sorted(
        unasked.items(), key=lambda item: item[0][0]
    ):
        budgets.give_back(source_id, budget, count, now)
        control.shorten_cool_down(queue_id, until=now + LINE_UP, reason=budgets.BUDGET_USED_UP)


COLUMNS = [
    *("source_id", "search_id", "at", "outcome", "parser_version", "organic", "ads", "links"),
    *("size", "frame", "echo", "related", "fingerprint", "keyword_hash"),
]
# Outcomes that a parser had a say in.
READ = frozenset({Outcome.OK, Outcome.EMPTY, Outcome.DEGRADED, Outcome.LAYOUT_CHANGED})
