"""What of a list is looked at: one object for the table, its paging, the facets and every link."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from keywords.models import KeywordQuerySet
from keywords.statuses import NO_OUTCOME, Status

SIZES = (50, 100, 200)


@dataclass(frozen=True)
class KeywordFilter:
    status: str = ""
    outcome: str = ""
    text: str = ""
    size: int = SIZES[0]

    @classmethod
    def read(cls, query: QueryDict) -> "KeywordFilter":
        size = query.get("size", "")
        return cls(
            status=query.get("status", ""),
            outcome=query.get("outcome", ""),
            text=query.get("q", "").strip()[:255],
            size=int(size) if size in map(str, SIZES) else SIZES[0],
        )

    @property
    def is_narrow(self) -> bool:
        return bool(self.status or self.outcome or self.text)

    def apply(self, keywords: KeywordQuerySet) -> KeywordQuerySet:
        """`keywords` have a status."""
        conditions: dict[str, str] = {}
        if self.status:
            conditions["status"] = self.status
        if self.outcome == NO_OUTCOME:
            conditions |= {"status": Status.FAILED, "outcome": ""}
        elif self.outcome:
            conditions["outcome"] = self.outcome
        if self.text:
            conditions["text__icontains"] = self.text
        return keywords.filter(**conditions)

    def only(self, **changes: Any) -> "KeywordFilter":
        """The same but for these."""
        return replace(self, **changes)

    def link(self, **more: object) -> str:
        """The part of the address after the question mark, with it."""
        size = self.size if self.size != SIZES[0] else ""
        values = {"status": self.status, "outcome": self.outcome, "q": self.text, "size": size}
        filled = {key: value for key, value in {**values, **more}.items() if value}
        return f"?{urlencode(filled)}"
