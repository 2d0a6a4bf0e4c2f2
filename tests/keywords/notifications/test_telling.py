"""Who is told of a finished run, that it happens once, and what arrives."""

import email
import email.policy
import hashlib
import hmac
import json
from typing import Any

import pytest
from django.utils import timezone

from jobs import batches
from jobs.models import Batch, Job
from jobs.testing import drain_queue
from keywords.models import KeywordList
from keywords.notifications.records import (
    ListNotifications,
    Notification,
    NotificationSettings,
    When,
)
from keywords.notifications.secrets import renew_secret
from keywords.notifications.telling import tell_of_batch, tell_test
from keywords.runs import rerun
from tests.keywords.notifications.receivers import receive_mail, receive_webhooks
from tests.keywords.rows import make_list, make_user

pytestmark = pytest.mark.django_db


def wish(**values: Any) -> NotificationSettings:
    account = NotificationSettings(owner=make_user("alice"), **values)
    renew_secret(account)
    account.save()
    return account


def finish(keyword_list: KeywordList, *outcomes: str) -> int:
    """Ends its jobs with these outcomes, one each; returns the batch."""
    jobs = Job.objects.filter(search__keyword__keyword_list=keyword_list).order_by("pk")
    for job, outcome in zip(jobs, outcomes, strict=True):
        job.search.outcome = outcome
        job.search.save(update_fields=["outcome"])
    jobs.update(state="completed", finished_at=timezone.now())
    (batch,) = {job.batch_id for job in jobs}
    assert batch is not None
    return batch


def work_off(kind: str, *, also_later: bool = False) -> list[Job]:
    """Does what waits of a kind, as a worker does it."""
    jobs = Job.objects.filter(kind=kind).order_by("pk")
    for queue in set(jobs.values_list("queue__name", flat=True)):
        drain_queue(queue, also_later=also_later)
    return list(jobs)


class TestWhoIsTold:
    def test_nobody_who_did_not_ask(self) -> None:
        keyword_list = make_list("one", "two")
        tell_of_batch(finish(keyword_list, "ok", "ok"))
        assert not Notification.objects.exists()

    def test_by_mail_and_webhook_whoever_asked(self) -> None:
        wish(
            mail_when=When.FINISHED, webhook_when=When.FINISHED, webhook_url="https://example.org/x"
        )
        tell_of_batch(finish(make_list("one", "two"), "ok", "blocked"))
        assert set(Notification.objects.values_list("channel", "target", "event")) == {
            ("mail", "alice@example.org", "refused"),
            ("webhook", "https://example.org/x", "refused"),
        }

    @pytest.mark.parametrize(
        ("outcomes", "events"),
        [
            (("ok", "ok", "blocked"), []),
            (("blocked", "rate_limited", "ok"), ["refused"]),
            (("network", "network", "network"), []),
        ],
    )
    def test_only_of_refusals_who_wants_only_those(
        self, outcomes: tuple[str, ...], events: list[str]
    ) -> None:
        wish(mail_when=When.REFUSED)
        tell_of_batch(finish(make_list("one", "two", "three"), *outcomes))
        assert list(Notification.objects.values_list("event", flat=True)) == events

    def test_a_list_has_the_last_word(self) -> None:
        wish(mail_when=When.FINISHED)
        quiet, loud = make_list("one", "two"), make_list("three", "four")
        ListNotifications.objects.create(keyword_list=quiet, mail_when=When.NEVER)
        for keyword_list in (quiet, loud):
            tell_of_batch(finish(keyword_list, "ok", "ok"))
        assert [each.keyword_list for each in Notification.objects.all()] == [loud]

    def test_nobody_of_what_he_did_himself_a_moment_ago(self) -> None:
        wish(mail_when=When.FINISHED)
        keyword_list = make_list("one", "two")
        tell_of_batch(finish(keyword_list, "cancelled", "cancelled"))
        rerun(keyword_list.keywords.filter(text="one"), by=make_user("alice"))
        tell_of_batch(Batch.objects.latest("pk").pk)
        assert not Notification.objects.exists()


