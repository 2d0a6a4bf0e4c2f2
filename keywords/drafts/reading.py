"""Reading a draft as its owner wants it read, and judging each of its rows."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import zstandard
from django.conf import settings

from keywords.drafts.checks import LARGEST, Check, pack_check, take_fields
from keywords.drafts.options import DraftOptions
from keywords.drafts.records import Draft
from keywords.lists import fill_in
from keywords.tracked import plan_rows
from keywords.uploads.reading import Table, check_table, read_pasted, read_table
from keywords.uploads.types import Choices, Record

Corrections = Mapping[str, Mapping[str, str]]


def read_draft(draft: Draft) -> Check:
    """Reads it anew and keeps what came of it; the caller saves the draft. Raises UploadError."""
    options = DraftOptions.read(draft.options)
    sources = options.find_sources()
    limit = limit_of(len(sources))
    table = correct(read_body(draft, limit), draft.corrections)
    imported = check_table(table, max_keywords=limit)
    filled, repeated = fill_in(imported.accepted, options.country, options.language, options.device)
    plan = plan_rows(filled, sources, draft.owner, "skip") if sources else None
    check = Check(
        imported=imported,
        accepted=[take_fields(row) for row in imported.accepted],
        columns=[
            (table.columns.name_of(place), table.columns.role_of(place))
            for place in range(table.columns.width)
        ],
        header=table.columns.header,
        cells=[record.cells for record in table.records],
        flawed=[*imported.skipped, *repeated, *(plan.skipped if plan else ())],
    )
    draft.checked = pack_check(check)
    return check


def limit_of(sources: int) -> int:
    """Rows that one list may have: each is a keyword at every source."""
    return int(settings.MAX_KEYWORDS) // max(sources, 1)


def read_body(draft: Draft, limit: int) -> Table:
    body, choices = unpack_body(draft.body), read_choices(draft.reading)
    if draft.how == "paste":
        return read_pasted(body.decode(errors="surrogatepass"), choices)
    return read_table(body, draft.filename, choices, max_keywords=limit)


def read_choices(stored: Mapping[str, Any]) -> Choices:
    roles = stored.get("roles")
    return Choices(
        encoding=stored.get("encoding"),
        delimiter=stored.get("delimiter"),
        has_header=stored.get("has_header"),
        roles=None if roles is None else {int(place): role for place, role in roles.items()},
    )


def correct(table: Table, corrections: Corrections) -> Table:
    if not corrections:
        return table
    records = [
        correct_record(record, corrections[key], table.columns.width)
        if (key := str(record.row)) in corrections
        else record
        for record in table.records
    ]
    return replace(table, records=records)


def correct_record(record: Record, cells: Mapping[str, str], width: int) -> Record:
    """What could not be taken apart has a new first cell, and no others."""
    old = [] if record.problem else record.cells[:width]
    new = [*old, *[""] * (width - len(old))]
    for place, text in cells.items():
        if int(place) < width:
            new[int(place)] = text
    return Record(record.row, tuple(new))


def pack_body(body: bytes) -> bytes:
    return zstandard.compress(body, 3)


def unpack_body(packed: bytes | memoryview) -> bytes:
    return zstandard.decompress(bytes(packed), max_output_size=LARGEST)
