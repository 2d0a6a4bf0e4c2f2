"""Notifications and the jobs that deliver them, written together."""

from django.contrib.auth.models import User

from jobs import control
from jobs.enqueue import NewJob, enqueue
from keywords.models import KeywordList
from keywords.notifications.records import Notification
from keywords.notifications.rules import (
    TEST,
    choose_targets,
    find_wish,
    is_worth_telling,
    name_event,
)
from keywords.notifications.run_reports import RunReport, report_runs

KIND = "keywords.notify"
QUEUE = "notifications"
# A receiver that does not answer must not keep other work from being done.
MOST_AT_ONCE = 4


def tell_of_batch(batch_id: int) -> None:
    """Call it in a transaction, once the batch has finished. A second time it does nothing: a run that
    was opened again by a retry has been told of."""
    for report in report_runs(batch_id):
        lists = KeywordList.objects.select_related("owner").filter(pk=report.list_id)
        for keyword_list in lists:
            tell_of_run(keyword_list, batch_id, report)


def tell_of_run(keyword_list: KeywordList, batch_id: int, report: RunReport) -> None:
    if not is_worth_telling(report, keyword_list.keywords.count()):
        return
    wish = find_wish(keyword_list)
    event = name_event(report, wish)
    for channel, target in choose_targets(wish, event):
        notification, is_new = Notification.objects.get_or_create(
            batch=batch_id,
            keyword_list=keyword_list,
            channel=channel,
            defaults={
                "owner": keyword_list.owner,
                "target": target,
                "event": event,
                "facts": {"list_name": keyword_list.name, **report.describe()},
            },
        )
        if is_new:
            send(notification)


def tell_test(owner: User, channel: Notification.Channel, target: str) -> Notification:
    notification = Notification.objects.create(
        owner=owner, channel=channel, target=target, event=TEST
    )
    send(notification)
    return notification


def send(notification: Notification) -> None:
    control.create_queue(QUEUE, max_running=MOST_AT_ONCE)
    enqueue(
        NewJob(
            kind=KIND,
            queue=QUEUE,
            owner=notification.owner_id,
            args={"notification": notification.pk},
        )
    )
