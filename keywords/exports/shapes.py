"""What one row is. Rows come from the database in portions, whatever their number."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from keywords.models import KeywordQuerySet, ResultLink, Search, SearchQuerySet
from serp.types import GOOD_OUTCOMES

PORTION = 2000
Block = ResultLink.Block
RESULTS = [block for block in Block if block is not Block.OTHER]
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
# column -> path from a search; the same columns
OF_KEYWORD = ("text", "country", "language", "device", "source__name", "tags", "row")
RUN_COLUMNS = {
    column: f"keyword__{path}" if path in OF_KEYWORD else path.removeprefix("latest_search__")
    for column, path in KEYWORD_COLUMNS.items()
} | {"outcome": "shown_outcome", "keyword_id": "keyword_id", "search_id": "pk"}
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


def run_rows(keywords: KeywordQuerySet) -> Iterator[Row]:
    """One a search of a keyword, the oldest first."""
    searches = Search.objects.filter(keyword__in=keywords.order_by()).with_status()
    values = searches.order_by("keyword_id", "pk").values_list(*RUN_COLUMNS.values())
    return name_values(RUN_COLUMNS, values.iterator(PORTION))


def result_rows(keywords: KeywordQuerySet) -> Iterator[Row]:
    """One an ad or organic result, of each keyword's latest good search."""
    return link_rows(latest_good(keywords), RESULTS)


def all_link_rows(keywords: KeywordQuerySet) -> Iterator[Row]:
    return link_rows(latest_good(keywords), list(Block))


def result_run_rows(keywords: KeywordQuerySet) -> Iterator[Row]:
    """Of every good search."""
    return link_rows(every_good(keywords).values("pk"), RESULTS)


def all_link_run_rows(keywords: KeywordQuerySet) -> Iterator[Row]:
    return link_rows(every_good(keywords).values("pk"), list(Block))


def latest_good(keywords: KeywordQuerySet) -> Any:
    return keywords.order_by().values("latest_good_search_id")


def every_good(keywords: KeywordQuerySet) -> SearchQuerySet:
    return Search.objects.filter(keyword__in=keywords.order_by(), outcome__in=GOOD_OUTCOMES)


def link_rows(searches: Any, blocks: Sequence[Block]) -> Iterator[Row]:
    links = ResultLink.objects.filter(search__in=searches, block__in=blocks)
    values = links.order_by("search__keyword_id", "search_id", "pk").values_list(
        *(F(path) for path in LINK_COLUMNS.values())
    )
    return name_values(LINK_COLUMNS, values.iterator(PORTION))


def name_values(columns: dict[str, str], rows: Iterator[tuple[Any, ...]]) -> Iterator[Row]:
    return (dict(zip(columns, values, strict=True)) for values in rows)


def by_name(*shapes: Shape) -> dict[str, Shape]:
    return {shape.name: shape for shape in shapes}


# Of the latest run of each keyword.
LATEST = by_name(
    Shape("keywords", "one row per keyword", tuple(KEYWORD_COLUMNS), keyword_rows),
    Shape("results", "one row per ad and result", tuple(LINK_COLUMNS), result_rows),
    Shape("links", "one row per link", tuple(LINK_COLUMNS), all_link_rows),
)
# The same of every run.
EVERY = by_name(
    Shape("keyword-runs", "one row per run", tuple(RUN_COLUMNS), run_rows),
    Shape("result-runs", "one row per ad and result", tuple(LINK_COLUMNS), result_run_rows),
    Shape("link-runs", "one row per link", tuple(LINK_COLUMNS), all_link_run_rows),
)
SHAPES = LATEST | EVERY
RUNS = ("latest", "every")


def choose_shape(name: str, runs: str) -> str:
    """`name` is one of LATEST."""
    return name if runs == "latest" else dict(zip(LATEST, EVERY, strict=True))[name]
