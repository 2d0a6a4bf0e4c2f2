"""What many changes come to, as JSON that can be added up: counts for every field, a few samples."""

from collections.abc import Iterable, Mapping
from typing import Any

from keywords.reparsing.changes import Change

MOST_SAMPLES = 20
MOST_OUTCOME_SAMPLES = 200
MOST_NAMES = 200
Tally = dict[str, Any]

NOTHING: Mapping[str, Any] = {
    "read": 0,
    "same": 0,
    "changed": 0,
    "better": 0,
    "worse": 0,
    "unread": 0,
    "kept": 0,  # would be worse, and stays as it is
    "written": 0,
    "gone": 0,  # changed by somebody else meanwhile
    "fields": {},
    "outcomes": {},
    "problems": {},
    "samples": [],
    "outcome_samples": [],
}


def new_tally() -> Tally:
    return {
        key: value.copy() if isinstance(value, dict | list) else value
        for key, value in NOTHING.items()
    }


def tally_changes(changes: Iterable[Change]) -> Tally:
    tally = new_tally()
    for change in changes:
        add_change(tally, change)
    return tally


def add_change(tally: Tally, change: Change) -> None:
    tally["read"] += 1
    tally[change.kind] += 1
    for difference in change.differences:
        count_one(tally["fields"], difference.field)
    if change.kind == "unread":
        count_one(tally["problems"], change.reread.problem)
    elif change.outcome_before != change.outcome_after:
        count_one(tally["outcomes"], f"{change.outcome_before} → {change.outcome_after}")
        add_sample(tally["outcome_samples"], change, MOST_OUTCOME_SAMPLES)
    elif change.differences:
        add_sample(tally["samples"], change, MOST_SAMPLES)


def count_one(counts: dict[str, int], name: str) -> None:
    if name in counts or len(counts) < MOST_NAMES:
        counts[name] = counts.get(name, 0) + 1


def add_sample(samples: list[dict[str, Any]], change: Change, most: int) -> None:
    if len(samples) >= most:
        return
    shown = [
        {"field": each.field, "before": each.before, "after": each.after}
        for each in change.differences[:6]
    ]
    samples.append(
        {
            "search": change.stored.id,
            "keyword_id": change.stored.keyword_id,
            "keyword": change.stored.query.text,
            "kind": change.kind,
            "versions": [
                change.stored.columns["parser_version"],
                change.reread.columns.get("parser_version", ""),
            ],
            "outcomes": [change.outcome_before, change.outcome_after],
            "more": max(len(change.differences) - len(shown), 0),
            "changes": shown,
        }
    )


def add_up(first: Mapping[str, Any], second: Mapping[str, Any]) -> Tally:
    """Both together; the earlier samples stay."""
    total = new_tally()
    for key, start in NOTHING.items():
        one, two = first.get(key, start), second.get(key, start)
        if isinstance(start, dict):
            total[key] = {name: one.get(name, 0) + two.get(name, 0) for name in {**one, **two}}
        elif isinstance(start, list):
            most = MOST_SAMPLES if key == "samples" else MOST_OUTCOME_SAMPLES
            total[key] = [*one, *two][:most]
        else:
            total[key] = one + two
    return total
