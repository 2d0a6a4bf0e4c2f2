"""Keywords that an owner has already, in any list, with the same source and options."""

from collections.abc import Sequence
from typing import Literal

from django.contrib.auth.models import AbstractBaseUser
from django.db.models.functions import Lower

from keywords.models import Keyword, Source
from keywords.uploads import AcceptedRow, Skipped
from keywords.uploads.cleaning import compare_key

# What becomes of them in a new list.
OnDuplicate = Literal["add", "skip", "rerun"]
Key = tuple[str, str, str, str]


def part_tracked(
    rows: Sequence[AcceptedRow], owner: AbstractBaseUser, source: Source
) -> tuple[list[AcceptedRow], list[Skipped], list[int]]:
    """The rows that are new, reports on the others, and the ids of the keywords that they repeat."""
    tracked = find_tracked(rows, owner, source)
    new, skipped, ids = [], [], []
    for row in rows:
        known = tracked.get(key_of(row))
        if known is None:
            new.append(row)
        else:
            ids.append(known[0])
            skipped.append(Skipped(row.row, row.text, f"Already in the list “{known[1]}”."))
    return new, skipped, ids


def find_tracked(
    rows: Sequence[AcceptedRow], owner: AbstractBaseUser, source: Source
) -> dict[Key, tuple[int, str]]:
    """Keyword id and name of its list; the oldest where there are several."""
    texts = [compare_key(row.text) for row in rows]
    found = (
        Keyword.objects.filter(keyword_list__owner_id=owner.pk, source=source)
        .annotate(lower_text=Lower("text"))
        .filter(lower_text__in=texts)
        .order_by("-pk")
        .values_list("lower_text", "country", "language", "device", "pk", "keyword_list__name")
    )
    return {
        (text, country, language.lower(), device): (pk, name)
        for text, country, language, device, pk, name in found
    }


def key_of(row: AcceptedRow) -> Key:
    return compare_key(row.text), row.country, row.language.lower(), row.device
