"""The history tab: ranks and counts over time, as charts and as a table."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from keywords.charts.lines import Chart, Series, draw_lines
from keywords.history import KeywordRun, find_keyword_runs
from keywords.models import Keyword
from keywords.views.wording import OUTCOMES


def describe_history(keyword: Keyword, domains: Sequence[str]) -> dict[str, Any]:
    runs = find_keyword_runs(keyword.pk, domains)
    return {
        "history": runs,
        "domains": domains,
        "charts": [chart for chart in (draw_ranks(runs, domains), draw_counts(runs)) if chart],
        "plot": describe_plot(runs, domains),
        "keeps_jobs": getattr(settings, "JOBS_KEEP_DAYS", {}),
    }


def list_failures(runs: Sequence[KeywordRun]) -> list[str]:
    return [
        ""
        if run.is_good
        else str(OUTCOMES[run.outcome].chip.word if run.outcome in OUTCOMES else run.outcome)
        for run in runs
    ]


def draw_ranks(runs: Sequence[KeywordRun], domains: Sequence[str]) -> tuple[str, Chart] | None:
    if not domains or len(runs) < 2:
        return None
    series = [
        Series(domain, [run.ranks.get(domain) if run.is_good else None for run in runs])
        for domain in domains
    ]
    chart = draw_lines([run.at for run in runs], series, list_failures(runs), is_rank=True)
    return _("Rank among the organic results"), chart


def draw_counts(runs: Sequence[KeywordRun]) -> tuple[str, Chart] | None:
    if len(runs) < 2:
        return None
    series = [
        Series(_("ads"), [run.ads if run.is_good else None for run in runs]),
        Series(_("organic results"), [run.organic if run.is_good else None for run in runs]),
    ]
    return _("Ads and organic results"), draw_lines(
        [run.at for run in runs], series, list_failures(runs)
    )


def describe_plot(runs: Sequence[KeywordRun], domains: Sequence[str]) -> dict[str, Any]:
    """For the script that draws the same with a brush to zoom."""
    if len(runs) < 2:
        return {}
    good = [run.is_good for run in runs]
    return {
        "word": _("Run"),
        "zone": timezone.get_current_timezone_name(),
        "times": [int(run.at.timestamp()) for run in runs],
        "failures": list_failures(runs),
        "ranks": {
            domain: [
                run.ranks.get(domain) if ok else None for run, ok in zip(runs, good, strict=True)
            ]
            for domain in domains
        },
        "counts": {
            _("ads"): [run.ads if ok else None for run, ok in zip(runs, good, strict=True)],
            _("organic results"): [
                run.organic if ok else None for run, ok in zip(runs, good, strict=True)
            ],
        },
    }
