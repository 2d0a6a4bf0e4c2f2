"""An export as a file that is being written while it is sent."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from keywords.exports.formats import FORMATS
from keywords.exports.shapes import SHAPES
from keywords.models import KeywordQuerySet


@dataclass(frozen=True, slots=True)
class Export:
    """`pieces` reads the database as it is consumed."""

    filename: str
    content_type: str
    pieces: Iterator[bytes]


def export_keywords(keywords: KeywordQuerySet, *, shape: str, written_as: str, name: str) -> Export:
    """Raises KeyError for a shape or format that there is not."""
    rows, written = SHAPES[shape], FORMATS[written_as]
    stem = re.sub(r"[^\w.-]+", "-", name, flags=re.ASCII).strip("-.")[:80] or "keywords"
    return Export(
        filename=f"{stem}-{rows.name}.{written.ending}",
        content_type=written.content_type,
        pieces=written.write(rows.columns, rows.rows(keywords)),
    )
