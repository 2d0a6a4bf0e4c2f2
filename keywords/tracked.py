"""Keywords that an owner has already, in any list, with the same source and options."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection

from keywords.models import Source
from keywords.uploads import AcceptedRow, Skipped
from keywords.uploads.cleaning import compare_key
from keywords.uploads.types import Flaw

# What becomes of them in a new list.
OnDuplicate = Literal["add", "skip", "rerun"]
Key = tuple[str, str, str, str]
Pair = tuple[AcceptedRow, Source]


@dataclass(slots=True)
class Plan:
    """`pairs` become keywords. `skipped` are rows that are tracked at every source."""

    pairs: list[Pair] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    tracked_ids: list[int] = field(default_factory=list)


def plan_rows(
    rows: Sequence[AcceptedRow],
    sources: Sequence[Source],
    owner: AbstractBaseUser,
    on_duplicate: OnDuplicate,
) -> Plan:
    if on_duplicate == "add":
        return Plan([(row, source) for row in rows for source in sources])
    plan = Plan()
    tracked = [(source, find_tracked(rows, owner, source)) for source in sources]
    for row in rows:
        key = key_of(row)
        known = [found[key] for _, found in tracked if key in found]
        plan.tracked_ids += [pk for pk, _ in known]
        plan.pairs += [(row, source) for source, found in tracked if key not in found]
        if len(known) == len(sources):
            reason = f"Already in the list “{known[0][1]}”."
            plan.skipped.append(Skipped(row.row, row.text, reason, Flaw.TRACKED))
    return plan


def find_tracked(
    rows: Sequence[AcceptedRow], owner: AbstractBaseUser, source: Source
) -> dict[Key, tuple[int, str]]:
    """Keyword id and name of its list; the oldest where there are several."""
    texts = list({compare_key(row.text) for row in rows})
    with connection.cursor() as cursor:
        cursor.execute(FIND, [texts, owner.pk, source.pk])
        return {
            (text, country, language, device): (pk, name)
            for text, country, language, device, pk, name in cursor.fetchall()
        }


def key_of(row: AcceptedRow) -> Key:
    return compare_key(row.text), row.country, row.language.lower(), row.device


# As a join: an IN of fifty thousand texts would be planned for longer than it runs.
FIND = """
SELECT lower(k.text), k.country, lower(k.language), k.device, k.id, l.name
FROM keywords_keyword k
JOIN keywords_keywordlist l ON l.id = k.keyword_list_id
JOIN unnest(%s::text[]) AS wanted(text) ON wanted.text = lower(k.text)
WHERE l.owner_id = %s AND k.source_id = %s
ORDER BY k.id DESC
"""
