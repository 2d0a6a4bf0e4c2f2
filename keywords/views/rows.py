"""A keyword as a row of its list: what came of it, the figures that can be trusted, and why where there are none."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import BooleanField, Case, CharField, ExpressionWrapper, F, Func, Q, When
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from jobs.models import Job, Queue
from jobs.states import WAITING
from keywords.models import Keyword, KeywordQuerySet, Search
from keywords.statuses import UNFINISHED, Status
from keywords.templatetags.figures import describe_day
from keywords.told import say
from keywords.views.banners import clock
from keywords.views.row_history import RowHistory, find_histories
from keywords.views.wording import Chip, choose_chip, explain

# What a row shows and no more: a page of 200 rows should not fetch what it throws away.
SHOWN_OF_SEARCHES = [
    f"{search}__{field}"
    for search in ("latest_search", "latest_good_search")
    for field in (
        *("outcome", "reason", "fetched_at", "ads_top", "ads_total", "organic_total"),
        *("links_total", "total_results", "stats_raw"),
    )
]
SHOWN_OF_JOBS = [
    f"latest_search__job__{field}"
    for field in ("state", "attempt", "max_attempts", "scheduled_at", "started_at", "error")
]
SHOWN = [
    *("keyword_list_id", "text", "country", "language", "device", "tags"),
    *("source__name", "source__engine"),
]
SHOWN_OF_QUEUES = [
    f"source__queue__{field}" for field in ("paused_at", "paused_until", "cooling_until")
]
# Everything that makes a row look different when it changes while the page is open.
LOOKS = [
    *("tags", "latest_search_id", "latest_good_search_id", "latest_good_search__fetched_at"),
    *("latest_search__outcome", "latest_search__reason"),
    *SHOWN_OF_JOBS,
]


@dataclass(frozen=True)
class KeywordRow:
    keyword: Keyword
    status: str
    chip: Chip
    note: str
    search: Search | None  # whose figures are shown: the latest good one
    is_stale: bool  # the figures are older than the latest search
    version: str  # changes whenever the row looks different
    history: RowHistory = field(default_factory=RowHistory)

    @property
    def id(self) -> int:
        return self.keyword.pk

    @property
    def is_finished(self) -> bool:
        return self.status not in UNFINISHED

    @property
    def fetched_at(self) -> datetime | None:
        """When an answer last came, whatever it was worth."""
        searches = (self.keyword.latest_search, self.search)
        return next((each.fetched_at for each in searches if each and each.fetched_at), None)


class Version(Func):
    """A few letters that differ when the row looks different. Made by the database, so that a poll that finds
    nothing new need not build rows."""

    template = "left(md5(ROW(%(expressions)s)::text), 6)"
    output_field = CharField()

    def __init__(self) -> None:
        is_later = Q(latest_search__job__scheduled_at__gt=Now())
        super().__init__(*map(F, LOOKS), ExpressionWrapper(is_later, BooleanField()), standstill())


def standstill() -> Case:
    """What describe_standstill tells of, for rows that wait: the others do not look different."""
    rest = Case(When(source__queue__cooling_until__gt=Now(), then="source__queue__cooling_until"))
    told = Func(
        *("source__queue__paused_at", "source__queue__paused_until", rest),
        template="ROW(%(expressions)s)::text",
        output_field=CharField(),
    )
    return Case(When(latest_search__job__state__in=sorted(WAITING), then=told))


def read_shown_versions(keywords: KeywordQuerySet) -> dict[int, str]:
    """By id."""
    return dict(keywords.order_by().values_list("pk", Version()))


def select_rows(keywords: KeywordQuerySet) -> KeywordQuerySet:
    return (
        keywords.with_status()
        .annotate(version=Version())
        .select_related("latest_search__job", "latest_good_search", "source__queue")
        .only(*SHOWN, *SHOWN_OF_SEARCHES, *SHOWN_OF_JOBS, *SHOWN_OF_QUEUES)
    )


def build_rows(keywords: Iterable[Keyword]) -> list[KeywordRow]:
    return [build_row(keyword) for keyword in keywords]


def add_histories(rows: Sequence[KeywordRow], domain: str) -> list[KeywordRow]:
    """With their last runs, in one query; `domain` is the tracked one whose rank is shown, or ""."""
    found: Mapping[int, RowHistory] = find_histories([row.id for row in rows], domain)
    nothing = RowHistory(has_domain=bool(domain))
    return [replace(row, history=found.get(row.id, nothing)) for row in rows]


def build_row(keyword: Keyword) -> KeywordRow:
    """`keyword` comes from `select_rows`."""
    status, outcome = keyword.status, keyword.outcome  # type: ignore[attr-defined]
    latest, good = keyword.latest_search, keyword.latest_good_search
    note = describe_note(status, outcome, latest)
    if status in {Status.WAITING, Status.RETRYING}:
        note = f"{note} {describe_standstill(keyword.source.queue)}".strip()
    return KeywordRow(
        keyword=keyword,
        status=status,
        chip=choose_chip(status, outcome),
        note=note,
        search=good,
        is_stale=good is not None and good.pk != (latest.pk if latest else None),
        version=keyword.version,  # type: ignore[attr-defined]
    )


def describe_note(status: str, outcome: str, search: Search | None) -> str:
    """Why it is as it is and what happens next; "" where the chip says it all."""
    job = search.job if search else None
    if search is None or status in {Status.DONE, Status.RUNNING, Status.CANCELLED}:
        return ""
    if status == Status.WAITING:
        return describe_wait(search, job)
    if status == Status.RETRYING and job:
        return f"{why(search, job)} {describe_next_try(job)}"
    return why(search, job) or str(explain(outcome).what)


def describe_wait(search: Search, job: Job | None) -> str:
    """A search that waits with a reason was put off by the source: its attempt was given back."""
    now = timezone.now()
    if job and job.scheduled_at > now:
        when = _("Starts %(time)s.") if not search.reason else _("Tried again %(time)s.")
        return f"{say(search.reason)} {when % {'time': near_time(job.scheduled_at)}}".strip()
    return say(search.reason)


def describe_standstill(queue: Queue) -> str:
    """Why nothing of the source begins, and until when; "" while it is open."""
    now = timezone.now()
    if queue.is_paused(now):
        if queue.paused_until is None:
            return _("The source is paused.")
        return _("The source is paused until %(time)s.") % {"time": clock(queue.paused_until)}
    if queue.is_cooling(now):
        return _("The source rests until %(time)s.") % {"time": clock(queue.cooling_until)}
    return ""


def describe_next_try(job: Job) -> str:
    values = {
        "time": near_time(job.scheduled_at),
        "attempt": job.attempt + 1,
        "most": job.max_attempts,
    }
    return _("Next try %(time)s (%(attempt)s of %(most)s).") % values


def why(search: Search, job: Job | None) -> str:
    return say(search.reason) or (job.error.splitlines()[0][:300] if job and job.error else "")


def near_time(moment: datetime) -> str:
    """ "at 14:32" within a day, else "on 12 Nov, 14:32"."""
    if abs((moment - timezone.now()).total_seconds()) < 20 * 3600:
        local = timezone.localtime(moment)
        return _("at %(time)s") % {"time": f"{local:%H:%M:%S}"}
    return _("on %(time)s") % {"time": describe_day(moment, clock=True)}
