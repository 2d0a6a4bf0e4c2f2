"""Rows with problems as a file: to be mended in a spreadsheet and uploaded again."""

import csv
import io

from keywords.drafts.checks import Check
from keywords.exports.formats import safe_cell
from keywords.uploads.cleaning import make_showable
from keywords.uploads.types import Flaw


def write_problem_rows(check: Check) -> bytes:
    """CSV with a BOM, for Excel; the reason comes last, in a column that an upload ignores."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([*(role or name for name, role in check.columns), "problem"])
    width = len(check.columns)
    for row in check.find_rows(Flaw.PROBLEM):
        cells = [make_showable(cell) for cell in row.cells[:width]]
        padded = [*cells, *[""] * (width - len(cells))]
        writer.writerow([*map(safe_cell, padded), f"row {row.row}: {row.reason}"])
    return file.getvalue().encode("utf-8-sig", errors="replace")
