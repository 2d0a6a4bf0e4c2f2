"""The figures over many pages: how many fields are right, by engine, layout and age."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

from serp.corpus.comparing import PageReport
from serp.types import Outcome

_REFUSALS = {
    Outcome.BLOCKED.value,
    Outcome.RATE_LIMITED.value,
    Outcome.CONSENT.value,
    Outcome.JS_REQUIRED.value,
}


def add_fields(reports: Iterable[PageReport]) -> dict[str, tuple[int, int]]:
    """field -> (right, compared), over all pages."""
    total: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for report in reports:
        for field, (right, compared) in report.fields.items():
            total[field][0] += right
            total[field][1] += compared
    return {field: (right, compared) for field, (right, compared) in total.items()}


def share_right(
    fields: Mapping[str, tuple[int, int]], wanted: Callable[[str], bool] = bool
) -> float:
    """The share of fields that are right, among those whose name is wanted; 1.0 where none was compared."""
    chosen = [pair for field, pair in fields.items() if wanted(field)]
    compared = sum(pair[1] for pair in chosen)
    return sum(pair[0] for pair in chosen) / compared if compared else 1.0


def count_verdict_mistakes(reports: Iterable[PageReport]) -> dict[str, int]:
    """The mistakes that would deceive a user, each of which must not happen."""
    counts = {
        "refusals not told as refusals": 0,
        "result pages called refusals": 0,
        "refusals called ok or empty": 0,
    }
    for report in reports:
        refused = report.page.kind in {"captcha", "js_required"}
        told = report.outcome in _REFUSALS
        counts["refusals not told as refusals"] += refused and not told
        counts["result pages called refusals"] += told and report.page.kind in {
            "results",
            "no_results",
        }
        counts["refusals called ok or empty"] += refused and report.outcome in {
            Outcome.OK.value,
            Outcome.EMPTY.value,
        }
    return counts


def describe(reports: list[PageReport], since: str) -> Iterator[str]:
    """The lines that are printed."""
    for engine in dict.fromkeys(report.page.engine for report in reports):
        chosen = [report for report in reports if report.page.engine == engine]
        yield f"{engine}: {_figure(chosen)}"
        for layout in dict.fromkeys(report.page.layout for report in chosen):
            yield f"  {layout:28} {_figure([report for report in chosen if report.page.layout == layout])}"
        yield from _describe_fields(
            f"{engine}, dated {since} or later",
            [report for report in chosen if report.page.date >= since],
        )
        yield from _describe_fields(
            f"{engine}, older", [report for report in chosen if report.page.date < since]
        )
    for mistake, count in count_verdict_mistakes(reports).items():
        yield f"{mistake}: {count}"


def _figure(reports: list[PageReport]) -> str:
    fields = add_fields(reports)
    right = sum(pair[0] for pair in fields.values())
    compared = sum(pair[1] for pair in fields.values())
    return f"{len(reports):3} pages, {right:5} of {compared:5} fields right ({share_right(fields):.1%})"


def _describe_fields(heading: str, reports: list[PageReport]) -> Iterator[str]:
    if not reports:
        return
    yield f"  {heading}: {_figure(reports)}"
    for field, (right, compared) in add_fields(reports).items():
        yield f"    {field:24} {right:5} of {compared:5} ({right / compared:.1%})"
