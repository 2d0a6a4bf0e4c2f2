"""What is done to lists as a whole: start, run again, cancel, delete."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from keywords.cancellation import cancel_list
from keywords.copying import copy_rows, reserve_ids
from keywords.deletion import delete_list
from keywords.models import Keyword, KeywordList, SkippedRow, Source
from keywords.runs import Run, rerun, start_runs
from keywords.tracked import Key, OnDuplicate, key_of, part_tracked
from keywords.uploads import AcceptedRow, Import, Skipped
from keywords.uploads.cleaning import make_showable

__all__ = ["UnableToStart", "cancel_list", "delete_list", "rerun", "start_list"]

LONGEST_TEXT = 1000


class UnableToStart(Exception):
    """str(e) is one plain sentence."""


@transaction.atomic
def start_list(
    *,
    owner: AbstractBaseUser,
    name: str,
    source: Source,
    imported: Import,
    country: str = "",
    language: str = "",
    device: str = "desktop",
    priority: int = 5,
    start_at: datetime | None = None,
    start_key: str = "",
    on_duplicate: OnDuplicate = "add",
) -> KeywordList:
    """List, report, keywords, searches and jobs: all of them or none. Raises UnableToStart.

    A second call with the same `start_key` returns the list that the first one made. `on_duplicate`
    says what becomes of keywords that the owner has in another list: see keywords.tracked.
    """
    if not source.enabled:
        raise UnableToStart(f"The source {source.name} is switched off.")
    keyword_list, is_new = make_list(owner, name, imported, priority, start_key)
    if not is_new:
        return keyword_list
    rows, repeated = fill_in(imported.accepted, country, language, device)
    if on_duplicate != "add":
        rows, tracked, ids = part_tracked(rows, owner, source)
        repeated += tracked
        if on_duplicate == "rerun":
            rerun(Keyword.objects.filter(pk__in=ids), by=owner)
    if repeated:
        keyword_list.imported |= {"accepted": len(rows), "skipped": imported.rows - len(rows)}
        keyword_list.save(update_fields=["imported"])
    copy_skipped(keyword_list, [*imported.skipped, *repeated])
    keyword_ids = reserve_ids("keywords_keyword", len(rows))
    search_ids = reserve_ids("keywords_search", len(rows))
    copy_keywords(keyword_list, source, rows, keyword_ids, search_ids)
    runs = [
        Run(id_, source.queue.name, owner.pk, priority if row.priority is None else row.priority)
        for id_, row in zip(keyword_ids, rows, strict=True)
    ]
    start_runs(runs, search_ids, batch_name=keyword_list.name, start_at=start_at)
    return keyword_list


def make_list(
    owner: AbstractBaseUser, name: str, imported: Import, priority: int, start_key: str
) -> tuple[KeywordList, bool]:
    values = {
        "name": make_showable(name.strip() or imported.filename or "Keywords")[:200],
        "imported": dict(imported.describe()),
        "priority": priority,
    }
    if not start_key:
        return KeywordList.objects.create(owner_id=owner.pk, **values), True
    return KeywordList.objects.get_or_create(
        owner_id=owner.pk, start_key=start_key, defaults=values
    )


def fill_in(
    accepted: Sequence[AcceptedRow], country: str, language: str, device: str
) -> tuple[list[AcceptedRow], list[Skipped]]:
    """Rows with the list's options where they have none. Two rows may become one keyword by that."""
    filled: dict[Key, AcceptedRow] = {}
    repeated = []
    for row in accepted:
        full = AcceptedRow(
            row.row,
            row.text,
            row.country or country,
            row.language or language,
            row.device or device,
            row.priority,
        )
        first = filled.setdefault(key_of(full), full)
        if first is not full:
            repeated.append(Skipped(row.row, row.text, f"Duplicate of row {first.row}."))
    return list(filled.values()), repeated


def copy_skipped(keyword_list: KeywordList, skipped: Sequence[Skipped]) -> None:
    copy_rows(
        SkippedRow._meta.db_table,
        ["keyword_list_id", "row", "text", "reason"],
        ((keyword_list.pk, row.row, shorten(row.text), row.reason[:300]) for row in skipped),
    )


def shorten(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def copy_keywords(
    keyword_list: KeywordList,
    source: Source,
    rows: Sequence[AcceptedRow],
    keyword_ids: Sequence[int],
    search_ids: Sequence[int],
) -> None:
    """The searches that they point at come later in the transaction."""
    copy_rows(
        Keyword._meta.db_table,
        [
            *("id", "keyword_list_id", "source_id", "latest_search_id"),
            *("row", "text", "country", "language", "device"),
        ],
        (
            (id_, keyword_list.pk, source.pk, search_id, *options_of(row))
            for id_, search_id, row in zip(keyword_ids, search_ids, rows, strict=True)
        ),
    )


def options_of(row: AcceptedRow) -> tuple[int, str, str, str, str]:
    return row.row, row.text, row.country, row.language, row.device
