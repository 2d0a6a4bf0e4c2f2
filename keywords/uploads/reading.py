"""The ways in: a file, pasted text, a list of texts."""

from collections.abc import Iterable, Sequence
from itertools import islice

from keywords.uploads.checking import Checker
from keywords.uploads.columns import HEADER_WITHIN, Columns, find_columns, find_header
from keywords.uploads.decoding import decode, refuse_binary
from keywords.uploads.spreadsheets import is_spreadsheet, read_spreadsheet
from keywords.uploads.tables import find_delimiter, read_records, split_lines
from keywords.uploads.types import DELIMITERS, NO_DELIMITER, Import, Record, UploadError

# A file has rows to skip, too; but each of them is reported and kept.
LEAST_ROW_LIMIT = 100_000
ENTRY_COLUMNS = Columns(options={"country": 1, "language": 2, "device": 3, "priority": 4}, width=5)


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
    if not data:
        raise UploadError("The file is empty.")
    if is_spreadsheet(data):
        records = read_spreadsheet(data, limit_rows(max_keywords))
        encoding, delimiter = "", NO_DELIMITER
    else:
        refuse_binary(data)
        text, encoding = decode(data, encoding)
        lines = split_lines(text)
        delimiter = choose_delimiter(lines) if delimiter is None else check_delimiter(delimiter)
        records = list(read_records(lines, delimiter))
    return check_records(
        records,
        max_keywords=max_keywords,
        columns=find_columns(records, has_header),
        how="file",
        filename=filename,
        encoding=encoding,
        delimiter=delimiter,
    )


def read_text(text: str, *, max_keywords: int) -> Import:
    """Pasted text. Each line is a keyword as it stands, quotes included, unless it comes with
    tabs (from a spreadsheet) or with a header that names its columns."""
    lines = split_lines(text.removeprefix("\ufeff"))
    delimiter = choose_delimiter(lines)
    records = list(read_records(lines, delimiter))
    if delimiter not in {"\t", NO_DELIMITER} and not find_columns(records, None).header:
        delimiter = NO_DELIMITER
    if delimiter == NO_DELIMITER:
        quotes = bool(records) and find_columns(records, None).header == 1
        records = list(read_records(lines, delimiter, quotes=quotes))
    columns = find_columns(records, None)
    return check_records(
        records, max_keywords=max_keywords, columns=columns, how="paste", delimiter=delimiter
    )


def read_list(texts: Iterable[str], *, max_keywords: int) -> Import:
    """Texts that are keywords already."""
    return read_entries(((text, "", "", "", "") for text in texts), max_keywords=max_keywords)


def read_entries(entries: Iterable[tuple[str, str, str, str, str]], *, max_keywords: int) -> Import:
    """(text, country, language, device, priority) of each keyword, as a program sends them."""
    records = [Record(row, entry) for row, entry in enumerate(entries, start=1)]
    return check_records(records, max_keywords=max_keywords, columns=ENTRY_COLUMNS, how="api")


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


def check_records(
    records: Sequence[Record],
    *,
    max_keywords: int,
    columns: Columns,
    how: str,
    filename: str = "",
    encoding: str = "",
    delimiter: str = NO_DELIMITER,
) -> Import:
    """Raises UploadError for a table without any row, or with more than can be reported on."""
    refuse_extremes(records, max_keywords)
    checker = Checker(columns, max_keywords)
    checker.take(record for record in records if record.row != columns.header)
    return Import(
        how=how,
        filename=filename,
        encoding=encoding,
        delimiter=delimiter,
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
