"""XLSX, XLS and ODS, read in a process of their own: a small file may unpack to any size, and then
it is that process which dies, not the web server."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

from keywords.uploads.types import Record, UploadError

SECONDS = 20
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
# What every workbook of a kind has in its archive.
WORKBOOK_PARTS = {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}
READER = Path(__file__).with_name("spreadsheet_reader.py")
UNREADABLE = "This spreadsheet cannot be read. Save it as CSV and try again."


def is_spreadsheet(data: bytes) -> bool:
    """By content: browsers name Excel's files anyhow."""
    if data.startswith(OLD_EXCEL):
        return True
    if not data.startswith(ZIP):
        return False
    try:
        return not WORKBOOK_PARTS.isdisjoint(zipfile.ZipFile(io.BytesIO(data)).namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def read_spreadsheet(data: bytes, max_rows: int) -> list[Record]:
    """The rows of the first sheet that holds anything. Raises UploadError."""
    try:
        done = subprocess.run(  # noqa: S603 - our own program, the data comes by its standard input
            [sys.executable, "-I", str(READER), str(max_rows)],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UploadError(UNREADABLE) from None
    if done.returncode != 0:
        raise UploadError(UNREADABLE)
    answer = json.loads(done.stdout)
    if "problem" in answer:
        raise UploadError(answer["problem"])
    return [Record(row, tuple(cells)) for row, cells in enumerate(answer["rows"], start=1)]
