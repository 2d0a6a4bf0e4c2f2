"""Recognized pages become a list: keywords with finished searches, as if they had been fetched."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from keywords.copying import copy_rows, reserve_ids
from keywords.findings import describe_visit, ended_at, list_links, pack_body
from keywords.lists import copy_skipped
from keywords.models import Keyword, KeywordList, ResultLink, Search, Source
from keywords.page_imports.holding import hold_pages_of
from keywords.page_imports.opening import Opened
from keywords.page_imports.recognizing import Recognized, name_keyword
from keywords.reparsing.reading import describe_reading
from keywords.result_writer import LINK_COLUMNS, upsert_visits
from keywords.saved_pages import PackedPage, save_pages
from keywords.uploads import Skipped
from keywords.uploads.cleaning import make_showable
from serp.engines.registry import configure_engine
from serp.types import GOOD_OUTCOMES, EngineOptions, Exchange

UNKNOWN = "Not recognized as a results page of an engine that is known here; choose the engine yourself if it is one."
NO_QUERY = "Neither the page nor the name of the file tells what was searched for."


@dataclass(frozen=True, slots=True, kw_only=True)
class PageToKeep:
    """A page with its reading, ready to be written."""

    name: str
    engine: str
    keyword: str
    country: str
    language: str
    exchange: Exchange
    columns: dict[str, Any]
    links: tuple[Any, ...]
    packed: PackedPage
    source: Source | None = None  # where the user chose one of their own

    @property
    def is_good(self) -> bool:
        return self.columns["outcome"] in GOOD_OUTCOMES


@dataclass(slots=True)
class Haul:
    """What an import brought in. Problems keep the order of the files."""

    pages: list[PageToKeep] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    seen: int = 0

    def skip(self, name: str, reason: str) -> None:
        self.skipped.append(Skipped(self.seen, make_showable(name), reason))


def build_page(
    opened: Opened, found: Recognized, source: Source | None, options: EngineOptions
) -> PageToKeep:
    """`opened` has an exchange, and `found` a reading."""
    exchange, reading = opened.exchange, found.reading
    assert exchange is not None
    assert reading is not None
    packed = pack_body(exchange)
    assert packed is not None
    return PageToKeep(
        name=opened.name,
        engine=found.engine,
        keyword=make_showable(name_keyword(found)),
        country=found.country,
        language=found.language,
        exchange=exchange,
        columns=describe_reading(reading, configure_engine(found.engine, options)),
        links=list_links(reading.serp),
        packed=packed,
        source=source,
    )


@transaction.atomic
def keep_pages(owner: AbstractBaseUser, name: str, filename: str, haul: Haul) -> KeywordList:
    """The list with everything in it, or nothing."""
    keyword_list = KeywordList.objects.create(
        owner_id=owner.pk,
        name=make_showable(name.strip() or PurePath(filename).stem or "Saved pages")[:200],
        imported={
            "how": "pages",
            "filename": make_showable(filename)[:200],
            "encoding": "",
            "delimiter": "",
            "has_header": False,
            "rows": haul.seen,
            "accepted": len(haul.pages),
            "skipped": len(haul.skipped),
            "ignored_columns": [],
        },
    )
    copy_skipped(keyword_list, haul.skipped)
    keywords = make_keywords(keyword_list, haul.pages)
    searches = make_searches(haul.pages, keywords)
    write_rest(haul.pages, searches)
    point_at_latest(haul.pages, keywords, searches)
    return keyword_list


Key = tuple[str, str, str, str, int]


def key_of(page: PageToKeep) -> Key:
    return (
        page.keyword,
        page.country,
        page.language,
        page.engine,
        page.source.pk if page.source else 0,
    )


def make_keywords(keyword_list: KeywordList, pages: Sequence[PageToKeep]) -> dict[Key, Keyword]:
    """Pages of the same query are runs of one keyword."""
    keywords: dict[Key, Keyword] = {}
    for row, page in enumerate(pages, start=1):
        if key_of(page) not in keywords:
            keywords[key_of(page)] = Keyword(
                keyword_list=keyword_list,
                row=row,
                text=page.keyword,
                source=page.source or hold_pages_of(page.engine),
                country=page.country,
                language=page.language,
            )
    Keyword.objects.bulk_create(keywords.values())
    return keywords


def make_searches(pages: Sequence[PageToKeep], keywords: dict[Key, Keyword]) -> list[Search]:
    """In the order of the pages; the ids are taken in the order in which the pages were saved."""
    ids = iter(sorted(reserve_ids("keywords_search", len(pages))))
    places = {id(page): next(ids) for page in sorted(pages, key=saved_at)}
    saved = save_pages(page.packed for page in pages)
    searches = [
        Search(
            pk=places[id(page)],
            keyword=keywords[key_of(page)],
            engine=page.engine,
            fetched_at=ended_at(page.exchange),
            http_status=page.exchange.status or None,
            page_id=saved[page.packed.sha256],
            **page.columns,
        )
        for page in pages
    ]
    Search.objects.bulk_create(searches)
    return searches


def saved_at(page: PageToKeep) -> float:
    """What does not tell when it was saved counts as old."""
    return page.exchange.started_at.timestamp() if page.exchange.started_at else 0.0


def write_rest(pages: Sequence[PageToKeep], searches: Sequence[Search]) -> None:
    pairs = list(zip(pages, searches, strict=True))
    upsert_visits({"search_id": s.pk, **describe_visit(page.exchange)} for page, s in pairs)
    links = [(search.pk, *link) for page, search in pairs for link in page.links]
    if links:
        copy_rows(ResultLink._meta.db_table, LINK_COLUMNS, links)


def point_at_latest(
    pages: Iterable[PageToKeep], keywords: dict[Key, Keyword], searches: Iterable[Search]
) -> None:
    for page, search in sorted(zip(pages, searches, strict=True), key=lambda pair: pair[1].pk):
        keyword = keywords[key_of(page)]
        keyword.latest_search = search
        if page.is_good:
            keyword.latest_good_search = search
    Keyword.objects.bulk_update(
        keywords.values(), ["latest_search", "latest_good_search"], batch_size=500
    )
