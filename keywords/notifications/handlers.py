"""Two kinds of job: a run has finished, and one notification is to be delivered."""

from collections.abc import Mapping, Sequence
from smtplib import SMTPException
from typing import Any, ClassVar

from django.core.mail import EmailMessage
from django.db.models.functions import Now

from jobs.outcomes import Done, Fail, Outcome
from jobs.registry import BaseHandler, ClaimedJob, Context, Settled, handler
from jobs.retry import RetryPolicy
from keywords.notifications import webhooks
from keywords.notifications.messages import Message, build_message
from keywords.notifications.records import Notification, NotificationSettings
from keywords.notifications.secrets import read_secret
from keywords.notifications.telling import KIND, tell_of_batch
from keywords.runs import FINISHED_KIND


@handler
class RunFinishedHandler(BaseHandler):
    """Tells of it in `save`: with the job's own end, so that it happens once."""

    kind: ClassVar[str] = FINISHED_KIND
    in_main_thread: ClassVar[bool] = True
    retry: ClassVar[RetryPolicy] = RetryPolicy(max_attempts=5)

    def perform(self, payload: ClaimedJob, context: Context) -> Outcome:
        return Done(value=int(payload.args["batch"]))

    def save(self, settled: Sequence[Settled]) -> None:
        for each in settled:
            if isinstance(each.outcome, Done):
                tell_of_batch(each.outcome.value)


@handler
class NotifyHandler(BaseHandler):
    kind: ClassVar[str] = KIND
    # Half a day, for a receiver that is being mended.
    retry: ClassVar[RetryPolicy] = RetryPolicy(max_attempts=12, base=15.0, cap=4 * 3600.0)
    deadline: ClassVar[float] = 45.0

    def load(self, jobs: Sequence[ClaimedJob]) -> Mapping[int, Any]:
        ids = {job.args["notification"]: job.id for job in jobs}
        unsent = Notification.objects.filter(pk__in=ids, sent_at=None)
        owners = {each.owner_id for each in unsent}
        accounts = NotificationSettings.objects.filter(owner__in=owners)
        secrets = {account.owner_id: read_secret(account) for account in accounts}
        return {
            ids[each.pk]: build_message(each, secrets.get(each.owner_id, "")) for each in unsent
        }

    def perform(self, payload: Message, context: Context) -> Outcome:
        outcome = (
            post_mail(payload)
            if payload.channel == Notification.Channel.MAIL
            else webhooks.post(payload, context)
        )
        match outcome:
            case Done():
                return Done(value=payload.id, facts=outcome.facts)
            case Fail():
                return Fail(
                    error=outcome.error,
                    message=outcome.message,
                    permanent=outcome.permanent,
                    value=payload.id,
                    facts=outcome.facts,
                )
            case _:
                return outcome

    def save(self, settled: Sequence[Settled]) -> None:
        for each in settled:
            match each.outcome:
                case Done(value=int() as notification):
                    rows = Notification.objects.filter(pk=notification)
                    rows.update(sent_at=Now(), problem="")
                case Fail(value=int() as notification, message=message):
                    Notification.objects.filter(pk=notification).update(problem=message[:500])


def post_mail(message: Message) -> Outcome:
    mail = EmailMessage(
        message.subject,
        message.text,
        to=[message.target],
        # Nobody's holiday answers, and one thread for each list.
        headers={"Auto-Submitted": "auto-generated", "X-Athanor-Delivery": message.key},
    )
    try:
        mail.send()
    except (SMTPException, OSError) as error:
        return Fail(error=type(error).__name__, message=f"The mail server said: {error}")
    return Done()
