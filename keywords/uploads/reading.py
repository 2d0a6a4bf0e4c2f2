"""The ways in: a file, pasted text, a list of texts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from keywords.uploads.checking import Checker
from keywords.uploads.columns import (
    HEADER_WITHIN,
    Columns,
    assign_columns,
    find_columns,
    find_header,
)
from keywords.uploads.decoding import decode, refuse_binary
from keywords.uploads.spreadsheets import is_spreadsheet, read_spreadsheet
from keywords.uploads.tables import find_delimiter, read_records, split_lines
from keywords.uploads.types import (
    DELIMITERS,
    NO_DELIMITER,
    Choices,
    Import,
    Record,
    UploadError,
)

# A file has rows to skip, too; but each of them is reported and kept.
LEAST_ROW_LIMIT = 100_000
ENTRY_COLUMNS = Columns(options={"country": 1, "language": 2, "device": 3, "priority": 4}, width=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """An upload as rows of cells, before any of them is judged."""

    how: str
    records: Sequence[Record]
    columns: Columns
    filename: str = ""
    encoding: str = ""
    delimiter: str = NO_DELIMITER


def read_file(
    data: bytes,
    filename: str,
    *,
    max_keywords: int,
    encoding: str | None = None,
    delimiter: str | None = None,
    has_header: bool | None = None,
) -> Import:
    """A CSV, TSV, text or spreadsheet file: its content decides, not its name. None: find out.
    Raises UploadError."""
    choices = Choices(encoding=encoding, delimiter=delimiter, has_header=has_header)
    table = read_table(data, filename, choices, max_keywords=max_keywords)
    return check_table(table, max_keywords=max_keywords)


def read_text(text: str, *, max_keywords: int) -> Import:
    """Pasted text. Each line is a keyword as it stands, quotes included, unless it comes with
    tabs (from a spreadsheet) or with a header that names its columns."""
    return check_table(read_pasted(text, Choices()), max_keywords=max_keywords)


def read_table(data: bytes, filename: str, choices: Choices, *, max_keywords: int) -> Table:
    """Raises UploadError."""
    if not data:
        raise UploadError("The file is empty.")
    if is_spreadsheet(data):
        records = read_spreadsheet(data, limit_rows(max_keywords))
        encoding, delimiter = "", NO_DELIMITER
    else:
        refuse_binary(data)
        text, encoding = decode(data, choices.encoding)
        lines = split_lines(text)
        delimiter = find_or_check_delimiter(lines, choices)
        records = list(read_records(lines, delimiter))
    return Table(
        how="file",
        records=records,
        columns=choose_columns(records, choices),
        filename=filename,
        encoding=encoding,
        delimiter=delimiter,
    )


def read_pasted(text: str, choices: Choices) -> Table:
    """Raises UploadError."""
    lines = split_lines(text.removeprefix("\ufeff"))
    delimiter = find_or_check_delimiter(lines, choices)
    records = list(read_records(lines, delimiter))
    is_guess = choices.delimiter is None and delimiter not in {"\t", NO_DELIMITER}
    if is_guess and not find_columns(records, choices.has_header).header:
        delimiter = NO_DELIMITER
    if delimiter == NO_DELIMITER:
        quotes = bool(records) and find_columns(records, None).header == 1
        records = list(read_records(lines, delimiter, quotes=quotes))
    columns = choose_columns(records, choices)
    return Table(how="paste", records=records, columns=columns, delimiter=delimiter)


def find_or_check_delimiter(lines: Sequence[str], choices: Choices) -> str:
    if choices.delimiter is None:
        return choose_delimiter(lines)
    return check_delimiter(choices.delimiter)


def choose_columns(records: Sequence[Record], choices: Choices) -> Columns:
    columns = find_columns(records, choices.has_header)
    return columns if choices.roles is None else assign_columns(columns, choices.roles)


def read_list(texts: Iterable[str], *, max_keywords: int) -> Import:
    """Texts that are keywords already."""
    return read_entries(((text, "", "", "", "") for text in texts), max_keywords=max_keywords)


def read_entries(entries: Iterable[tuple[str, str, str, str, str]], *, max_keywords: int) -> Import:
    """(text, country, language, device, priority) of each keyword, as a program sends them."""
    records = [Record(row, entry) for row, entry in enumerate(entries, start=1)]
    table = Table(how="api", records=records, columns=ENTRY_COLUMNS)
    return check_table(table, max_keywords=max_keywords)


def choose_delimiter(lines: Sequence[str]) -> str:
    """A header decides, else the regularity of the rows."""
    filled = (line for line in lines if line and not line.isspace())
    top = list(islice(filled, HEADER_WITHIN))
    for delimiter in DELIMITERS:
        header = find_header(list(read_records(top, delimiter)))
        if header and len(header.cells) > 1:
            return delimiter
    header = find_header(list(read_records(top, NO_DELIMITER)))
    return NO_DELIMITER if header else find_delimiter(lines)


def check_delimiter(delimiter: str) -> str:
    if delimiter not in {*DELIMITERS, NO_DELIMITER}:
        raise UploadError("The delimiter must be a comma, a semicolon, a tab or a bar.")
    return delimiter


def check_table(table: Table, *, max_keywords: int) -> Import:
    """Raises UploadError for a table without any row, or with more than can be reported on."""
    refuse_extremes(table.records, max_keywords)
    columns = table.columns
    checker = Checker(columns, max_keywords)
    checker.take(record for record in table.records if record.row != columns.header)
    return Import(
        how=table.how,
        filename=table.filename,
        encoding=table.encoding,
        delimiter=table.delimiter,
        has_header=columns.header > 0,
        rows=len(checker.accepted) + len(checker.skipped),
        accepted=tuple(checker.accepted),
        skipped=tuple(checker.skipped),
        ignored_columns=columns.ignored(),
    )


def refuse_extremes(records: Sequence[Record], max_keywords: int) -> None:
    if all(record.is_blank and not record.problem for record in records):
        raise UploadError("There is no keyword in it: every row is empty.")
    if len(records) > limit_rows(max_keywords):
        raise UploadError(
            f"It has {len(records):,} rows, more than {limit_rows(max_keywords):,} "
            f"cannot be checked at once; the limit is {max_keywords:,} keywords a list."
        )


def limit_rows(max_keywords: int) -> int:
    return max(LEAST_ROW_LIMIT, 2 * max_keywords)
