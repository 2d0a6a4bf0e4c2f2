"""How the list of a draft is to be searched: what the first page asks for, and the check page."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, get_args

from keywords.models import Source
from keywords.tracked import OnDuplicate


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftOptions:
    """`start_at` is ISO 8601, "" for now. `take_first`: rows behind the limit may be left out."""

    name: str = ""
    sources: tuple[int, ...] = ()
    country: str = ""
    language: str = ""
    device: str = "desktop"
    tags: tuple[str, ...] = ()
    priority: int = 5
    start_at: str = ""
    hold: bool = False
    on_duplicate: OnDuplicate = "skip"
    take_first: bool = False

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "DraftOptions":
        lists = {name: tuple(stored.get(name, ())) for name in ("sources", "tags")}
        return cls(**{**stored, **lists})

    def write(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def start_time(self) -> datetime | None:
        return datetime.fromisoformat(self.start_at) if self.start_at else None

    def find_sources(self) -> list[Source]:
        """Those that are still switched on, in the order in which they were chosen."""
        found = Source.objects.select_related("queue").filter(enabled=True).in_bulk(self.sources)
        return [found[pk] for pk in self.sources if pk in found]


ON_DUPLICATE: tuple[OnDuplicate, ...] = get_args(OnDuplicate)
