"""`/demo`: a list for visitors to look at, with made-up results; nobody's, and the same for everybody."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from keywords.comparison import compare
from keywords.demo_list import ENGINE, HTML, Sample, make_samples, mark_sample
from keywords.models import Search
from keywords.statuses import DONE_OUTCOMES, Counts, Status, add_up
from keywords.told import say
from keywords.views.keyword_results import AD_BLOCKS, ORGANIC, build_result, find_boxes
from keywords.views.keyword_runs import Run
from keywords.views.keyword_tabs import LINKS_SHOWN, group_by_domain
from keywords.views.list_view import BY_NAME
from keywords.views.number_strip import build_tiles
from keywords.views.progress import Progress, build_progress
from keywords.views.saved_page import SAFE_HEADERS
from keywords.views.wording import Chip, choose_chip, explain
from serp.engines.registry import get_engine

SHOWN = ("top", "ads", "organic", "links", "results")
TABS = ("ads", "organic", "links", "page")


@dataclass(frozen=True)
class DemoRow:
    """A sample as a row of a list; `search` is None where no figure can be trusted."""

    sample: Sample
    chip: Chip
    note: str
    search: Search | None
    is_stale: bool = False


@require_safe
def show_demo(request: HttpRequest) -> HttpResponse:
    samples = make_samples()
    progress = measure(samples)
    outcome = request.GET.get("outcome", "")
    if outcome not in progress.counts.by_outcome:
        outcome = ""
    rows = [build_row(each) for each in samples if outcome in {"", each.search.outcome}]
    context = {
        "engine": get_engine(ENGINE),
        "progress": progress,
        "rows": rows,
        "columns": [BY_NAME[name] for name in SHOWN],
        "shown": SHOWN,
        # As the facets of a list ask for them.
        "view": {"filter": {"outcome": outcome, "status": ""}},
        "all_link": "?",
        "facets": [(part, f"?outcome={part.key}") for part in progress.parts],
    }
    return render(request, "keywords/demo.html", context)


@require_safe
def show_demo_keyword(request: HttpRequest, number: int) -> HttpResponse:
    sample = find_sample(number)
    run = build_run(sample)
    tab = request.GET.get("tab", "")
    if tab not in TABS:
        tab = run.first_tab if run.has_figures else "page"
    context = {
        "engine": get_engine(ENGINE),
        "sample": sample,
        "run": run,
        "search": sample.search,
        "runs": None,
        "before": next_to(sample, -1),
        "after": next_to(sample, 1),
        "tab": tab,
        "tab_links": {name: f"?tab={name}" for name in TABS},
        "tiles": build_tiles(run, None, "", {}),
        **describe_tab(tab, sample, request.GET),
    }
    return render(request, "keywords/demo_keyword.html", context)


@require_safe
@xframe_options_sameorigin
def show_demo_page(request: HttpRequest, number: int) -> HttpResponse:
    """Under the policy of every saved page."""
    marked = mark_sample(find_sample(number).number)
    return HttpResponse(marked.html, content_type=HTML, headers=SAFE_HEADERS)


def find_sample(number: int) -> Sample:
    """Raises Http404."""
    samples = make_samples()
    if not 1 <= number <= len(samples):
        raise Http404
    return samples[number - 1]


def next_to(sample: Sample, step: int) -> Sample | None:
    samples, at = make_samples(), sample.number - 1 + step
    return samples[at] if 0 <= at < len(samples) else None


def measure(samples: tuple[Sample, ...]) -> Progress:
    standings: dict[str, int] = {}
    for sample in samples:
        outcome = sample.search.outcome
        standings[outcome] = standings.get(outcome, 0) + 1
    counts: Counts = add_up(standings)
    return build_progress(counts)


def build_row(sample: Sample) -> DemoRow:
    run = build_run(sample)
    return DemoRow(sample, run.chip, run.note, sample.search if run.has_figures else None)


def build_run(sample: Sample) -> Run:
    outcome = sample.search.outcome
    status = Status.DONE if outcome in DONE_OUTCOMES else Status.FAILED
    note = "" if status == Status.DONE else say(sample.search.reason)
    return Run(sample.search, status, choose_chip(status, outcome), note, explain(outcome))


def describe_tab(tab: str, sample: Sample, query: QueryDict) -> dict[str, Any]:
    match tab:
        case "ads":
            ads = sample.links_in(AD_BLOCKS)
            return {"comparison": compare(ads, ads)}
        case "organic":
            return describe_organic(sample)
        case "links":
            return describe_links(sample, query)
        case _:
            return {"marked": mark_sample(sample.number) if sample.links else None}


def describe_organic(sample: Sample) -> dict[str, Any]:
    found = sample.links_in(ORGANIC)
    comparison = compare(found, found)
    told = sample.search.features.get("results", {})
    return {
        "comparison": comparison,
        "results": [build_result(row, told, None) for row in comparison.rows],
        "boxes": find_boxes(sample.search),
    }


def describe_links(sample: Sample, query: QueryDict) -> dict[str, Any]:
    char, n = query.get("char", "")[:10], query.get("n", "")
    least = int(n) if n.isdecimal() and len(n) < 4 else 0
    links = [
        link
        for link in sample.links
        if not (char and least) or (link.url or link.href_raw).count(char) >= least
    ]
    return {
        "char": char,
        "n": least or "",
        "groups": group_by_domain(links),
        "link_count": len(links),
        "links_shown": LINKS_SHOWN,
    }
