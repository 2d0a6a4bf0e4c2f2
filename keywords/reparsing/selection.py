"""Which stored pages are read again: those whose reading is not by the parser of today, narrowed."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q

from jobs.states import UNFINISHED
from keywords.models import KeywordList, Search, SearchQuerySet, Source
from keywords.sources import find_base_url
from serp.engines.registry import ENGINE_MODULES, configure_engine
from serp.errors import SerpError
from serp.types import EngineOptions

CHUNK = 1000


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Everything given narrows. `everything` takes also what the parser of today has read."""

    engine: str = ""
    sources: tuple[str, ...] = ()
    list_ids: tuple[int, ...] = ()
    search_ids: tuple[int, ...] = ()
    since: str = ""  # ISO 8601
    parser_version: str = ""
    everything: bool = False

    @classmethod
    def read(cls, values: Mapping[str, Any]) -> "Selection":
        """As `write` wrote it."""
        known = {name: values[name] for name in asdict(cls()) if name in values}
        for name in ("sources", "list_ids", "search_ids"):
            known[name] = tuple(known.get(name, ()))
        return cls(**known)

    def write(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value}

    def only(self, **changes: Any) -> "Selection":
        return replace(self, **changes)

    @property
    def in_words(self) -> str:
        parts = [
            f"engine {self.engine}" if self.engine else "",
            f"source {', '.join(self.sources)}" if self.sources else "",
            f"{len(self.list_ids)} list(s)" if self.list_ids else "",
            f"{len(self.search_ids)} search(es)" if self.search_ids else "",
            f"fetched since {self.since[:16].replace('T', ' ')}" if self.since else "",
            f"read by {self.parser_version}" if self.parser_version else "",
        ]
        what = ", ".join(part for part in parts if part) or "every source"
        return f"{what}; also what today's parsers have read" if self.everything else what


def choose_searches(selection: Selection) -> SearchQuerySet:
    """Searches with a page that nobody is working on."""
    searches = Search.objects.filter(page__isnull=False).exclude(job__state__in=UNFINISHED)
    if selection.engine:
        searches = searches.filter(engine=selection.engine)
    if selection.sources:
        searches = searches.filter(keyword__source__name__in=selection.sources)
    if selection.list_ids:
        searches = searches.filter(keyword__keyword_list__in=selection.list_ids)
    if selection.search_ids:
        searches = searches.filter(pk__in=selection.search_ids)
    if selection.since:
        searches = searches.filter(fetched_at__gte=datetime.fromisoformat(selection.since))
    if selection.parser_version:
        searches = searches.filter(parser_version=selection.parser_version)
    return searches if selection.everything else searches.exclude(is_current(selection))


def is_current(selection: Selection) -> Q:
    """Searches whose reading is by the parser of today: by source, since the parser of a source of
    one's own changes with its settings."""
    current = Q(pk__in=())
    chosen = {"name__in": selection.sources} if selection.sources else {}
    for source in Source.objects.filter(**chosen):
        version = version_now(source)
        if version:
            current |= Q(keyword__source=source, engine=source.engine, parser_version=version)
    return current


def version_now(source: Source) -> str:
    """ "" where the source's settings are wrong."""
    options = EngineOptions(base_url=find_base_url(source), settings=source.settings)
    try:
        return configure_engine(source.engine, options).parser_version
    except SerpError:
        return ""


def iterate_ids(searches: SearchQuerySet, size: int = CHUNK) -> Iterator[list[int]]:
    """Ids in order, in portions; rows that leave the selection meanwhile cost nothing."""
    last = 0
    while ids := list(
        searches.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:size]
    ):
        yield ids
        last = ids[-1]


def find_mistake(selection: Selection) -> str:
    """One plain sentence; "" where there is none."""
    if selection.engine and selection.engine not in ENGINE_MODULES:
        return f"There is no engine named {selection.engine}."
    for name in selection.sources:
        if not Source.objects.filter(name=name).exists():
            return f"There is no source named {name}."
    missing = set(selection.list_ids) - set(
        KeywordList.objects.filter(pk__in=selection.list_ids).values_list("pk", flat=True)
    )
    return f"There is no list {min(missing)}." if missing else ""
