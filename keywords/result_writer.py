"""Writing what attempts found: for several jobs together, in the transaction that settles them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from jobs.outcomes import Cancel, Fail
from jobs.registry import Settled
from keywords.copying import copy_rows
from keywords.findings import Finding, cut
from keywords.models import Keyword, ResultLink, Search
from keywords.saved_pages import save_pages
from keywords.source_news import tell_sources
from serp.types import GOOD_OUTCOMES, Outcome

JSON_COLUMNS = {"related_searches", "people_also_ask", "features", "hops", "headers"}


@dataclass(frozen=True, slots=True)
class Known:
    """A search as it stands, locked until the transaction ends."""

    id: int
    keyword_id: int
    outcome: str

    @property
    def is_good(self) -> bool:
        return self.outcome in GOOD_OUTCOMES


def write_results(settled: Sequence[Settled]) -> None:
    """Jobs whose search has gone meanwhile write nothing."""
    known = lock_searches([each.job.id for each in settled])
    found: list[tuple[Known, Finding]] = []
    for each in settled:
        search = known.get(each.job.id)
        if search is None:
            continue
        finding = getattr(each.outcome, "value", None)
        is_good = isinstance(finding, Finding) and finding.is_good
        if search.is_good and not is_good:
            search = split_run(search, each.job.id)
        if isinstance(finding, Finding):
            found.append((search, finding))
        else:
            write_ending(search, each)
    write_findings(found)
    tell_sources([finding for _, finding in found])


def lock_searches(job_ids: Sequence[int]) -> dict[int, Known]:
    """By job id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT job_id, id, keyword_id, outcome FROM keywords_search"
            " WHERE job_id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            [list(job_ids)],
        )
        return {row[0]: Known(*row[1:]) for row in cursor.fetchall()}


def split_run(search: Known, job_id: int) -> Known:
    """Somebody ran a job again that had been done, and now it failed: the good search keeps what it
    has, and the job goes on as a search of its own."""
    Search.objects.filter(pk=search.id).update(job=None)
    new = Search.objects.create(keyword_id=search.keyword_id, job_id=job_id)
    Keyword.objects.filter(pk=search.keyword_id, latest_search=search.id).update(latest_search=new)
    return Known(new.pk, search.keyword_id, "")


def write_ending(search: Known, settled: Settled) -> None:
    """An attempt that ended without an answer: cancelled, out of time, or broken in our own code."""
    match settled.outcome:
        case Cancel(reason=reason):
            values = {"outcome": Outcome.CANCELLED, "reason": reason}
        case Fail(error="DeadlineExceeded", message=message):
            values = {"outcome": Outcome.NETWORK, "reason": f"The search {message}."}
        case Fail(error=error):
            values = {"outcome": "", "reason": f"The search broke in this program ({error})."}
        case _:
            return
    values["reason"] = cut(values["reason"], 500)
    Search.objects.filter(pk=search.id).update(**values)


def write_findings(found: Sequence[tuple[Known, Finding]]) -> None:
    if not found:
        return
    pages = save_pages(finding.page for _, finding in found if finding.page)
    update_searches(
        {
            "id": search.id,
            "refused": finding.is_refusal,
            "page_id": pages[finding.page.sha256] if finding.page else None,
            **finding.search,
        }
        for search, finding in found
    )
    replace_links(found)
    upsert_visits(
        {"search_id": search.id, **finding.visit} for search, finding in found if finding.visit
    )
    point_at_good([(search.keyword_id, search.id) for search, finding in found if finding.is_good])


def update_searches(rows: Iterable[Mapping[str, Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(UPDATE_SEARCH, [adapt_json(row) for row in rows])


def replace_links(found: Sequence[tuple[Known, Finding]]) -> None:
    if again := [search.id for search, _ in found if search.outcome]:
        ResultLink.objects.filter(search__in=again).delete()
    rows = [(search.id, *link) for search, finding in found for link in finding.links]
    if rows:
        copy_rows(ResultLink._meta.db_table, LINK_COLUMNS, rows)


def upsert_visits(rows: Iterable[Mapping[str, Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(UPSERT_VISIT, [adapt_json(row) for row in rows])


def point_at_good(pairs: Sequence[tuple[int, int]]) -> None:
    """(keyword, search): a search never gives way to an older one."""
    if not pairs:
        return
    keywords, searches = zip(*sorted(pairs), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(POINT_AT_GOOD, [list(keywords), list(searches)])


def adapt_json(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: Jsonb(value) if name in JSON_COLUMNS else value for name, value in row.items()}


LINK_COLUMNS = [
    *("search_id", "block", "rank", "absolute_rank", "title", "url", "href_raw", "opaque"),
    *("domain", "display_url", "snippet"),
]
_SEARCH_COLUMNS = [
    *("outcome", "reason", "evidence", "engine", "parser_version", "fetched_at", "seconds"),
    *("http_status", "ads_top", "ads_bottom", "ads_total", "organic_total", "links_total"),
    *("total_results", "stats_raw", "related_searches", "people_also_ask", "features", "layout"),
    "page_id",
]
UPDATE_SEARCH = f"""
UPDATE keywords_search SET {", ".join(f"{name} = %({name})s" for name in _SEARCH_COLUMNS)},
    refusals = refusals + %(refused)s::bool::int
WHERE id = %(id)s
"""  # noqa: S608 - our own names
_VISIT_COLUMNS = [
    "final_url",
    "hops",
    "headers",
    "wire_bytes",
    "fetcher",
    "problem",
    "problem_detail",
]
UPSERT_VISIT = f"""
INSERT INTO keywords_pagevisit (search_id, {", ".join(_VISIT_COLUMNS)})
VALUES (%(search_id)s, {", ".join(f"%({name})s" for name in _VISIT_COLUMNS)})
ON CONFLICT (search_id) DO UPDATE
SET {", ".join(f"{name} = excluded.{name}" for name in _VISIT_COLUMNS)}
"""  # noqa: S608 - our own names
POINT_AT_GOOD = """
UPDATE keywords_keyword k SET latest_good_search_id = good.search
FROM unnest(%s::bigint[], %s::bigint[]) AS good(keyword, search)
WHERE k.id = good.keyword
    AND (k.latest_good_search_id IS NULL OR k.latest_good_search_id < good.search)
"""
