"""A program: a workbook on standard input, its first filled sheet as JSON on standard output.

Imports nothing of ours, so that it starts at once, and gives itself limits.
"""

import io
import json
import resource
import sys

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

MEMORY = 1024**3
SECONDS = 15
MOST_COLUMNS = 100


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    json.dump(read(sys.stdin.buffer.read(), int(sys.argv[1])), sys.stdout)


def read(data: bytes, max_rows: int) -> dict[str, object]:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = map(workbook.get_sheet_by_name, workbook.sheet_names)
        sheet = next((sheet for sheet in sheets if sheet.height), None)
    except PasswordError:
        return {"problem": "This spreadsheet is protected by a password."}
    except (CalamineError, ValueError, OSError):
        return {"problem": "This spreadsheet cannot be read. Save it as CSV and try again."}
    if sheet is None:
        return {"problem": "The spreadsheet is empty."}
    if sheet.total_height > max_rows or sheet.total_width > MOST_COLUMNS:
        return {
            "problem": f"The spreadsheet has {sheet.total_height:,} rows and {sheet.total_width:,} "
            f"columns; {max_rows:,} rows and {MOST_COLUMNS} columns are read at most."
        }
    return {"rows": read_rows(sheet)}


def read_rows(sheet: CalamineSheet) -> list[list[str]]:
    return [[show(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]


def show(cell: object) -> str:
    """As the sheet shows it: 2024, not 2024.0."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).upper() if isinstance(cell, bool) else str(cell)


if __name__ == "__main__":
    main()
