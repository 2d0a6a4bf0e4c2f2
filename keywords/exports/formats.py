"""How rows are written: each format turns them into bytes, piece by piece."""

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import xlsxwriter
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Row = dict[str, Any]
Columns = Sequence[str]
PIECE = 64 * 1024
# A spreadsheet takes what begins so for a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
MOST_SHEET_ROWS = 1_048_575
LONGEST_CELL = 32_767


@dataclass(frozen=True, slots=True)
class Format:
    """A file is `head`, as many bodies as one likes, and `tail`. One that cannot be written so is written
    whole: it has `write_whole` instead."""

    name: str
    label: str | Promise
    hint: str | Promise
    ending: str
    content_type: str
    head: Callable[[Columns], bytes] = lambda _columns: b""
    # columns, rows, whether they are the file's first
    body: Callable[[Columns, Iterable[Row], bool], Iterator[bytes]] = lambda *_columns: iter(())
    tail: bytes = b""
    write_whole: Callable[[Columns, Iterable[Row]], Iterator[bytes]] | None = None

    def write(self, columns: Columns, rows: Iterable[Row]) -> Iterator[bytes]:
        if self.write_whole is not None:
            yield from self.write_whole(columns, rows)
            return
        yield self.head(columns)
        yield from self.body(columns, rows, True)
        yield self.tail


@dataclass(frozen=True, slots=True)
class Separated:
    """CSV in one of its ways."""

    delimiter: str
    mark: bytes = b""  # what stands before everything

    def head(self, columns: Columns) -> bytes:
        return self.mark + b"".join(self.body(columns, [dict(zip(columns, columns, strict=True))]))

    def body(
        self, columns: Columns, rows: Iterable[Row], is_first: bool = False
    ) -> Iterator[bytes]:
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, delimiter=self.delimiter)
        for row in rows:
            writer.writerow([safe_cell(row[column]) for column in columns])
            if buffer.tell() > PIECE:
                yield take(buffer)
        yield take(buffer)


def write_csv(columns: Columns, rows: Iterable[Row]) -> Iterator[bytes]:
    return FORMATS["csv"].write(columns, rows)


def take(buffer: io.StringIO) -> bytes:
    data = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return data


def write_ndjson(columns: Columns, rows: Iterable[Row], is_first: bool) -> Iterator[bytes]:
    for row in rows:
        yield dump(row) + b"\n"


def write_json(columns: Columns, rows: Iterable[Row], is_first: bool) -> Iterator[bytes]:
    separator = b"\n" if is_first else b",\n"
    for row in rows:
        yield separator + dump(row)
        separator = b",\n"


def dump(row: Row) -> bytes:
    return json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False).encode()


def write_xlsx(columns: Columns, rows: Iterable[Row]) -> Iterator[bytes]:
    """Through a file: a workbook's directory stands at its end."""
    with tempfile.TemporaryFile() as file:
        fill_workbook(file, columns, rows)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def fill_workbook(file: Any, columns: Columns, rows: Iterable[Row]) -> None:
    """More rows than a sheet holds go on in the next one."""
    plain = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    sheet, line = None, 0
    with xlsxwriter.Workbook(file, {"constant_memory": True, **plain}) as workbook:
        for row in rows:
            if sheet is None or line == MOST_SHEET_ROWS:
                sheet, line = add_sheet(workbook, columns), 0
            line += 1
            sheet.write_row(line, 0, [sheet_cell(row[column]) for column in columns])
        if sheet is None:
            add_sheet(workbook, columns)


def add_sheet(workbook: Any, columns: Columns) -> Any:
    sheet = workbook.add_worksheet()
    sheet.write_row(0, 0, columns)
    return sheet


def safe_cell(value: object) -> object:
    """A text that a spreadsheet would run is marked as text; null is an empty cell."""
    text = show(value)
    if isinstance(text, str) and text.startswith(FORMULA_SIGNS):
        return "'" + text
    return text


def sheet_cell(value: object) -> object:
    text = show(value)
    return text[:LONGEST_CELL] if isinstance(text, str) else text


def show(value: object) -> object:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat(timespec="seconds")
        case list() | dict():
            return " | ".join(str(each) for each in value)
        case _:
            return value


COMMAS = Separated(",")
# As Excel opens it by a double click in most of Europe.
SEMICOLONS = Separated(";", mark=b"\xef\xbb\xbf")
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

FORMATS = {
    each.name: each
    for each in (
        Format(
            "csv",
            "CSV",
            _("Commas and UTF-8: for programs, and for uploading it again."),
            "csv",
            CSV_TYPE,
            COMMAS.head,
            COMMAS.body,
        ),
        Format(
            "excel",
            _("CSV for Excel"),
            _("Semicolons and a byte order mark: opens by a double click in most of Europe."),
            "csv",
            CSV_TYPE,
            SEMICOLONS.head,
            SEMICOLONS.body,
        ),
        Format(
            "xlsx",
            _("Excel workbook"),
            _("Numbers as numbers, texts as texts."),
            "xlsx",
            XLSX_TYPE,
            write_whole=write_xlsx,
        ),
        Format(
            "json",
            "JSON",
            _("One array; what failed has null, never 0."),
            "json",
            "application/json",
            lambda _columns: b"[",
            write_json,
            b"\n]\n",
        ),
        Format(
            "ndjson",
            "NDJSON",
            _("One object a line: for large files and pipes."),
            "ndjson",
            "application/x-ndjson",
            body=write_ndjson,
        ),
    )
}
