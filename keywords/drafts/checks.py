"""What came of reading a draft: every row with what becomes of it. Kept with the draft, packed."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import zstandard

from keywords.uploads import AcceptedRow, Import, Skipped
from keywords.uploads.types import Flaw

NEW = "new"
# What people should look at first.
ORDER: tuple[str, ...] = (Flaw.PROBLEM, Flaw.OVER, Flaw.DUPLICATE, Flaw.TRACKED, NEW)
# A packed draft is ours, but it was made of what strangers send.
LARGEST = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """A row of data as it stands in the file. `text` is the keyword that it becomes, "" for none."""

    row: int
    cells: Sequence[str]
    kind: str
    text: str
    reason: str


@dataclass(frozen=True)
class Check:
    """`flawed` has every row that is no new keyword; the first `at_reading` of them were found without
    looking at the list's options and at other lists."""

    imported: Import
    accepted: Sequence[Sequence[Any]]  # the fields of each AcceptedRow
    columns: Sequence[tuple[str, str]]  # name, role
    header: int
    cells: Sequence[Sequence[str]]  # of the row's number less one
    flawed: Sequence[Skipped]

    @cached_property
    def by_row(self) -> Mapping[int, Skipped]:
        return {flaw.row: flaw for flaw in self.flawed}

    @cached_property
    def counts(self) -> Mapping[str, int]:
        found = Counter(str(flaw.flaw) for flaw in self.flawed)
        return {NEW: self.imported.rows - len(self.flawed)} | {
            flaw: found[flaw] for flaw in map(str, Flaw)
        }

    @property
    def keyword_place(self) -> int:
        return next(place for place, (_, role) in enumerate(self.columns) if role == "keyword")

    def find_rows(self, kind: str) -> Sequence[CheckedRow]:
        """In the order of the file; of every kind for "", those to look at first then."""
        numbers = self.order_rows(kind)
        return _Rows(self, numbers)

    def order_rows(self, kind: str) -> list[int]:
        groups: dict[str, list[int]] = {each: [] for each in ORDER}
        for flaw in self.flawed:
            groups[flaw.flaw].append(flaw.row)
        for numbers in groups.values():
            numbers.sort()
        if kind in {"", NEW}:
            groups[NEW] = [row for row, *_ in self.accepted if row not in self.by_row]
        return groups[kind] if kind else [row for each in ORDER for row in groups[each]]

    @cached_property
    def texts(self) -> Mapping[int, str]:
        return {row: text for row, text, *_ in self.accepted}

    def show_row(self, number: int) -> CheckedRow:
        flaw = self.by_row.get(number)
        return CheckedRow(
            row=number,
            cells=self.cells[number - 1],
            kind=str(flaw.flaw) if flaw else NEW,
            text=self.texts.get(number, ""),
            reason=flaw.reason if flaw else "",
        )


@dataclass(frozen=True)
class _Rows(Sequence[CheckedRow]):
    """Rows are made when they are looked at: a page shows a hundred of them."""

    check: Check
    numbers: list[int]

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self.check.show_row(number) for number in self.numbers[place]]
        return self.check.show_row(self.numbers[place])


def pack_check(check: Check) -> bytes:
    imported = check.imported
    stored = {
        "import": {
            "how": imported.how,
            "filename": imported.filename,
            "encoding": imported.encoding,
            "delimiter": imported.delimiter,
            "has_header": imported.has_header,
            "rows": imported.rows,
            "ignored_columns": imported.ignored_columns,
        },
        "accepted": check.accepted,
        "flawed": [(flaw.row, flaw.text, flaw.reason, flaw.flaw) for flaw in check.flawed],
        "at_reading": len(imported.skipped),
        "columns": check.columns,
        "header": check.header,
        "cells": check.cells,
    }
    # Lone surrogates of damaged files survive as escapes.
    return zstandard.compress(json.dumps(stored).encode(), 1)


def take_fields(row: AcceptedRow) -> tuple[Any, ...]:
    """The tags come last, as many as there are."""
    return row.row, row.text, row.country, row.language, row.device, row.priority, *row.tags


def unpack_check(packed: bytes | memoryview) -> Check:
    """A page shows a hundred rows: `imported` comes without its accepted ones. See `unpack_import`."""
    stored = json.loads(zstandard.decompress(bytes(packed), max_output_size=LARGEST))
    flawed = [
        Skipped(row, text, reason, Flaw(flaw)) for row, text, reason, flaw in stored["flawed"]
    ]
    imported = Import(
        **{**stored["import"], "ignored_columns": tuple(stored["import"]["ignored_columns"])},
        accepted=(),
        skipped=tuple(flawed[: stored["at_reading"]]),
    )
    return Check(
        imported=imported,
        accepted=stored["accepted"],
        columns=[(name, role) for name, role in stored["columns"]],
        header=stored["header"],
        cells=stored["cells"],
        flawed=flawed,
    )


def unpack_import(check: Check) -> Import:
    """With every row, for the start of the list."""
    return replace(check.imported, accepted=tuple(map(make_row, check.accepted)))


def make_row(fields: Sequence[Any]) -> AcceptedRow:
    """The reverse of `take_fields`."""
    row, text, country, language, device, priority, *tags = fields
    return AcceptedRow(row, text, country, language, device, priority, tuple(tags))
