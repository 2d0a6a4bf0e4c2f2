"""The runs of a keyword: which one is looked at, which one it is compared with, and its neighbours in time."""

from dataclasses import dataclass

from django.http import Http404, QueryDict

from keywords.models import Keyword, Search, SearchQuerySet
from keywords.statuses import UNFINISHED
from keywords.views.rows import describe_note
from keywords.views.wording import Chip, Meaning, choose_chip, explain
from serp.types import GOOD_OUTCOMES

# The picker and the table of runs show the newest ones.
RUNS_SHOWN = 100


@dataclass(frozen=True)
class Run:
    """A search of the keyword with what is said about it."""

    search: Search
    status: str
    chip: Chip
    note: str
    meaning: Meaning

    @property
    def is_good(self) -> bool:
        return self.search.outcome in GOOD_OUTCOMES and self.is_finished

    @property
    def has_figures(self) -> bool:
        return self.search.links_total is not None and self.is_finished

    @property
    def is_finished(self) -> bool:
        return self.status not in UNFINISHED

    @property
    def first_tab(self) -> str:
        """Where there are no figures, the evidence comes first."""
        if self.has_figures:
            return "ads" if self.search.ads_total else "organic"
        if not self.is_finished:
            return "organic"
        return "page" if self.search.page_id else "attempts"

    @property
    def version(self) -> str:
        job = self.search.job
        return f"{self.search.pk}-{self.status}-{job.attempt if job else 0}"


@dataclass(frozen=True)
class Runs:
    """`newest` first, at most RUNS_SHOWN. `shown` is None where there is no run at all."""

    newest: tuple[Run, ...]
    latest: Run | None
    shown: Run | None
    is_capped: bool

    @property
    def place(self) -> int | None:
        """Which run is shown, counted from the first; None where that is not known."""
        if self.is_capped or self.shown is None:
            return None
        return len(self.newest) - self._index if self._index is not None else None

    @property
    def _index(self) -> int | None:
        if self.shown is None:
            return None
        ids = [run.search.pk for run in self.newest]
        return ids.index(self.shown.search.pk) if self.shown.search.pk in ids else None

    @property
    def older(self) -> Run | None:
        at = self._index
        return self.newest[at + 1] if at is not None and at + 1 < len(self.newest) else None

    @property
    def newer(self) -> Run | None:
        at = self._index
        return self.newest[at - 1] if at else None

    @property
    def previous_good(self) -> Run | None:
        """The good run before the one that is shown."""
        if self.shown is None:
            return None
        before = (run for run in self.newest if run.search.pk < self.shown.search.pk)
        return next((run for run in before if run.is_good), None)

    @property
    def last_good(self) -> Run | None:
        return next((run for run in self.newest if run.is_good), None)

    @property
    def is_latest_shown(self) -> bool:
        return bool(self.latest and self.shown and self.latest.search.pk == self.shown.search.pk)

    def find(self, asked: str) -> Run | None:
        return next((run for run in self.newest if str(run.search.pk) == asked), None)


def find_runs(keyword: Keyword, query: QueryDict) -> Runs:
    """Raises Http404 for a run that is asked for and not this keyword's."""
    searches = list(select_runs(keyword)[: RUNS_SHOWN + 1])
    newest = tuple(build_run(search) for search in searches[:RUNS_SHOWN])
    latest = next((run for run in newest if run.search.pk == keyword.latest_search_id), None)
    chosen = choose_run(keyword, newest, latest, query)
    shown = fetch_run(keyword, chosen) if chosen else None
    return Runs(newest, latest, shown, is_capped=len(searches) > RUNS_SHOWN)


def choose_run(
    keyword: Keyword, newest: tuple[Run, ...], latest: Run | None, query: QueryDict
) -> str:
    """The id of the one that is asked for; else of the latest, or of the latest good one while a new one
    is on its way. "" where there is none."""
    asked = query.get("run", "") or query.get("search", "")
    if asked:
        return asked
    if latest and not latest.is_finished and keyword.latest_good_search_id:
        return str(keyword.latest_good_search_id)
    chosen = latest or next(iter(newest), None)
    return str(chosen.search.pk) if chosen else ""


def fetch_run(keyword: Keyword, asked: str) -> Run:
    """With all that the page says of it; the saved page's body stays where it is. Raises Http404."""
    is_id = asked.isascii() and asked.isdigit() and len(asked) < 19
    searches = Search.objects.filter(keyword=keyword).with_status()
    whole = searches.select_related("job", "visit", "page").defer("page__body", "visit__headers")
    search = whole.filter(pk=int(asked)).first() if is_id else None
    if search is None:
        raise Http404
    return build_run(search)


def select_runs(keyword: Keyword) -> SearchQuerySet:
    """Newest first, without the long columns."""
    return (
        Search.objects.filter(keyword=keyword)
        .with_status()
        .select_related("job")
        .defer("related_searches", "people_also_ask", "features", "job__args")
        .order_by("-pk")
    )


def build_run(search: Search) -> Run:
    status, outcome = search.status, search.shown_outcome  # type: ignore[attr-defined]
    return Run(
        search=search,
        status=status,
        chip=choose_chip(status, outcome),
        note=describe_note(status, outcome, search),
        meaning=explain(outcome),
    )
