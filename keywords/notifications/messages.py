"""A notification as a mail and as the body of a webhook."""

import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from keywords.notifications.records import Notification
from keywords.notifications.rules import REFUSED, TEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """All that is needed to deliver one notification, without the database."""

    id: int
    key: str
    channel: str
    target: str
    event: str
    subject: str
    text: str
    body: bytes
    secret: str = ""


def build_message(notification: Notification, secret: str) -> Message:
    return Message(
        id=notification.pk,
        key=str(notification.key),
        channel=notification.channel,
        target=notification.target,
        event=notification.event,
        subject=write_subject(notification),
        text=write_text(notification),
        body=json.dumps(describe(notification), ensure_ascii=False).encode(),
        secret=secret,
    )


def describe(notification: Notification) -> dict[str, Any]:
    facts = dict(notification.facts)
    name = facts.pop("list_name", "")
    described: dict[str, Any] = {
        "event": f"list.{notification.event}" if notification.keyword_list_id else "test",
        "id": str(notification.key),
        "created_at": notification.created_at.isoformat(),
    }
    if notification.keyword_list_id:
        described |= {
            "list": {
                "id": notification.keyword_list_id,
                "name": name,
                "url": link_to(notification),
            },
            "run": {"id": notification.batch, **facts},
        }
    return described


def write_subject(notification: Notification) -> str:
    if notification.event == TEST:
        return _("A test of Athanor's notifications")
    facts = notification.facts
    words = {**facts, "name": " ".join(facts["list_name"].split())}
    if notification.event == REFUSED:
        return _("“%(name)s” was mostly refused: %(refused)d of %(total)d") % words
    return _("“%(name)s” has finished: %(good)d of %(total)d with a result") % words


def write_text(notification: Notification) -> str:
    settings_link = site_url() + reverse("notifications")
    if notification.event == TEST:
        return _("This is what was asked for: mail arrives.\n\n%(link)s\n") % {
            "link": settings_link
        }
    lines = [
        write_subject(notification),
        "",
        *(f"{label:<24}{notification.facts[key]:>8,}" for key, label in labels()),
        "",
        link_to(notification),
        "",
        _("What you are told of: %(link)s") % {"link": settings_link},
    ]
    return "\n".join(lines) + "\n"


def labels() -> list[tuple[str, str]]:
    return [
        ("total", _("Keywords searched")),
        ("good", _("With a result")),
        ("refused", _("Refused by the source")),
        ("failed", _("Failed otherwise")),
        ("cancelled", _("Cancelled")),
    ]


def link_to(notification: Notification) -> str:
    return site_url() + reverse("list", args=[notification.keyword_list_id])


def site_url() -> str:
    """Workers have no request to take it from."""
    return str(settings.SITE_URL)
