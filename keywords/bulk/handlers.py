"""The kind of job that does a long bulk act: a step, then the next jobs in line, then another step."""

from typing import ClassVar

from django.utils import timezone

from jobs.outcomes import Cancel, Done, Outcome, Snooze
from jobs.registry import BaseHandler, ClaimedJob, Context, handler
from jobs.retry import RetryPolicy
from keywords.bulk.acting import KIND, advance
from keywords.bulk.records import BulkAct


@handler
class BulkActHandler(BaseHandler):
    kind: ClassVar[str] = KIND
    in_main_thread: ClassVar[bool] = True
    retry: ClassVar[RetryPolicy] = RetryPolicy(max_attempts=5, base=2.0, cap=60.0)

    def perform(self, payload: ClaimedJob, context: Context) -> Outcome:
        try:
            bulk_act = advance(int(payload.args["act"]))
        except BulkAct.DoesNotExist:
            return Cancel(reason="The list is gone.")
        facts = {"seen": bulk_act.seen, "done": bulk_act.done, "total": bulk_act.total}
        if bulk_act.finished_at:
            return Done(facts=facts)
        return Snooze(until=timezone.now(), reason="More is left to do.", facts=facts)
