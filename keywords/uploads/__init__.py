"""Reading lists of keywords out of files, pasted text and JSON: no database, nothing silently lost.

    bytes ─ decoding ─ text ─ tables ─ rows of cells ─ columns ─ which cell is what ─ checking ─ Import

Every row of data ends up in `accepted` or in `skipped` with a reason; a row number is the number
of the record in the file, from 1, the header and blank lines included.
"""

from keywords.uploads.reading import read_entries, read_file, read_list, read_text
from keywords.uploads.types import AcceptedRow, Import, Skipped, UploadError

__all__ = [
    "AcceptedRow",
    "Import",
    "Skipped",
    "UploadError",
    "read_entries",
    "read_file",
    "read_list",
    "read_text",
]
