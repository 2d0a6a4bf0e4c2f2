"""Writing what was read again: the old reading is kept, and nothing that somebody wrote meanwhile is lost."""

from collections.abc import Collection, Sequence

from django.db import connection, transaction

from jobs.states import UNFINISHED
from keywords.copying import copy_rows
from keywords.models import Keyword, ResultLink, Search
from keywords.reparsing.changes import Change
from keywords.reparsing.history import pack_reading
from keywords.reparsing.records import SearchReading
from keywords.reparsing.stored import READ_COLUMNS
from keywords.reparsing.tally import Tally, tally_changes
from keywords.result_writer import LINK_COLUMNS, adapt_json, point_at_good
from serp.types import GOOD_OUTCOMES


@transaction.atomic
def write_changes(changes: Sequence[Change], *, also_worse: bool = False) -> Tally:
    """Returns what was done. A page that can no longer be trusted keeps its reading, unless
    `also_worse`; a search that has changed since it was loaded is left alone."""
    tally = tally_changes(changes)
    wanted = [change for change in changes if is_wanted(change, also_worse)]
    tally["kept"] = 0 if also_worse else tally["worse"]
    locked = lock_unchanged(wanted)
    tally["gone"] = len(wanted) - len(locked)
    contents = [change for change in locked if change.kind != "same"]
    keep_old(contents)
    update_searches(locked)
    replace_links(contents)
    move_trust(contents)
    tally["written"] = len(contents)
    return tally


def is_wanted(change: Change, also_worse: bool) -> bool:
    if change.kind in {"unread", "worse"}:
        return change.kind == "worse" and also_worse
    return change.kind != "same" or change.is_new_version


def lock_unchanged(changes: Collection[Change]) -> list[Change]:
    """Those that stand as they were loaded and that nobody works on."""
    searches = Search.objects.filter(pk__in=[change.stored.id for change in changes])
    locked = (
        searches.exclude(job__state__in=UNFINISHED)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
        .values_list("pk", "page_id", "parser_version", "outcome")
    )
    standing = set(locked)
    return [
        change
        for change in changes
        if (
            change.stored.id,
            change.stored.page_id,
            change.stored.columns["parser_version"],
            change.stored.columns["outcome"],
        )
        in standing
    ]


def keep_old(changes: Sequence[Change]) -> None:
    jobs = dict(
        Search.objects.filter(pk__in=[change.stored.id for change in changes]).values_list(
            "pk", "job_id"
        )
    )
    SearchReading.objects.bulk_create(
        SearchReading(
            search_id=change.stored.id,
            engine=change.stored.engine,
            **{name: change.stored.columns[name] for name in SHOWN},
            job=jobs[change.stored.id] if is_turned(change) else None,
            packed=pack_reading(change.stored.columns, change.stored.links),
        )
        for change in changes
    )


def is_turned(change: Change) -> bool:
    """Whether the job's end no longer tells what came of the search."""
    return change.kind in {"better", "worse"}


def update_searches(changes: Sequence[Change]) -> None:
    rows = [adapt_json({"id": change.stored.id, **change.reread.columns}) for change in changes]
    with connection.cursor() as cursor:
        cursor.executemany(UPDATE_SEARCH, rows)
    # Its outcome tells now. The job's number stays with the old reading.
    turned = [change.stored.id for change in changes if is_turned(change)]
    Search.objects.filter(pk__in=turned).update(job=None)


def replace_links(changes: Sequence[Change]) -> None:
    ResultLink.objects.filter(search__in=[change.stored.id for change in changes]).delete()
    rows = [(change.stored.id, *link) for change in changes for link in change.reread.links]
    if rows:
        copy_rows(ResultLink._meta.db_table, LINK_COLUMNS, rows)


def move_trust(changes: Sequence[Change]) -> None:
    """The keywords' latest good search."""
    point_at_good(
        [
            (change.stored.keyword_id, change.stored.id)
            for change in changes
            if change.kind == "better"
        ]
    )
    for change in changes:
        if change.kind == "worse":
            find_good_again(change.stored.keyword_id, change.stored.id)


def find_good_again(keyword_id: int, search_id: int) -> None:
    good = Search.objects.filter(keyword=keyword_id, outcome__in=GOOD_OUTCOMES).order_by("-pk")
    Keyword.objects.filter(pk=keyword_id, latest_good_search=search_id).update(
        latest_good_search=good.first()
    )


SHOWN = (
    *("parser_version", "outcome", "reason"),
    *("ads_total", "organic_total", "links_total"),
)
UPDATE_SEARCH = f"""
UPDATE keywords_search SET {", ".join(f"{name} = %({name})s" for name in READ_COLUMNS)}
WHERE id = %(id)s
"""  # noqa: S608 - our own names
