"""Text to rows of cells, forgiving: a stray quote costs its own row and no other.

The csv module alone would swallow everything from an unclosed quote to the next one, or to the
end of the file; its Sniffer takes letters for delimiters.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from keywords.uploads.types import DELIMITERS, NO_DELIMITER, Record

LINE_END = re.compile(r"\r\n|\r|\n")
# A quoted cell may hold line ends; one that runs longer than this was not meant to.
LONGEST_RECORD = 50
UNBALANCED = "Unbalanced quote."
# A character that stands for "no delimiter" where the csv module wants one.
NEVER = "\x1f"


def split_lines(text: str) -> list[str]:
    """Physical lines; the end of the last line begins no new one."""
    lines = LINE_END.split(text)
    if lines and not lines[-1]:
        lines.pop()
    return lines


def read_records(lines: Sequence[str], delimiter: str, *, quotes: bool = True) -> Iterator[Record]:
    """`quotes` off: a quote is a character like any other."""
    place = row = 0
    while place < len(lines):
        row += 1
        line = lines[place]
        if not quotes or '"' not in line:
            yield Record(row, split_plain(line, delimiter))
            place += 1
            continue
        cells, taken = read_quoted(lines, place, delimiter)
        if cells is None:
            yield Record(row, (line,), UNBALANCED)
        else:
            yield Record(row, cells)
        place += taken


def split_plain(line: str, delimiter: str) -> tuple[str, ...]:
    return tuple(line.split(delimiter)) if delimiter else (line,)


def read_quoted(
    lines: Sequence[str], start: int, delimiter: str
) -> tuple[tuple[str, ...] | None, int]:
    """The cells of the record that begins on this line, and how many lines it takes.
    None where its quotes do not add up: then it takes one line."""
    reader = csv.reader(
        (line + "\n" for line in lines[start : start + LONGEST_RECORD]),
        delimiter=delimiter or NEVER,
        strict=True,
    )
    try:
        return tuple(next(reader)), reader.line_num
    except csv.Error:
        return read_loose(lines[start], delimiter), 1


def read_loose(line: str, delimiter: str) -> tuple[str, ...] | None:
    """A line such as `"red shoes" men`: its quotes are part of the text. None where a quote that
    opens a cell is never closed."""
    cells = split_plain(line, delimiter)
    opened = [cell for cell in cells if cell.lstrip().startswith('"')]
    return None if any(cell.count('"') % 2 for cell in opened) else cells


def find_delimiter(lines: Sequence[str]) -> str:
    """The delimiter that gives the rows the most regular number of columns; "" for one column."""
    sample = [line for line in islice(lines, 1000) if line and not line.isspace()]
    scores = {delimiter: score(sample, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
    return best if scores[best] > (0.0, 0) else NO_DELIMITER


def score(lines: Sequence[str], delimiter: str) -> tuple[float, int]:
    """(share of rows with the commonest number of columns, that number); zeros for "not this one"."""
    joined = [record for record in read_records(lines, delimiter) if not record.problem]
    widths = [len(record.cells) for record in joined]
    if len(widths) < 2 or is_punctuation(lines, delimiter):
        return 0.0, 0
    width = max(set(widths), key=widths.count)
    share = widths.count(width) / len(widths)
    return (share, width) if width > 1 and share >= 0.8 else (0.0, 0)


def is_punctuation(lines: Sequence[str], delimiter: str) -> bool:
    """Whether it reads as in "hotel berlin, germany": a space after it, and never a quote."""
    if delimiter == "\t":
        return False
    holding = [line for line in lines if delimiter in line]
    return all(delimiter + " " in line and '"' not in line for line in holding)
