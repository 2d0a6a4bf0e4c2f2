"""A pass over many stored pages, in this process and helpers: to look, or to write."""

from collections.abc import Callable, Iterator

from keywords.reparsing.changes import compare
from keywords.reparsing.pool import map_ahead
from keywords.reparsing.reading import read_again
from keywords.reparsing.selection import Selection, choose_searches, iterate_ids
from keywords.reparsing.stored import StoredSearch, load_stored
from keywords.reparsing.tally import Tally, add_up, new_tally, tally_changes
from keywords.reparsing.writing import write_changes

# Pages in memory at once are a few portions of it for each process; a transaction writes one portion.
PORTION = 25


def go_through(
    selection: Selection,
    *,
    write: bool,
    also_worse: bool = False,
    processes: int = 1,
    note: Callable[[int], None] = lambda _: None,
) -> Tally:
    """Reads the chosen pages again; writes what has changed only if told so. `note` hears how many
    pages have been read. A pass that was broken off goes on where it was: what is written has the
    version of today's parser."""
    total = new_tally()
    for portion, found in map_ahead(read_again, load_portions(selection), processes):
        changes = [compare(stored, new) for stored, new in zip(portion, found, strict=True)]
        done = write_changes(changes, also_worse=also_worse) if write else tally_changes(changes)
        total = add_up(total, done)
        note(total["read"])
    return total


def load_portions(selection: Selection) -> Iterator[list[StoredSearch]]:
    for ids in iterate_ids(choose_searches(selection), PORTION):
        yield load_stored(ids)
