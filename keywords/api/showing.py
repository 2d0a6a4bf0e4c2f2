"""Rows as the API shows them."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from jobs.outcomes import TRACEBACK
from keywords.api.schemas import ListCounts
from keywords.models import Keyword, KeywordList, PageVisit, ResultLink, Search
from keywords.statuses import Counts, count_statuses_of

COUNTS = ("ads_top", "ads_bottom", "ads_total", "organic_total", "links_total", "total_results")
LINK_FIELDS = (
    *("block", "rank", "absolute_rank", "title", "url", "href_raw", "opaque", "domain"),
    *("display_url", "snippet"),
)


def show_lists(lists: Sequence[KeywordList]) -> list[dict[str, Any]]:
    counts = count_statuses_of(lists)
    return [show_list(keyword_list, counts[keyword_list.pk]) for keyword_list in lists]


def show_list(keyword_list: KeywordList, counts: Counts) -> dict[str, Any]:
    imported = keyword_list.imported
    return {
        "id": keyword_list.pk,
        "name": keyword_list.name,
        "created_at": keyword_list.created_at,
        "priority": keyword_list.priority,
        "accepted": imported.get("accepted", counts.total),
        "skipped_count": imported.get("skipped", 0),
        "imported": imported,
        "counts": show_counts(counts),
    }


def show_counts(counts: Counts) -> ListCounts:
    by_status = {status.value: count for status, count in counts.by_status.items()}
    return ListCounts(total=counts.total, outcomes=dict(counts.by_outcome), **by_status)


def show_report(keyword_list: KeywordList) -> dict[str, Any]:
    (shown,) = show_lists([keyword_list])
    skipped = keyword_list.skipped_rows.order_by("row").values("row", "text", "reason")
    return {**shown, "skipped": list(skipped)}


def show_keywords(keywords: Sequence[Any]) -> list[dict[str, Any]]:
    """Keywords with_status, with their source and latest search selected."""
    return [show_keyword(keyword) for keyword in keywords]


def show_keyword(keyword: Any) -> dict[str, Any]:
    search: Search | None = keyword.latest_search
    return {
        "id": keyword.pk,
        "list": keyword.keyword_list_id,
        "row": keyword.row,
        "text": keyword.text,
        "source": keyword.source.name,
        "country": keyword.country,
        "language": keyword.language,
        "device": keyword.device,
        "status": keyword.status,
        "outcome": keyword.outcome,
        "reason": search.reason if search else "",
        "counts": show_result_counts(search),
        "stats_raw": search.stats_raw if search else "",
        "fetched_at": search.fetched_at if search else None,
        "latest_search": keyword.latest_search_id,
        "latest_good_search": keyword.latest_good_search_id,
    }


def show_result_counts(search: Search | None) -> dict[str, int | None]:
    return {name: getattr(search, name) if search else None for name in COUNTS}


def show_searches(searches: Sequence[Any]) -> list[dict[str, Any]]:
    """Searches with_status."""
    return [show_search(search) for search in searches]


def show_search(search: Any) -> dict[str, Any]:
    plain = (
        *("id", "keyword_id", "status", "reason", "created_at", "fetched_at", "seconds"),
        *("http_status", "stats_raw", "engine", "layout", "parser_version"),
    )
    return {
        **{name: getattr(search, name) for name in plain},
        "outcome": search.shown_outcome,
        "counts": show_result_counts(search),
        "has_page": search.page_id is not None,
    }


def show_result(search: Any) -> dict[str, Any]:
    """A search with_status, with what stood on its page: three queries."""
    blocks: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for link in search.result_links.order_by("rank").values(*LINK_FIELDS):
        blocks[link["block"]].append(link)
    visit = PageVisit.objects.filter(search=search).values_list("final_url", flat=True).first()
    return {
        **show_search(search),
        "evidence": search.evidence,
        "final_url": visit or "",
        "related_searches": search.related_searches,
        "people_also_ask": search.people_also_ask,
        "features": search.features,
        "ads": [link for block in ResultLink.AD_BLOCKS for link in blocks[block]],
        "organic": blocks[ResultLink.Block.ORGANIC],
        "links": blocks[ResultLink.Block.OTHER],
        "attempts": show_attempts(search),
    }


def show_attempts(search: Search) -> list[dict[str, Any]]:
    if search.job is None:
        return []
    fields = ("number", "result", "started_at", "finished_at", "error", "facts")
    attempts = list(search.job.attempts.order_by("pk").values(*fields))
    for attempt in attempts:
        attempt["facts"].pop(TRACEBACK, None)  # for operators: it tells how the product is built
    return attempts


def show_keyword_with_result(keyword: Any) -> dict[str, Any]:
    good = (
        Search.objects.with_status().select_related("job").filter(pk=keyword.latest_good_search_id)
    ).first()
    return {**show_keyword(keyword), "result": show_result(good) if good else None}


def keyword_rows() -> Any:
    """Keywords as `show_keyword` wants them."""
    return Keyword.objects.with_status().select_related("source", "latest_search")
