"""What is done to lists as a whole: start, run again, cancel, delete."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from jobs import control
from keywords.cancellation import cancel_list
from keywords.copying import copy_rows, put_off_text_indexes, reserve_ids, write_array
from keywords.deletion import delete_list
from keywords.models import Keyword, KeywordList, SkippedRow, Source
from keywords.people import name_of
from keywords.runs import Run, rerun, start_batch, start_runs
from keywords.tracked import Key, OnDuplicate, Pair, key_of, plan_rows
from keywords.uploads import AcceptedRow, Import, Skipped
from keywords.uploads.cleaning import make_showable
from keywords.uploads.tags import MOST_TAGS
from keywords.uploads.types import Flaw

__all__ = ["UnableToStart", "cancel_list", "delete_list", "rerun", "start_list"]

LONGEST_TEXT = 1000
FEW = 2000  # keywords whose texts are sorted into their index in no time


class UnableToStart(Exception):
    """str(e) is one plain sentence."""


@transaction.atomic
def start_list(
    *,
    owner: AbstractBaseUser,
    name: str,
    source: Source,
    more_sources: Sequence[Source] = (),
    imported: Import,
    country: str = "",
    language: str = "",
    device: str = "desktop",
    tags: Sequence[str] = (),
    priority: int = 5,
    start_at: datetime | None = None,
    start_key: str = "",
    on_duplicate: OnDuplicate = "add",
    hold: bool = False,
) -> KeywordList:
    """List, report, keywords, searches and jobs: all of them or none. Raises UnableToStart.

    Each row is searched at every source. A second call with the same `start_key` returns the list that
    the first one made. `on_duplicate` says what becomes of keywords that the owner has in another
    list: see keywords.tracked. With `hold`, nothing is searched until the list is released.
    """
    sources = [source, *more_sources]
    refuse_closed(sources)
    keyword_list, is_new = make_list(owner, name, imported, priority, start_key)
    if not is_new:
        return keyword_list
    rows, repeated = fill_in(imported.accepted, country, language, device, tags)
    plan = plan_rows(rows, sources, owner, on_duplicate)
    if on_duplicate == "rerun" and plan.tracked_ids:
        rerun(Keyword.objects.filter(pk__in=plan.tracked_ids), by=owner)
    skipped = [*imported.skipped, *repeated, *plan.skipped]
    if len(skipped) > len(imported.skipped):
        count_rows(keyword_list, imported.rows, len(skipped))
    copy_skipped(keyword_list, skipped)
    job_ids = write_keywords(keyword_list, plan.pairs, owner, start_at)
    if hold:
        control.hold_jobs(job_ids, by=name_of(owner))
        keyword_list.paused_at = timezone.now()
        keyword_list.save(update_fields=["paused_at"])
    return keyword_list


def refuse_closed(sources: Sequence[Source]) -> None:
    """Raises UnableToStart."""
    for source in sources:
        if not source.enabled:
            raise UnableToStart(f"The source {source.name} is switched off.")


def count_rows(keyword_list: KeywordList, rows: int, skipped: int) -> None:
    keyword_list.imported |= {"accepted": rows - skipped, "skipped": skipped}
    keyword_list.save(update_fields=["imported"])


def write_keywords(
    keyword_list: KeywordList,
    pairs: Sequence[Pair],
    owner: AbstractBaseUser,
    start_at: datetime | None,
) -> list[int]:
    """Returns the ids of the jobs."""
    if not pairs:
        return []
    if len(pairs) > FEW:
        put_off_text_indexes()
    keyword_ids = reserve_ids("keywords_keyword", len(pairs))
    search_ids = reserve_ids("keywords_search", len(pairs))
    copy_keywords(keyword_list, pairs, keyword_ids, search_ids)
    queues = {source.pk: source.queue.name for _, source in pairs}
    usual = keyword_list.priority
    runs = [
        Run(id_, queues[source.pk], owner.pk, usual if row.priority is None else row.priority)
        for id_, (row, source) in zip(keyword_ids, pairs, strict=True)
    ]
    batch = start_batch(owner.pk, keyword_list.name)
    return start_runs(runs, search_ids, batch_id=batch.pk, start_at=start_at)


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
    accepted: Sequence[AcceptedRow],
    country: str,
    language: str,
    device: str,
    tags: Sequence[str] = (),
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
            merge_tags(row.tags, tags),
        )
        first = filled.setdefault(key_of(full), full)
        if first is not full:
            reason = f"Duplicate of row {first.row}."
            repeated.append(Skipped(row.row, row.text, reason, Flaw.DUPLICATE))
    return list(filled.values()), repeated


def merge_tags(own: tuple[str, ...], common: Sequence[str]) -> tuple[str, ...]:
    """The row's own come first, and stay where there are too many."""
    return tuple(dict.fromkeys([*own, *common]))[:MOST_TAGS] if common else own


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
    pairs: Sequence[Pair],
    keyword_ids: Sequence[int],
    search_ids: Sequence[int],
) -> None:
    """The searches that they point at come later in the transaction."""
    copy_rows(
        Keyword._meta.db_table,
        [
            *("id", "keyword_list_id", "source_id", "latest_search_id"),
            *("row", "text", "country", "language", "device", "tags"),
        ],
        (
            (id_, keyword_list.pk, source.pk, search_id, *options_of(row))
            for id_, search_id, (row, source) in zip(keyword_ids, search_ids, pairs, strict=True)
        ),
    )


def options_of(row: AcceptedRow) -> tuple[int, str, str, str, str, str]:
    return row.row, row.text, row.country, row.language, row.device, write_array(row.tags)
