"""Writing a large export in steps of a second or so: a step that was written is not repeated, and a node
that dies loses one step."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils import timezone

from keywords.exports.formats import FORMATS, dump, show
from keywords.exports.records import ExportFile, ExportPart
from keywords.exports.shapes import SHAPES, Row
from keywords.exports.writing import narrow
from keywords.filtering import ListFilter
from keywords.models import Keyword

# Keywords a step. A results page has a hundred links, and a keyword a few dozen runs.
SIZES = {
    "keywords": 2000,
    "results": 400,
    "links": 100,
    "keyword-runs": 200,
    "result-runs": 20,
    "link-runs": 5,
}
PART_SIZE = 1024 * 1024
assert set(SIZES) == set(SHAPES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What a thread needs to write one step. `gathered` are the earlier rows of a file that is written
    whole, and only in its last step."""

    export_id: int
    number: int
    written_as: str
    columns: Sequence[str]
    rows: Sequence[Row]
    keywords: int
    after: int
    is_last: bool
    gathered: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """`parts` follow those that are there, or take their place."""

    step: Step
    parts: Sequence[bytes]
    replaces: bool = False


def load_step(export: ExportFile) -> Step:
    if export.keyword_list_id is None:
        raise LookupError("The list is gone.")
    size = SIZES[export.shape]
    listed = Keyword.objects.filter(keyword_list=export.keyword_list_id, pk__gt=export.after)
    meant = ListFilter.read(export.query).apply(listed).order_by("pk")
    ids = list(meant.values_list("pk", flat=True)[:size])
    is_last = len(ids) < size
    is_whole = FORMATS[export.written_as].write_whole is not None
    return Step(
        export_id=export.pk,
        number=export.parts.count(),
        written_as=export.written_as,
        columns=export.columns,
        rows=list(read_rows(export, ids)) if ids else [],
        keywords=len(ids),
        after=ids[-1] if ids else export.after,
        is_last=is_last,
        gathered=read_parts(export) if is_whole and is_last else (),
    )


def read_rows(export: ExportFile, keyword_ids: Sequence[int]) -> Iterator[Row]:
    keywords = Keyword.objects.filter(pk__in=keyword_ids)
    return narrow(SHAPES[export.shape].rows(keywords), export.columns)


def read_parts(export: ExportFile) -> list[bytes]:
    parts = export.parts.order_by("number").values_list("body", flat=True)
    return [bytes(part) for part in parts]


def write_step(step: Step) -> Written:
    """Pure work. A file that has to be written whole is gathered as lines of JSON first."""
    written = FORMATS[step.written_as]
    if written.write_whole is not None:
        lines = b"".join(dump(as_cells(row)) + b"\n" for row in step.rows)
        if not step.is_last:
            return Written(step, [lines])
        rows = parse_lines([*step.gathered, lines])
        return Written(step, cut(written.write_whole(step.columns, rows)), replaces=True)
    is_first = step.number == 0
    head = written.head(step.columns) if is_first else b""
    body = b"".join(written.body(step.columns, step.rows, is_first))
    return Written(step, [head + body + (written.tail if step.is_last else b"")])


def as_cells(row: Row) -> Row:
    """JSON would give times another look than cells have."""
    return {column: show(value) for column, value in row.items()}


def parse_lines(parts: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    for part in parts:
        for line in part.splitlines():
            yield json.loads(line)


def cut(pieces: Iterable[bytes]) -> list[bytes]:
    parts, part = [], bytearray()
    for piece in pieces:
        part += piece
        if len(part) >= PART_SIZE:
            parts.append(bytes(part))
            part.clear()
    return [*parts, bytes(part)] if part else parts


def save_step(written: Written) -> None:
    """Within the transaction that settles the job."""
    step = written.step
    parts = ExportPart.objects.filter(export=step.export_id)
    if written.replaces:
        parts.delete()
    first = 0 if written.replaces else step.number
    ExportPart.objects.bulk_create(
        ExportPart(export_id=step.export_id, number=number, body=body)
        for number, body in enumerate(written.parts, start=first)
    )
    added = sum(len(part) for part in written.parts)
    ExportFile.objects.filter(pk=step.export_id).update(
        after=step.after,
        keywords_done=F("keywords_done") + step.keywords,
        rows_done=F("rows_done") + len(step.rows),
        size=added if written.replaces else F("size") + added,
        finished_at=timezone.now() if step.is_last else None,
    )
