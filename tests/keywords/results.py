"""Searches that have come to their end, as the handler would have written them."""

from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from django.utils import timezone

from jobs.models import Attempt, Job
from jobs.states import State
from keywords.models import Keyword, ResultLink, Search
from keywords.saved_pages import save_page

GOOD = {
    "outcome": "ok",
    "ads_top": 2,
    "ads_bottom": 1,
    "ads_total": 3,
    "organic_total": 2,
    "links_total": 6,
    "total_results": 1_230_000,
    "stats_raw": "About 1,230,000 results",
}
REFUSED = {"outcome": "blocked", "reason": "The engine answered with a captcha."}
LINKS = [
    ("ad_top", 1, "Buy shoes", "https://shop.example/shoes/red", "shop.example"),
    ("ad_top", 2, "Cheap shoes", "https://cheap.example/", "cheap.example"),
    ("ad_bottom", 1, "More shoes", "https://more.example/a/b/c", "more.example"),
    ("organic", 1, "All about shoes", "https://wiki.example/shoes", "wiki.example"),
    ("organic", 2, "A shop of shoes", "https://shop.example/", "shop.example"),
    ("other", 1, "", "https://engine.example/help", "engine.example"),
]


def finish(
    keyword: Keyword,
    body: bytes = b"<html>page</html>",
    *,
    fields: Mapping[str, Any] = MappingProxyType({}),
) -> Search:
    """The keyword's latest search gets a good result, or what `fields` say."""
    search = Keyword.objects.get(pk=keyword.pk).latest_search
    assert search is not None
    values = {**GOOD, **fields} if fields.get("outcome", "ok") == "ok" else dict(fields)
    is_good = values["outcome"] in {"ok", "empty"}
    for field, value in values.items():
        setattr(search, field, value)
    search.fetched_at = timezone.now()
    search.page = save_page(body, "text/html; charset=utf-8") if body else None
    search.save()
    end_job(search, State.COMPLETED if is_good else State.DISCARDED)
    if is_good:
        Keyword.objects.filter(pk=keyword.pk).update(latest_good_search=search)
        add_links(search)
    return search


def end_job(search: Search, state: State) -> None:
    assert search.job_id is not None
    now = timezone.now()
    Job.objects.filter(pk=search.job_id).update(
        state=state, finished_at=now, started_at=now, attempt=1, turn=None
    )
    Attempt.objects.create(
        job_id=search.job_id,
        number=1,
        result="completed" if state == State.COMPLETED else "discarded",
        started_at=now - timedelta(seconds=1),
        finished_at=now,
        worker_name="host:1",
        error=search.reason,
        facts={"http_status": 200},
    )


def add_links(search: Search) -> None:
    ResultLink.objects.bulk_create(
        ResultLink(
            search=search,
            block=block,
            rank=rank,
            absolute_rank=place,
            title=title,
            url=url,
            href_raw=url,
            domain=domain,
        )
        for place, (block, rank, title, url, domain) in enumerate(LINKS, start=1)
    )
