"""What a second reading changes of the first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Literal

from keywords.reparsing.reading import Reread
from keywords.reparsing.stored import LINK_FIELDS, READ_COLUMNS, Link, StoredSearch
from serp.types import GOOD_OUTCOMES

Kind = Literal["same", "changed", "better", "worse", "unread"]
BLOCK = LINK_FIELDS.index("block")
GROUPS = {"organic": "organic results", "other": "other links"}
COLUMN_NAMES = {
    "reason": "explanation",
    "evidence": "evidence",
    "ads_top": "number of top ads",
    "ads_bottom": "number of bottom ads",
    "ads_total": "number of ads",
    "organic_total": "number of organic results",
    "links_total": "number of links",
    "total_results": "estimated results",
    "stats_raw": "text of the estimate",
    "related_searches": "related searches",
    "people_also_ask": "questions",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field, as it stands and as it reads now. Values are short texts for people."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """`kind`: whether the page can be trusted now and could not before ("better"), the other way
    round ("worse"), or neither."""

    stored: StoredSearch
    reread: Reread
    kind: Kind
    differences: tuple[Difference, ...]

    @property
    def is_new_version(self) -> bool:
        before: str = self.stored.columns["parser_version"]
        return bool(before != self.reread.columns.get("parser_version"))

    @property
    def outcome_before(self) -> str:
        return str(self.stored.columns["outcome"])

    @property
    def outcome_after(self) -> str:
        return str(self.reread.columns.get("outcome", ""))


def compare(stored: StoredSearch, reread: Reread) -> Change:
    if reread.problem:
        return Change(stored, reread, "unread", ())
    differences = (*compare_columns(stored, reread), *compare_links(stored.links, reread.links))
    return Change(stored, reread, judge(stored, reread, differences), differences)


def judge(stored: StoredSearch, reread: Reread, differences: Sequence[Difference]) -> Kind:
    was_good = stored.columns["outcome"] in GOOD_OUTCOMES
    if was_good != reread.is_good:
        return "better" if reread.is_good else "worse"
    return "changed" if differences else "same"


def compare_columns(stored: StoredSearch, reread: Reread) -> Iterator[Difference]:
    for name in READ_COLUMNS:
        before, after = stored.columns[name], reread.columns[name]
        if before != after and name != "parser_version":
            yield Difference(COLUMN_NAMES.get(name, name), show(before), show(after))


def compare_links(before: Sequence[Link], after: Sequence[Link]) -> Iterator[Difference]:
    """The first difference of each field in each group of links."""
    for group in ("ads", *GROUPS):
        old, new = links_in(before, group), links_in(after, group)
        if old != new:
            yield from compare_group(GROUPS.get(group, group), old, new)


def links_in(links: Sequence[Link], group: str) -> list[Link]:
    if group == "ads":
        return [link for link in links if link[BLOCK] not in GROUPS]
    return [link for link in links if link[BLOCK] == group]


def compare_group(name: str, before: list[Link], after: list[Link]) -> Iterator[Difference]:
    """Links that are there once only are told as such: their fields have nothing to compare with."""
    seen: set[str] = set()
    for old, new in zip_longest(before, after):
        for field, was, now in differing_fields(old, new):
            if field not in seen:
                seen.add(field)
                yield Difference(f"{name}: {field}", was, now)


def differing_fields(old: Link | None, new: Link | None) -> Iterator[tuple[str, str, str]]:
    if old is None or new is None:
        yield "how many", show_link(old), show_link(new)
        return
    for field, was, now in zip(LINK_FIELDS, old, new, strict=True):
        if was != now:
            yield field.replace("_", " "), show(was), show(now)


def show_link(link: Link | None) -> str:
    if link is None:
        return "nothing"
    values = dict(zip(LINK_FIELDS, link, strict=True))
    return show(values["title"] or values["url"] or values["href_raw"])


def show(value: Any) -> str:
    if value in (None, "", [], {}):
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = f"{value:,}" if isinstance(value, int) else str(value)
    return text if len(text) <= 200 else f"{text[:199]}…"
