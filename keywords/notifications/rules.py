"""Who wants to know: an account's settings, where a list has none of its own."""

from dataclasses import dataclass

from keywords.models import KeywordList
from keywords.notifications.records import (
    ListNotifications,
    Notification,
    NotificationSettings,
    When,
)
from keywords.notifications.run_reports import RunReport

FINISHED, REFUSED, TEST = "finished", "refused", "test"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted for one list, all told. An empty address is nobody to tell."""

    mail_when: str
    webhook_when: str
    mail_to: str
    webhook_url: str
    refused_percent: int


def find_wish(keyword_list: KeywordList) -> Wish:
    """`keyword_list` with its owner; two queries."""
    account = settings_of(keyword_list.owner_id)
    own = ListNotifications.objects.filter(keyword_list=keyword_list).first()
    own = own or ListNotifications()
    return Wish(
        mail_when=own.mail_when or account.mail_when,
        webhook_when=own.webhook_when or account.webhook_when,
        mail_to=keyword_list.owner.email,
        webhook_url=own.webhook_url or account.webhook_url,
        refused_percent=account.refused_percent,
    )


def settings_of(owner_id: int) -> NotificationSettings:
    found = NotificationSettings.objects.filter(owner_id=owner_id).first()
    return found or NotificationSettings(owner_id=owner_id)


def name_event(report: RunReport, wish: Wish) -> str:
    return REFUSED if report.refused_percent >= wish.refused_percent else FINISHED


def is_worth_telling(report: RunReport, keywords: int) -> bool:
    """`keywords` of the whole list. Somebody who has just cancelled a run, or who ran one keyword
    again, knows of it."""
    is_one_of_many = report.total == 1 and keywords > 1
    return report.cancelled < report.total and not is_one_of_many


def choose_targets(wish: Wish, event: str) -> list[tuple[Notification.Channel, str]]:
    channels = (
        (Notification.Channel.MAIL, wish.mail_when, wish.mail_to),
        (Notification.Channel.WEBHOOK, wish.webhook_when, wish.webhook_url),
    )
    wanted = {When.FINISHED} if event == FINISHED else {When.FINISHED, When.REFUSED}
    return [(channel, target) for channel, when, target in channels if target and when in wanted]
