"""What keywords do by the clock: the kind of job that a list's schedule enqueues, and a chore."""

from collections.abc import Sequence
from typing import Any, ClassVar

from jobs.chores import Chore, register_chore
from jobs.outcomes import Done, Outcome
from jobs.registry import BaseHandler, ClaimedJob, Context, Settled, handler
from jobs.retry import RetryPolicy
from keywords.drafts.changing import prune_drafts
from keywords.models import KeywordList
from keywords.runs import rerun
from keywords.schedules import KIND, delete_schedule

register_chore(Chore("drafts", 3600.0, prune_drafts))


@handler
class RunListHandler(BaseHandler):
    """Starts the run in `save`: with the job's own end, so that a killed worker starts none twice."""

    kind: ClassVar[str] = KIND
    in_main_thread: ClassVar[bool] = True
    retry: ClassVar[RetryPolicy] = RetryPolicy(max_attempts=5)

    def perform(self, payload: ClaimedJob, context: Context) -> Outcome:
        return Done(value=int(payload.args["list"]))

    def save(self, settled: Sequence[Settled]) -> None:
        for each in settled:
            match each.outcome:
                case Done(value=int() as list_id):
                    run_list(list_id)


def run_list(list_id: int) -> None:
    """What is still on its way is left alone: it is searched once."""
    lists: Any = KeywordList.objects.select_related("owner")
    keyword_list = lists.filter(pk=list_id).first()
    if keyword_list is None:
        delete_schedule(list_id)
        return
    name = f"{keyword_list.name}, by its schedule"
    rerun(keyword_list.keywords.all(), by=keyword_list.owner, name=name)
