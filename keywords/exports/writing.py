"""An export as a file that is being written while it is sent."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from keywords.exports.formats import FORMATS
from keywords.exports.shapes import SHAPES, Row, Shape
from keywords.models import KeywordQuerySet


@dataclass(frozen=True, slots=True)
class Export:
    """`pieces` reads the database as it is consumed."""

    filename: str
    content_type: str
    pieces: Iterator[bytes]


def export_keywords(
    keywords: KeywordQuerySet,
    *,
    shape: str,
    written_as: str,
    name: str,
    columns: Collection[str] = (),
) -> Export:
    """`columns` are all of the shape's if there are none. Raises KeyError for a shape or format that
    there is not."""
    rows, written = SHAPES[shape], FORMATS[written_as]
    chosen = choose_columns(rows, columns)
    return Export(
        filename=name_file(name, shape, written.ending),
        content_type=written.content_type,
        pieces=written.write(chosen, narrow(rows.rows(keywords), chosen)),
    )


def name_file(name: str, shape: str, ending: str) -> str:
    stem = re.sub(r"[^\w.-]+", "-", name, flags=re.ASCII).strip("-.")[:80] or "keywords"
    return f"{stem}-{shape}.{ending}"


def choose_columns(shape: Shape, wanted: Collection[str]) -> tuple[str, ...]:
    """In the shape's order; what it has not is left out."""
    return tuple(column for column in shape.columns if column in wanted) or shape.columns


def narrow(rows: Iterable[Row], columns: Collection[str]) -> Iterator[Row]:
    return ({column: row[column] for column in columns} for row in rows)
