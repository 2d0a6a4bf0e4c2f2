"""The kinds of job of an account: a step, then the next jobs in line, then another step."""

from collections.abc import Sequence
from typing import ClassVar

from django.contrib.auth.models import User
from django.utils import timezone

from jobs.outcomes import Cancel, Done, Outcome, Snooze
from jobs.registry import BaseHandler, ClaimedJob, Context, Settled, handler
from jobs.retry import RetryPolicy
from jobs.states import State
from keywords.account import copying, leaving
from keywords.exports.handlers import note_failure
from keywords.exports.records import ExportFile

PATIENT = RetryPolicy(max_attempts=5, base=2.0, cap=60.0)


@handler
class AccountCopyHandler(BaseHandler):
    kind: ClassVar[str] = copying.KIND
    in_main_thread: ClassVar[bool] = True
    retry: ClassVar[RetryPolicy] = PATIENT

    def perform(self, payload: ClaimedJob, context: Context) -> Outcome:
        try:
            export = copying.advance(int(payload.args["export"]))
        except ExportFile.DoesNotExist:
            return Cancel(reason="The copy was deleted.")
        facts = {"keywords": export.keywords_done, "bytes": export.size}
        if export.finished_at:
            return Done(facts=facts)
        return Snooze(until=timezone.now(), reason="More is left to write.", facts=facts)

    def save(self, settled: Sequence[Settled]) -> None:
        for each in settled:
            if each.state == State.DISCARDED:
                note_failure(each)


@handler
class CloseAccountHandler(BaseHandler):
    kind: ClassVar[str] = leaving.KIND
    in_main_thread: ClassVar[bool] = True
    retry: ClassVar[RetryPolicy] = PATIENT

    def perform(self, payload: ClaimedJob, context: Context) -> Outcome:
        try:
            is_done = leaving.advance(int(payload.args["user"]))
        except User.DoesNotExist:
            return Cancel(reason="The account is gone.")
        if is_done:
            return Done()
        return Snooze(until=timezone.now(), reason="More is left to remove.")
