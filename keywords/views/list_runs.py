"""`/lists/ID/runs`: how well the list did, run by run."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from keywords.charts.stacked_bars import Part, draw_bars
from keywords.history import ListRun, find_list_runs
from keywords.statuses import Status
from keywords.views.access import SignedInRequest, signed_in
from keywords.views.finding import find_list
from keywords.views.wording import OUTCOMES, STATUS_CHIPS, Chip


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
        "table": table,
    }
    return render(request, "keywords/list_runs.html", context)


def find_chips(runs: list[ListRun]) -> dict[str, Chip]:
    """The outcomes that occur, good ones first."""
    occurring = {outcome for run in runs for outcome in run.by_outcome}
    known = {outcome: meaning.chip for outcome, meaning in OUTCOMES.items()}
    waiting = STATUS_CHIPS[Status.WAITING]
    known[""] = Chip(_("Not finished"), waiting.icon, waiting.tone)
    return {outcome: chip for outcome, chip in known.items() if outcome in occurring}


def read_parts(run: ListRun, chips: dict[str, Chip]) -> list[Part]:
    return [
        Part(chip.tone, str(chip.word), run.by_outcome.get(outcome, 0))
        for outcome, chip in chips.items()
    ]


def describe_time(run: ListRun) -> str:
    return date_format(timezone.localtime(run.started_at), "j M H:i")
