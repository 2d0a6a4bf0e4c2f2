"""Runs: a search and a job for each keyword, many at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction
from django.db.models.functions import Now

from jobs import control
from jobs.enqueue import NewJob, enqueue_many
from jobs.enqueue import reserve_ids as reserve_job_ids
from jobs.models import Batch
from jobs.states import UNFINISHED
from keywords.copying import copy_rows, reserve_ids
from keywords.models import Keyword, KeywordList, KeywordQuerySet, Search
from keywords.people import name_of

KIND = "keywords.search"
# What follows when the last search of a run has finished: see keywords.notifications.
FINISHED_KIND = "keywords.run_finished"
CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Run:
    """One keyword to be searched for now."""

    keyword_id: int
    queue: str
    owner: int
    priority: int


def start_batch(owner_id: int, name: str) -> Batch:
    """What is started together is finished together: one notification tells of all of it."""
    return Batch.objects.create(owner=owner_id, name=name[:200], on_finish=FINISHED_KIND)


def start_runs(
    runs: Sequence[Run],
    search_ids: Sequence[int],
    *,
    batch_id: int,
    start_at: datetime | None = None,
) -> list[int]:
    """A search and its job for each run; returns the ids of the jobs."""
    job_ids = reserve_job_ids(len(runs))
    copy_searches(search_ids, [run.keyword_id for run in runs], job_ids)
    jobs = [
        NewJob(
            kind=KIND,
            queue=run.queue,
            owner=run.owner,
            batch_id=batch_id,
            priority=run.priority,
            scheduled_at=start_at,
        )
        for run in runs
    ]
    return enqueue_many(jobs, ids=job_ids)


def copy_searches(
    search_ids: Sequence[int], keyword_ids: Sequence[int], job_ids: Sequence[int]
) -> None:
    # JSON as text.
    empty = ("", "", "", 0, "", "[]", "[]", "{}", "", "", "")
    copy_rows(
        Search._meta.db_table,
        [
            *("id", "keyword_id", "job_id", "outcome", "reason", "evidence", "refusals"),
            *("stats_raw", "related_searches", "people_also_ask", "features"),
            *("engine", "layout", "parser_version"),
        ],
        zip(search_ids, keyword_ids, job_ids, strict=True),
        constants=empty,
    )


@transaction.atomic
def rerun(keywords: KeywordQuerySet, *, by: AbstractBaseUser, name: str = "") -> int:
    """A new search for each keyword that has none on its way, and whose source is switched on.
    Returns how many. Two who ask at once get one run. `name` is what operators see of it."""
    # Locked first and looked at afterwards: what another has just started is seen.
    locked = list(keywords.order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    ids = iter([pk for (pk,) in locked])
    batch, started = None, 0
    while chunk := list(islice(ids, CHUNK)):
        if not (runs := list(find_runs(chunk))):
            continue
        batch = batch or start_batch(runs[0].owner, name or f"Again, by {name_of(by)}")
        search_ids = reserve_ids("keywords_search", len(runs))
        job_ids = start_runs(runs, search_ids, batch_id=batch.pk)
        hold_paused(runs, job_ids, by)
        point_at([run.keyword_id for run in runs], search_ids)
        started += len(runs)
    if started:
        note_activity([pk for (pk,) in locked])
    return started


def hold_paused(runs: Sequence[Run], job_ids: Sequence[int], by: AbstractBaseUser) -> None:
    """A list that is paused stays so, whatever is started in it."""
    keyword_ids = [run.keyword_id for run in runs]
    paused = Keyword.objects.filter(pk__in=keyword_ids, keyword_list__paused_at__isnull=False)
    of_paused = set(paused.values_list("pk", flat=True))
    pairs = zip(runs, job_ids, strict=True)
    if held := [job_id for run, job_id in pairs if run.keyword_id in of_paused]:
        control.hold_jobs(held, by=name_of(by))


def note_activity(keyword_ids: Sequence[int]) -> None:
    lists = Keyword.objects.filter(pk__in=keyword_ids).order_by().values("keyword_list").distinct()
    KeywordList.objects.filter(pk__in=lists).update(last_run_at=Now())


def find_runs(keyword_ids: Sequence[int]) -> Iterator[Run]:
    idle = Keyword.objects.filter(pk__in=keyword_ids, source__enabled=True).exclude(
        latest_search__job__state__in=UNFINISHED
    )
    rows = idle.order_by("pk").values_list(
        "pk", "source__queue__name", "keyword_list__owner_id", "keyword_list__priority"
    )
    return (Run(*row) for row in rows)


def point_at(keyword_ids: Sequence[int], search_ids: Sequence[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE keywords_keyword k SET latest_search_id = new.search"
            " FROM unnest(%s::bigint[], %s::bigint[]) AS new(keyword, search)"
            " WHERE k.id = new.keyword",
            [list(keyword_ids), list(search_ids)],
        )
