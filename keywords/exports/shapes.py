"""What one row is. Rows come from the database in portions, whatever their number."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from keywords.models import KeywordQuerySet, ResultLink

PORTION = 2000
Block = ResultLink.Block
Row = dict[str, Any]

# column -> path from a keyword
KEYWORD_COLUMNS = {
    "keyword": "text",
    "country": "country",
    "language": "language",
    "device": "device",
    "source": "source__name",
    "tags": "tags",
    "row": "row",
    "status": "status",
    "outcome": "outcome",
    "reason": "latest_search__reason",
    "fetched_at": "latest_search__fetched_at",
    "ads_top": "latest_search__ads_top",
    "ads_bottom": "latest_search__ads_bottom",
    "ads_total": "latest_search__ads_total",
    "organic_total": "latest_search__organic_total",
    "links_total": "latest_search__links_total",
    "total_results": "latest_search__total_results",
    "stats_raw": "latest_search__stats_raw",
    "related_searches": "latest_search__related_searches",
    "keyword_id": "pk",
    "search_id": "latest_search_id",
}
# column -> path from a link
LINK_COLUMNS = {
    "keyword": "search__keyword__text",
    "country": "search__keyword__country",
    "language": "search__keyword__language",
    "device": "search__keyword__device",
    "source": "search__keyword__source__name",
    "fetched_at": "search__fetched_at",
    "block": "block",
    "rank": "rank",
    "absolute_rank": "absolute_rank",
    "title": "title",
    "url": "url",
    "domain": "domain",
    "display_url": "display_url",
    "snippet": "snippet",
    "opaque": "opaque",
    "href_raw": "href_raw",
    "keyword_id": "search__keyword_id",
    "search_id": "search_id",
}


@dataclass(frozen=True, slots=True)
class Shape:
    """`rows` gives what `columns` name, in order."""

    name: str
    label: str
    columns: tuple[str, ...]
    rows: Callable[[KeywordQuerySet], Iterator[Row]]


def keyword_rows(keywords: KeywordQuerySet) -> Iterator[Row]:
    """One a keyword, with its latest search: a failure has no counts, and none is 0."""
    values = keywords.with_status().order_by("pk").values_list(*KEYWORD_COLUMNS.values())
    return name_values(KEYWORD_COLUMNS, values.iterator(PORTION))


def result_rows(keywords: KeywordQuerySet) -> Iterator[Row]:
    """One an ad or organic result, of each keyword's latest good search."""
    return link_rows(keywords, blocks=[block for block in Block if block is not Block.OTHER])


def all_link_rows(keywords: KeywordQuerySet) -> Iterator[Row]:
    return link_rows(keywords, blocks=list(Block))


def link_rows(keywords: KeywordQuerySet, blocks: list[Block]) -> Iterator[Row]:
    searches = keywords.order_by().values("latest_good_search_id")
    links = ResultLink.objects.filter(search__in=searches, block__in=blocks)
    values = links.order_by("search__keyword_id", "pk").values_list(
        *(F(path) for path in LINK_COLUMNS.values())
    )
    return name_values(LINK_COLUMNS, values.iterator(PORTION))


def name_values(columns: dict[str, str], rows: Iterator[tuple[Any, ...]]) -> Iterator[Row]:
    return (dict(zip(columns, values, strict=True)) for values in rows)


SHAPES = {
    shape.name: shape
    for shape in (
        Shape("keywords", "one row per keyword", tuple(KEYWORD_COLUMNS), keyword_rows),
        Shape("results", "one row per ad and result", tuple(LINK_COLUMNS), result_rows),
        Shape("links", "one row per link", tuple(LINK_COLUMNS), all_link_rows),
    )
}
