"""Each record becomes a keyword or a reason why not."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from keywords.uploads.cleaning import (
    clean_text,
    compare_key,
    find_forbidden,
    make_showable,
    take_off_guard,
)
from keywords.uploads.columns import Columns, normalise
from keywords.uploads.tags import MOST_TAGS, split_tags
from keywords.uploads.types import AcceptedRow, Flaw, Record, Skipped

MAX_LENGTH = 255
Options = tuple[str, str, str, int | None, tuple[str, ...]]
OPTIONS = ("country", "language", "device", "priority", "tags")
MAX_LANGUAGE = 35
COUNTRY = re.compile(r"[A-Za-z]{2}")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
DEVICES = {
    **dict.fromkeys(("desktop", "computer", "computers", "pc"), "desktop"),
    **dict.fromkeys(("mobile", "mobiles", "phone", "smartphone", "handy"), "mobile"),
}


class BadCell(Exception):
    """A cell that cannot be used; str(e) is the reason."""

    flaw = Flaw.PROBLEM


class Duplicate(BadCell):
    flaw = Flaw.DUPLICATE


class OverLimit(BadCell):
    flaw = Flaw.OVER


@dataclass(slots=True)
class Checker:
    """Takes rows one after the other, as duplicates and the limit depend on those before."""

    columns: Columns
    max_keywords: int
    accepted: list[AcceptedRow] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    _first_rows: dict[tuple[str, ...], int] = field(default_factory=dict)
    _options: dict[tuple[str, ...], Options] = field(default_factory=dict)

    def take(self, records: Iterable[Record]) -> None:
        for record in records:
            try:
                row = self.check(record)
            except BadCell as problem:
                text = make_showable(self.find_text(record))
                self.skipped.append(Skipped(record.row, text, str(problem), problem.flaw))
            else:
                self.accepted.append(row)

    def check(self, record: Record) -> AcceptedRow:
        """Raises BadCell."""
        self.check_shape(record)
        text = check_keyword(self.find_text(record))
        row = AcceptedRow(record.row, text, *self.read_options(record))
        key = (compare_key(text), row.country, row.language.lower(), row.device)
        if first := self._first_rows.get(key):
            raise Duplicate(f"Duplicate of row {first}.")
        if len(self.accepted) >= self.max_keywords:
            raise OverLimit(f"Over the limit of {self.max_keywords:,} keywords.")
        self._first_rows[key] = record.row
        return row

    def check_shape(self, record: Record) -> None:
        if record.problem:
            raise BadCell(record.problem)
        if record.is_blank:
            raise BadCell("Empty row.")
        if record.row < self.columns.header:
            raise BadCell("Stands above the header.")
        if self.repeats_header(record):
            raise BadCell("Repeats the header.")
        width = self.columns.width
        if len(record.cells) > width and any(map(str.strip, record.cells[width:])):
            cells = "1 column" if width == 1 else f"{width} columns"
            raise BadCell(
                f"Has {len(record.cells)} cells where the file has {cells}: "
                "a text that holds the delimiter needs quotes."
            )

    def repeats_header(self, record: Record) -> bool:
        names = self.columns.normal_names
        return (
            bool(names)
            and len(record.cells) == len(names)
            and all(map(str.__eq__, map(normalise, record.cells), names))
        )

    def read_options(self, record: Record) -> Options:
        """Most rows of a file say the same: it is checked once."""
        cells = record.cells
        said = tuple(
            cells[place].strip()
            if (place := self.columns.options.get(name, len(cells))) < len(cells)
            else ""
            for name in OPTIONS
        )
        known = self._options.get(said)
        if known is None:
            country, language, device, priority, tags = said
            known = self._options[said] = (
                check_country(country),
                check_language(language),
                check_device(device),
                check_priority(priority),
                check_tags(self.unguarded(tags)),
            )
        return known

    def find_text(self, record: Record) -> str:
        if record.problem or record.row < self.columns.header:
            return " ".join(record.cells)
        place = self.columns.keyword
        text = record.cells[place] if place < len(record.cells) else ""
        return self.unguarded(text)

    def unguarded(self, cell: str) -> str:
        """Only tables that programs write have a header; what stands in others is meant as it is."""
        return take_off_guard(cell) if self.columns.header else cell


def check_keyword(text: str) -> str:
    if problem := find_forbidden(text):
        raise BadCell(problem)
    text = clean_text(text)
    if not text:
        raise BadCell("Empty keyword.")
    if len(text) > MAX_LENGTH:
        raise BadCell(f"{len(text):,} characters, the limit is {MAX_LENGTH}.")
    return text


def check_country(code: str) -> str:
    if code and not COUNTRY.fullmatch(code):
        raise BadCell(f"{quote(code)} is not a country code of two letters.")
    return code.lower()


def check_language(tag: str) -> str:
    tag = tag.replace("_", "-")
    if tag and (len(tag) > MAX_LANGUAGE or not LANGUAGE.fullmatch(tag)):
        raise BadCell(f"{quote(tag)} is not a language code such as en or pt-BR.")
    return tag


def check_device(name: str) -> str:
    if name and name.lower() not in DEVICES:
        raise BadCell(f"{quote(name)} is neither desktop nor mobile.")
    return DEVICES.get(name.lower(), "")


def check_priority(number: str) -> int | None:
    if number and (len(number) != 1 or number not in "0123456789"):
        raise BadCell(f"{quote(number)} is not a priority from 0 to 9.")
    return int(number) if number else None


def check_tags(cell: str) -> tuple[str, ...]:
    if problem := find_forbidden(cell):
        raise BadCell(problem)
    tags = split_tags(cell)
    if len(tags) > MOST_TAGS:
        raise BadCell(f"{len(tags)} tags, the limit is {MOST_TAGS}.")
    return tags


def quote(cell: str) -> str:
    shown = make_showable(cell)
    return f"“{shown[:40]}…”" if len(shown) > 40 else f"“{shown}”"
