"""How a list is looked at: its filter, order, page size and columns; one object for every link of the page."""

from dataclasses import dataclass, replace
from typing import Any, Self

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keywords.filtering import ListFilter

SIZES = (50, 100, 200)


@dataclass(frozen=True, slots=True)
class Column:
    """`path` is what it is sorted by, from a keyword; "" where it cannot be sorted."""

    name: str
    label: str | Promise
    path: str = ""
    title: str | Promise = ""


COLUMNS = (
    Column("keyword", _("Keyword"), "text"),
    Column("outcome", _("Outcome"), "standing"),
    Column("top", _("Top ads"), "latest_good_search__ads_top", _("Ads above the results")),
    Column("ads", _("All ads"), "latest_good_search__ads_total"),
    Column("organic", _("Organic"), "latest_good_search__organic_total"),
    Column("links", _("Links"), "latest_good_search__links_total"),
    Column("results", _("Results"), "latest_good_search__total_results", _("As the page says")),
    Column("rank", _("My rank")),
    Column("runs", _("Runs"), title=_("The last ten runs")),
    Column("fetched", _("Fetched"), "latest_search__fetched_at"),
)
BY_NAME = {column.name: column for column in COLUMNS}
# What a row is nothing without.
FIXED = ("keyword", "outcome")
OPTIONAL = tuple(column for column in COLUMNS if column.name not in FIXED)


@dataclass(frozen=True, slots=True)
class Order:
    """`name` of a column; "" is the order of the file."""

    name: str = ""
    descending: bool = False

    @classmethod
    def read(cls, text: str) -> Self:
        name = text.removeprefix("-")
        column = BY_NAME.get(name)
        return cls(name, text.startswith("-")) if column and column.path else cls()

    def __str__(self) -> str:
        return f"-{self.name}" if self.descending else self.name

    @property
    def path(self) -> str:
        return BY_NAME[self.name].path if self.name else ""


@dataclass(frozen=True, slots=True)
class ListView:
    filter: ListFilter
    order: Order = Order()
    size: int = SIZES[0]
    # Names of the optional columns that are shown.
    columns: tuple[str, ...] = tuple(column.name for column in OPTIONAL)
    # Which of the tracked domains the rank is of; "" is the first.
    rank_of: str = ""

    @classmethod
    def read(cls, query: QueryDict) -> Self:
        size = query.get("size", "")
        return cls(
            filter=ListFilter.parse(query),
            order=Order.read(query.get("sort", "")),
            size=int(size) if size in map(str, SIZES) else SIZES[0],
            columns=read_columns(query),
            rank_of=query.get("rank", "")[:255],
        )

    def shows(self, name: str) -> bool:
        return name in FIXED or name in self.columns

    def only(self, **changes: Any) -> Self:
        """The same but for these."""
        return replace(self, **changes)

    def narrow(self, **changes: str) -> Self:
        """The same with another filter."""
        return replace(self, filter=self.filter.only(**changes))

    def parameters(self) -> dict[str, str]:
        """What is not as it is by default."""
        is_default = len(self.columns) == len(OPTIONAL)
        values = {
            "sort": str(self.order),
            "size": "" if self.size == SIZES[0] else str(self.size),
            "cols": "" if is_default else ",".join(self.columns) or "none",
            "rank": self.rank_of,
        }
        return {name: value for name, value in values.items() if value}

    def link(self, **more: object) -> str:
        """The part of the address after the question mark, with it."""
        return f"?{self.filter.query_string(**self.parameters(), **more)}"

    def sort_link(self, column: Column) -> str:
        """By that column; and the other way round where it is so already. Figures begin at the top."""
        if self.order.name == column.name:
            turned = self.order.descending == (column.name not in FIXED)
            order = Order(column.name, not self.order.descending) if turned else Order()
        else:
            order = Order(column.name, column.name not in FIXED)
        return self.only(order=order).link()


def read_columns(query: QueryDict) -> tuple[str, ...]:
    chosen = query.get("cols", "")
    if not chosen:
        return tuple(column.name for column in OPTIONAL)
    return pick_columns(chosen.split(","))


def pick_columns(names: list[str]) -> tuple[str, ...]:
    return tuple(column.name for column in OPTIONAL if column.name in names)
