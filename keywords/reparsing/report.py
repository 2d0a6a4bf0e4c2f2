"""A tally in words, for the command line."""

from collections.abc import Iterator, Mapping
from typing import Any

SAMPLES = 10


def describe(tally: Mapping[str, Any], *, is_written: bool) -> Iterator[str]:
    """Line by line."""
    yield f"{tally['read']:,} pages read again: {tally['same']:,} read as before."
    yield from describe_counts(tally, is_written=is_written)
    if tally["fields"]:
        yield ""
        yield "What differs, and on how many pages:"
        by_count = sorted(tally["fields"].items(), key=lambda each: -each[1])
        yield from (f"  {count:>9,}  {field}" for field, count in by_count)
    yield from describe_outcomes(tally)
    yield from describe_samples(tally)
    yield from (
        f"  {count:,} could not be read: {problem}" for problem, count in tally["problems"].items()
    )


def describe_counts(tally: Mapping[str, Any], *, is_written: bool) -> Iterator[str]:
    verb = "read" if is_written else "would read"
    words = {
        "changed": f"{verb} differently",
        "better": f"can{'' if is_written else ' then'} be trusted, and could not before",
        "worse": "could be trusted, and can no longer",
        "kept": "of those keep the reading that they have",
        "gone": "were changed meanwhile and are left alone",
        "written": "written, the earlier reading kept",
    }
    yield from (f"  {tally[key]:>9,}  {text}" for key, text in words.items() if tally[key])


def describe_outcomes(tally: Mapping[str, Any]) -> Iterator[str]:
    if not tally["outcomes"]:
        return
    yield ""
    yield "Outcomes that change:"
    yield from (f"  {count:>9,}  {change}" for change, count in tally["outcomes"].items())
    for sample in tally["outcome_samples"]:
        yield f"             search {sample['search']}, “{sample['keyword']}”: {' → '.join(sample['outcomes'])}"
    more = sum(tally["outcomes"].values()) - len(tally["outcome_samples"])
    if more > 0:
        yield f"             and {more:,} more"


def describe_samples(tally: Mapping[str, Any]) -> Iterator[str]:
    if not tally["samples"]:
        return
    yield ""
    yield "Samples:"
    for sample in tally["samples"][:SAMPLES]:
        yield f"  search {sample['search']}, “{sample['keyword']}”, {' → '.join(sample['versions'])}"
        for change in sample["changes"]:
            yield f"    {change['field']}: {change['before']}  →  {change['after']}"
        if sample["more"]:
            yield f"    and {sample['more']} more"
