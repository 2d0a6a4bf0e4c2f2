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

Row = dict[str, Any]
Columns = Sequence[str]
PIECE = 64 * 1024
# A spreadsheet takes what begins so for a formula.
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
MOST_SHEET_ROWS = 1_048_575
LONGEST_CELL = 32_767


@dataclass(frozen=True, slots=True)
class Format:
    name: str
    label: str
    ending: str
    content_type: str
    write: Callable[[Columns, Iterable[Row]], Iterator[bytes]]


def write_csv(columns: Columns, rows: Iterable[Row]) -> Iterator[bytes]:
    return write_separated(columns, rows, delimiter=",")


def write_excel_csv(columns: Columns, rows: Iterable[Row]) -> Iterator[bytes]:
    """As Excel opens it by a double click in most of Europe."""
    yield b"\xef\xbb\xbf"
    yield from write_separated(columns, rows, delimiter=";")


def write_separated(columns: Columns, rows: Iterable[Row], *, delimiter: str) -> Iterator[bytes]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([safe_cell(row[column]) for column in columns])
        if buffer.tell() > PIECE:
            yield take(buffer)
    yield take(buffer)


def take(buffer: io.StringIO) -> bytes:
    data = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return data


def write_ndjson(columns: Columns, rows: Iterable[Row]) -> Iterator[bytes]:
    for row in rows:
        yield dump(row) + b"\n"


def write_json(columns: Columns, rows: Iterable[Row]) -> Iterator[bytes]:
    yield b"["
    separator = b"\n"
    for row in rows:
        yield separator + dump(row)
        separator = b",\n"
    yield b"\n]\n"


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


FORMATS = {
    each.name: each
    for each in (
        Format("csv", "CSV", "csv", "text/csv; charset=utf-8", write_csv),
        Format("excel", "CSV for Excel", "csv", "text/csv; charset=utf-8", write_excel_csv),
        Format(
            "xlsx",
            "Excel workbook",
            "xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            write_xlsx,
        ),
        Format("json", "JSON", "json", "application/json", write_json),
        Format("ndjson", "JSON, a line a row", "ndjson", "application/x-ndjson", write_ndjson),
    )
}
