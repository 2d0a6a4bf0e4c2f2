"""Searches as they were stored, with what reading their pages again needs."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from keywords.models import Keyword, PageVisit, ResultLink, SavedPage, Search
from keywords.result_writer import LINK_COLUMNS
from keywords.saved_pages import unpack
from keywords.sources import find_base_url
from serp.types import EngineOptions, Exchange, FetchProblem, Hop, Query, Request

UNKNOWN_URL = "about:blank"
# What a reading fills in. What belongs to the fetching stays as it is.
READ_COLUMNS = (
    *("outcome", "reason", "evidence", "parser_version"),
    *("ads_top", "ads_bottom", "ads_total", "organic_total", "links_total", "total_results"),
    *("stats_raw", "related_searches", "people_also_ask", "features", "layout"),
)
LINK_FIELDS = LINK_COLUMNS[1:]  # without the search
Link = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """How the page was got, as far as that is known."""

    final_url: str = ""
    hops: tuple[Mapping[str, Any], ...] = ()
    headers: Mapping[str, str]
    fetcher: str = ""
    problem: str = ""
    problem_detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSearch:
    """`body` is compressed. `columns` and `links` are the reading that stands."""

    id: int
    keyword_id: int
    page_id: int
    source_id: int
    query: Query
    engine: str
    options: EngineOptions
    status: int
    body: bytes
    size: int
    visit: Visit
    columns: Mapping[str, Any]
    links: tuple[Link, ...] = ()


def build_exchange(stored: StoredSearch) -> Exchange:
    """The answer as the engine is shown it again."""
    visit = stored.visit
    hops = tuple(Hop(**hop) for hop in visit.hops)
    url = visit.final_url or UNKNOWN_URL
    return Exchange(
        request=Request(url=hops[0].url if hops else url),
        hops=hops or (Hop(url=url, status=stored.status),),
        status=stored.status,
        headers=visit.headers,
        body=unpack(stored.body, stored.size),
        problem=FetchProblem(visit.problem) if visit.problem else None,
        problem_detail=visit.problem_detail,
        fetcher=visit.fetcher,
    )


def load_stored(search_ids: Collection[int]) -> list[StoredSearch]:
    """In order of ids, in five queries; searches without a page are left out."""
    searches = list(Search.objects.filter(pk__in=search_ids, page__isnull=False).order_by("pk"))
    found = [search.pk for search in searches]
    keywords = Keyword.objects.select_related("source").in_bulk([s.keyword_id for s in searches])
    pages = SavedPage.objects.in_bulk([s.page_id for s in searches if s.page_id])
    visits = {visit.search_id: visit for visit in PageVisit.objects.filter(search__in=found)}
    links = load_links(found)
    return [
        build_stored(search, keywords[search.keyword_id], page, visits.get(search.pk), links)
        for search in searches
        if search.page_id and (page := pages.get(search.page_id))
    ]


def load_links(search_ids: Collection[int]) -> Mapping[int, list[Link]]:
    rows = ResultLink.objects.filter(search__in=search_ids).order_by("search_id", "pk")
    found: dict[int, list[Link]] = defaultdict(list)
    for search_id, *link in rows.values_list("search_id", *LINK_FIELDS):
        found[search_id].append(tuple(link))
    return found


def build_stored(
    search: Search,
    keyword: Keyword,
    page: SavedPage,
    visit: PageVisit | None,
    links: Mapping[int, list[Link]],
) -> StoredSearch:
    return StoredSearch(
        id=search.pk,
        keyword_id=keyword.pk,
        page_id=page.pk,
        source_id=keyword.source_id,
        query=query_of(keyword),
        engine=search.engine or keyword.source.engine,
        options=options_for(search, keyword),
        status=search.http_status or 200,
        body=bytes(page.body),
        size=page.size,
        visit=read_visit(visit, page),
        columns={name: getattr(search, name) for name in READ_COLUMNS},
        links=tuple(links.get(search.pk, ())),
    )


def query_of(keyword: Keyword) -> Query:
    return Query(
        text=keyword.text,
        country=keyword.country,
        language=keyword.language,
        device=keyword.device,
    )


def options_for(search: Search, keyword: Keyword) -> EngineOptions:
    """The source's, without its credentials: nothing is asked. A source that has changed its engine
    since tells nothing of the old one."""
    source = keyword.source
    if search.engine not in {"", source.engine}:
        return EngineOptions()
    return EngineOptions(base_url=find_base_url(source), settings=source.settings)


def read_visit(visit: PageVisit | None, page: SavedPage) -> Visit:
    if visit is None:
        return Visit(headers={"content-type": page.content_type} if page.content_type else {})
    return Visit(
        final_url=visit.final_url,
        hops=tuple(visit.hops),
        headers=visit.headers,
        fetcher=visit.fetcher,
        problem=visit.problem,
        problem_detail=visit.problem_detail,
    )
