"""Writing what checks of sources found, in the transaction that settles their jobs."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone, translation

from jobs.outcomes import Cancel, Fail
from jobs.registry import Settled
from jobs.states import FINISHED
from keywords.breaking import note_canary
from keywords.findings import Finding, LinkRow
from keywords.models import ResultLink
from keywords.source_checks import SourceCheck
from keywords.source_news import tell_sources
from serp.types import Outcome

SHOWN = 10
CANARY_FAILURES = frozenset({Outcome.EMPTY, Outcome.LAYOUT_CHANGED, Outcome.DEGRADED})
BROKEN = "The check broke in this program (%s)."


def write_checks(settled: Sequence[Settled]) -> None:
    found = [(each, value) for each in settled if isinstance(value := value_of(each), Finding)]
    for each, finding in found:
        write_check(each, describe_finding(finding))
    for each in settled:
        if each.state in FINISHED and value_of(each) is None:
            write_check(each, describe_ending(each))
    tell_sources([finding for _, finding in found])
    for each, finding in found:
        if is_failed_canary(each, finding):
            note_canary(finding)


def value_of(settled: Settled) -> object:
    return getattr(settled.outcome, "value", None)


def is_failed_canary(settled: Settled, finding: Finding) -> bool:
    is_canary = settled.job.args["purpose"] == SourceCheck.Purpose.CANARY
    return is_canary and finding.search["outcome"] in CANARY_FAILURES


def write_check(settled: Settled, values: dict[str, Any]) -> None:
    """A canary by the clock has no row before."""
    args = settled.job.args
    SourceCheck.objects.update_or_create(
        job_id=settled.job.id,
        defaults={**values, "finished_at": timezone.now()},
        create_defaults={
            "source_id": args["source"],
            "purpose": args["purpose"],
            "keyword": args["keyword"],
            "asked_by": args.get("by", ""),
            **values,
            "finished_at": timezone.now(),
        },
    )


def describe_finding(finding: Finding) -> dict[str, Any]:
    """Columns of SourceCheck."""
    search, measures, proxy = finding.search, finding.measures, finding.payload.entry.proxy
    return {
        **{name: search[name] for name in ("outcome", "reason", "evidence", "http_status")},
        "seconds": search["seconds"],
        "proxy": proxy.label if proxy else "",
        "final_url": finding.visit.get("final_url", ""),
        "figures": {
            "organic": measures.organic,
            "ads": measures.ads,
            "links": measures.links,
            "total_results": search["total_results"],
            "bytes": measures.size,
            "frame": measures.frame,
            "echo": measures.echo,
            "parser_version": search["parser_version"],
            "layout": search["layout"],
        },
        "organic": list_first(finding.links, {ResultLink.Block.ORGANIC}),
        "ads": list_first(finding.links, set(ResultLink.AD_BLOCKS)),
    }


def name_block(block: str) -> str:
    """In English, as all that is stored: whoever reads it may speak another language than who asked."""
    with translation.override(None):
        return str(ResultLink.Block(block).label)


def list_first(links: Sequence[LinkRow], blocks: set[ResultLink.Block]) -> list[dict[str, Any]]:
    wanted = [row for row in links if row[0] in blocks][:SHOWN]
    return [
        {
            "place": name_block(block),
            "rank": rank,
            "title": title,
            "url": url,
            "display_url": shown,
            "snippet": snippet[:300],
        }
        for block, rank, _, title, url, _, _, _, shown, snippet in wanted
    ]


def describe_ending(settled: Settled) -> dict[str, Any]:
    """It ended without an answer: cancelled, out of time, or broken in our own code."""
    match settled.outcome:
        case Cancel(reason=reason):
            return {"outcome": Outcome.CANCELLED, "reason": reason[:500]}
        case Fail(error="DeadlineExceeded", message=message):
            return {"outcome": Outcome.NETWORK, "reason": f"The check {message}."[:500]}
        case Fail(error=error):
            return {"outcome": "", "reason": (BROKEN % error)[:500]}
        case _:
            return {}
