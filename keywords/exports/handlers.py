"""The kind of job that writes a large export: a step, then the next jobs in line, then another step."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils import timezone

from jobs.chores import Chore, register_chore
from jobs.outcomes import Done, Fail, Outcome, Snooze
from jobs.registry import BaseHandler, ClaimedJob, Context, Settled, handler
from jobs.retry import RetryPolicy
from jobs.states import State
from keywords.exports.asking import KIND, delete_expired
from keywords.exports.records import ExportFile
from keywords.exports.steps import Step, Written, load_step, save_step, write_step


@handler
class ExportHandler(BaseHandler):
    kind: ClassVar[str] = KIND
    retry: ClassVar[RetryPolicy] = RetryPolicy(max_attempts=5, base=5.0, cap=120.0)

    def load(self, jobs: Sequence[ClaimedJob]) -> Mapping[int, Any]:
        """An export that was deleted is left out, and so is one whose list is gone."""
        exports = ExportFile.objects.filter(job__in=[job.id for job in jobs], finished_at=None)
        return {
            export.job_id: load_step(export)
            for export in exports
            if export.job_id and export.keyword_list_id
        }

    def perform(self, payload: Step, context: Context) -> Outcome:
        written = write_step(payload)
        facts = {"keywords": payload.keywords, "bytes": sum(map(len, written.parts))}
        if payload.is_last:
            return Done(value=written, facts=facts)
        return Snooze(
            until=timezone.now(), reason="More is left to write.", value=written, facts=facts
        )

    def save(self, settled: Sequence[Settled]) -> None:
        for each in settled:
            value = getattr(each.outcome, "value", None)
            if isinstance(value, Written):
                save_step(value)
            elif each.state == State.DISCARDED and isinstance(each.outcome, Fail):
                note_failure(each)


def note_failure(settled: Settled) -> None:
    ExportFile.objects.filter(job=settled.job.id).update(
        problem="It could not be written; the operator sees why.", finished_at=timezone.now()
    )


register_chore(Chore("expired exports", 900.0, delete_expired))
