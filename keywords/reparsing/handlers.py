"""The kind of job that reads a portion of stored pages again: to look, or to write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from jobs.outcomes import Done, Outcome
from jobs.registry import BaseHandler, ClaimedJob, Context, Settled, handler
from jobs.retry import RetryPolicy
from keywords.reparsing.changes import Change, compare
from keywords.reparsing.operating import KIND, note_tally
from keywords.reparsing.reading import read_again
from keywords.reparsing.records import Reparse
from keywords.reparsing.stored import StoredSearch, load_stored
from keywords.reparsing.tally import tally_changes
from keywords.reparsing.writing import write_changes


@dataclass(frozen=True, slots=True)
class Portion:
    searches: Sequence[StoredSearch]


@handler
class ReparseHandler(BaseHandler):
    kind: ClassVar[str] = KIND
    retry: ClassVar[RetryPolicy] = RetryPolicy(max_attempts=3, base=5.0, cap=60.0)

    def load(self, jobs: Sequence[ClaimedJob]) -> Mapping[int, Any]:
        return {job.id: Portion(load_stored(job.args["searches"])) for job in jobs}

    def perform(self, payload: Portion, context: Context) -> Outcome:
        changes = []
        for stored in payload.searches:
            context.check()
            changes.append(compare(stored, read_again([stored])[0]))
        facts = {"pages": len(changes), "changed": sum(c.kind != "same" for c in changes)}
        return Done(value=changes, facts=facts)

    def save(self, settled: Sequence[Settled]) -> None:
        for each in settled:
            if isinstance(each.outcome, Done):
                save_portion(each.job, each.outcome.value)


def save_portion(job: ClaimedJob, changes: Sequence[Change]) -> None:
    write = bool(job.args["write"])
    reparse = Reparse.objects.filter(pk=job.args["reparse"]).first()
    if reparse is None:
        return
    tally = (
        write_changes(changes, also_worse=reparse.also_worse) if write else tally_changes(changes)
    )
    note_tally(reparse.pk, tally, write=write)
