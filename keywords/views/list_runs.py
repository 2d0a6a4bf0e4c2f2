"""`/lists/ID/runs`: how well the list did, run by run, and where a followed domain stood in each."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from keywords.charts.stacked_bars import Part, draw_bars
from keywords.history import ListRun, find_list_runs
from keywords.link_search.limits import TooSlow
from keywords.models import KeywordList
from keywords.rank_groups import NAMES, group_ranks
from keywords.statuses import Status
from keywords.templatetags.figures import describe_day
from keywords.views.access import SignedInRequest, signed_in
from keywords.views.finding import find_list
from keywords.views.wording import OUTCOMES, STATUS_CHIPS, Chip

# The tones of rank-groups run from strong to weak: a scale, that is read without colours too.
RANK_WORDS: dict[str, str | Promise] = {
    "top3": gettext_lazy("1 to 3"),
    "top10": gettext_lazy("4 to 10"),
    "top20": gettext_lazy("11 to 20"),
    "lower": gettext_lazy("21 and lower"),
    "none": gettext_lazy("not found"),
}
assert tuple(RANK_WORDS) == NAMES


@require_safe
@signed_in
def show_list_runs(request: SignedInRequest, pk: int) -> HttpResponse:
    keyword_list = find_list(request, pk)
    runs = find_list_runs(keyword_list)
    chips = find_chips(runs)
    bars = [(describe_time(run), read_parts(run, chips)) for run in runs]
    table = [(run, [run.by_outcome.get(outcome, 0) for outcome in chips]) for run in reversed(runs)]
    context = {
        "list": keyword_list,
        "chart": draw_bars(bars),
        "chips": list(chips.values()),
        "legend": name_tones(chips),
        "table": table,
        **describe_ranks(keyword_list, runs, request.GET.get("domain", "")),
    }
    return render(request, "keywords/list_runs.html", context)


def find_chips(runs: list[ListRun]) -> dict[str, Chip]:
    """The outcomes that occur, good ones first."""
    occurring = {outcome for run in runs for outcome in run.by_outcome}
    known = {outcome: meaning.chip for outcome, meaning in OUTCOMES.items()}
    waiting = STATUS_CHIPS[Status.WAITING]
    known[""] = Chip(_("Not finished"), waiting.icon, waiting.tone)
    return {outcome: chip for outcome, chip in known.items() if outcome in occurring}


def name_tones(chips: dict[str, Chip]) -> list[tuple[str, str]]:
    """(tone, words): outcomes of one colour are one entry."""
    words: dict[str, list[str]] = {}
    for chip in chips.values():
        words.setdefault(chip.tone, []).append(str(chip.word))
    return [(tone, ", ".join(found)) for tone, found in words.items()]


def read_parts(run: ListRun, chips: dict[str, Chip]) -> list[Part]:
    return [
        Part(chip.tone, str(chip.word), run.by_outcome.get(outcome, 0))
        for outcome, chip in chips.items()
    ]


def describe_ranks(
    keyword_list: KeywordList, runs: Sequence[ListRun], wanted: str
) -> dict[str, Any]:
    """Of the domain that is asked for, or the first that the list follows."""
    tracked = keyword_list.tracked_domains.order_by("pk").values_list("domain", flat=True)
    domains = list(tracked)
    if not domains:
        return {"domains": []}
    domain = wanted if wanted in domains else domains[0]
    links = [(each, f"?{urlencode({'domain': each})}") for each in domains]
    try:
        groups = group_ranks(keyword_list, domain, runs)
    except TooSlow:
        return {"domains": links, "domain": domain, "is_too_long": True}
    bars = [
        (
            describe_time(run),
            [
                Part(f"rank-{name}", str(word), found.get(name, 0))
                for name, word in RANK_WORDS.items()
            ],
        )
        for run, found in zip(runs, groups, strict=True)
    ]
    table = [
        (run, [found.get(name, 0) for name in RANK_WORDS])
        for run, found in zip(runs, groups, strict=True)
    ]
    return {
        "domains": links,
        "domain": domain,
        "rank_words": RANK_WORDS.items(),
        "rank_chart": draw_bars(bars),
        "rank_table": table[::-1],
    }


def describe_time(run: ListRun) -> str:
    return describe_day(run.started_at, clock=True)