class TestOnce:
    def test_a_run_is_told_of_once(self) -> None:
        wish(mail_when=When.FINISHED)
        batch = finish(make_list("one", "two"), "ok", "ok")
        for _ in range(2):
            tell_of_batch(batch)
        assert Notification.objects.count() == 1
        assert Job.objects.filter(kind="keywords.notify").count() == 1

    def test_the_end_of_a_batch_enqueues_it(self) -> None:
        wish(mail_when=When.FINISHED)
        batch = finish(make_list("one", "two"), "ok", "ok")
        assert batches.finish([batch]) == [batch]
        assert batches.finish([batch]) == []
        (hook,) = work_off("keywords.run_finished")
        assert hook.state == "completed"
        assert Notification.objects.get().batch == batch


class TestDelivery:
    def test_signs_a_webhook(self, settings: Any) -> None:
        settings.WEBHOOKS_ALLOW_PRIVATE = True
        with receive_webhooks() as received:
            account = NotificationSettings(
                owner=make_user("alice"), webhook_when=When.FINISHED, webhook_url=received.url
            )
            secret = renew_secret(account)
            account.save()
            tell_of_batch(finish(make_list("one", "two", name="Shoes"), "ok", "network"))
            work_off("keywords.notify")
        (headers,), (body,) = received.headers, received.bodies
        signed = f"{headers['x-athanor-timestamp']}.".encode() + body
        digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        assert headers["x-athanor-signature"] == f"sha256={digest}"
        said = json.loads(body)
        assert said["event"] == "list.finished"
        assert said["list"]["name"] == "Shoes"
        assert (said["run"]["total"], said["run"]["good"], said["run"]["failed"]) == (2, 1, 1)
        assert said["id"] == headers["x-athanor-delivery"]
        assert Notification.objects.get().sent_at is not None

    def test_tries_a_webhook_again(self, settings: Any) -> None:
        settings.WEBHOOKS_ALLOW_PRIVATE = True
        with receive_webhooks() as received:
            received.statuses = [503]
            tell_test(make_user("alice"), Notification.Channel.WEBHOOK, received.url)
            (job,) = work_off("keywords.notify")
            assert job.state == "retryable"
            assert "status 503" in Notification.objects.get().problem
            (job,) = work_off("keywords.notify", also_later=True)
        assert job.state == "completed"
        assert len({headers["x-athanor-delivery"] for headers in received.headers}) == 1
        assert Notification.objects.get().problem == ""

    def test_never_posts_to_a_private_address(self) -> None:
        with receive_webhooks() as received:
            tell_test(make_user("alice"), Notification.Channel.WEBHOOK, received.url)
            (job,) = work_off("keywords.notify")
        assert job.state == "discarded"
        assert received.bodies == []
        assert "private address" in Notification.objects.get().problem

    def test_follows_no_redirect(self, settings: Any) -> None:
        settings.WEBHOOKS_ALLOW_PRIVATE = True
        with receive_webhooks() as received:
            received.statuses = [302]
            tell_test(make_user("alice"), Notification.Channel.WEBHOOK, received.url)
            (job,) = work_off("keywords.notify")
        assert job.state == "retryable"
        assert len(received.bodies) == 1

    def test_mails_by_smtp(self, settings: Any) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "127.0.0.1", False
        settings.SITE_URL = "https://serp.example.org"
        wish(mail_when=When.FINISHED)
        keyword_list = make_list("one", "two", name="Größen\nund mehr")
        tell_of_batch(finish(keyword_list, "ok", "empty"))
        with receive_mail() as received:
            settings.EMAIL_PORT = received.port
            work_off("keywords.notify")
        (raw,) = received.bodies
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        assert mail["To"] == "alice@example.org"
        assert mail["Subject"].strip() == "“Größen und mehr” has finished: 2 of 2 with a result"
        assert f"https://serp.example.org/lists/{keyword_list.pk}" in mail.get_content()

    def test_tries_a_mail_again(self, settings: Any) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", 1, False
        tell_test(make_user("alice"), Notification.Channel.MAIL, "alice@example.org")
        (job,) = work_off("keywords.notify")
        assert job.state == "retryable"
        assert "refused" in Notification.objects.get().problem
