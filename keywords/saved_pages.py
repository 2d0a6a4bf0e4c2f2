"""Answers as they came: compressed, and equal bodies kept once."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import zstandard
from django.db import IntegrityError, connection, transaction

from keywords.models import SavedPage

LEVEL = 3
CHUNK = 1000


@dataclass(frozen=True, slots=True)
class PackedPage:
    """A page as its row will be. Packing costs time and needs no database: threads do it."""

    sha256: str
    body: bytes
    size: int
    content_type: str


def pack_page(body: bytes, content_type: str) -> PackedPage:
    digest = hashlib.sha256(body).hexdigest()
    return PackedPage(digest, zstandard.compress(body, LEVEL), len(body), content_type[:200])


def save_page(body: bytes, content_type: str) -> SavedPage:
    packed = pack_page(body, content_type)
    return SavedPage.objects.get(pk=save_pages([packed])[packed.sha256])


def read_page(saved: SavedPage) -> bytes:
    """The body as it came; `saved.size` bytes."""
    return unpack(saved.body, saved.size)


def unpack(body: bytes | memoryview, size: int) -> bytes:
    return zstandard.decompress(bytes(body), max_output_size=size)


def save_pages(pages: Iterable[PackedPage]) -> Mapping[str, int]:
    """Ids by hash. Within a transaction the rows are locked against deletion until its end."""
    # In one order everywhere, so that two who save the same pages do not wait for one another.
    new = sorted({page.sha256: page for page in pages}.values(), key=lambda page: page.sha256)
    if not new:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [list(column) for column in zip(*map(columns_of, new), strict=True)])
        ids = dict(cursor.fetchall())
        if missing := [page.sha256 for page in new if page.sha256 not in ids]:
            cursor.execute(FIND, [missing])
            ids.update(cursor.fetchall())
    return ids


def columns_of(page: PackedPage) -> tuple[str, bytes, int, str]:
    return page.sha256, page.body, page.size, page.content_type


def delete_unused(page_ids: Sequence[int]) -> None:
    """Of these pages, those that no search shows any more."""
    for start in range(0, len(page_ids), CHUNK):
        chunk = list(page_ids[start : start + CHUNK])
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(DELETE_UNUSED, [chunk])
        except IntegrityError:
            # A search has just been given one of them. They stay, which costs only room.
            continue


INSERT = """
INSERT INTO keywords_savedpage (sha256, body, size, content_type)
SELECT * FROM unnest(%s::text[], %s::bytea[], %s::int[], %s::text[])
ON CONFLICT (sha256) DO NOTHING RETURNING sha256, id
"""
FIND = (
    "SELECT sha256, id FROM keywords_savedpage WHERE sha256 = ANY(%s) ORDER BY sha256 FOR KEY SHARE"
)
DELETE_UNUSED = """
DELETE FROM keywords_savedpage p WHERE id = ANY(%s)
AND NOT EXISTS (SELECT FROM keywords_search s WHERE s.page_id = p.id)
"""
