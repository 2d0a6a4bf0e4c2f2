"""The pages of notifications and schedules."""

from typing import Any

import pytest
from django.test import Client

from jobs.models import Job
from jobs.schedules import Schedule
from keywords.notifications.records import ListNotifications, Notification, NotificationSettings
from keywords.notifications.secrets import read_secret
from keywords.schedules import find_schedule
from tests.keywords.rows import make_list, make_user

pytestmark = pytest.mark.django_db

PAGE = "/account/notifications"
WEEKLY = {"every": "weekly", "at": "08:00", "weekday": "1", "time_zone": "Europe/Berlin"}


@pytest.fixture
def alice(client: Client) -> Client:
    client.force_login(make_user("alice"))
    return client


def save(client: Client, **fields: Any) -> Any:
    values = {"mail_when": "never", "webhook_when": "never", "refused_percent": 50, **fields}
    return client.post(PAGE, values, follow=True)


class TestAccount:
    def test_keeps_what_is_wanted_and_makes_a_secret(self, alice: Client) -> None:
        page = save(alice, webhook_when="finished", webhook_url="https://example.org/hook")
        account = NotificationSettings.objects.get()
        secret = read_secret(account)
        assert secret.startswith("whsec_")
        assert secret in page.content.decode()
        alice.post(f"{PAGE}/secret")
        assert read_secret(NotificationSettings.objects.get()) != secret

    @pytest.mark.parametrize(
        ("url", "said"),
        [
            ("http://127.0.0.1/x", "private address"),
            ("http://2130706433/x", "Enter a valid URL."),
            ("http://[::1]:80/x", "private address"),
            ("http://localhost/x", "private address"),
            ("https://user:password@example.org/", "must not hold a user name"),
            ("", "Say where it goes."),
        ],
    )
    def test_refuses_addresses_where_nothing_may_go(
        self, alice: Client, url: str, said: str
    ) -> None:
        assert said in save(alice, webhook_when="finished", webhook_url=url).content.decode()
        assert not NotificationSettings.objects.exists()

    def test_sends_a_test(self, alice: Client) -> None:
        alice.post(f"{PAGE}/test", {"channel": "mail"})
        assert Notification.objects.get().target == "alice@example.org"
        assert Job.objects.get().kind == "keywords.notify"
        assert "On its way" in alice.get(PAGE).content.decode()
        alice.post(f"{PAGE}/test", {"channel": "webhook"})
        assert Notification.objects.count() == 1

    def test_shows_everybody_his_own(self, alice: Client) -> None:
        save(alice, webhook_when="finished", webhook_url="https://example.org/of-alice")
        alice.post(f"{PAGE}/test", {"channel": "webhook"})
        bob, nobody = Client(), Client()
        bob.force_login(make_user("bob"))
        assert "of-alice" not in bob.get(PAGE).content.decode()
        for path in (PAGE, f"{PAGE}/secret", f"{PAGE}/test"):
            assert nobody.post(path)["Location"].startswith("/account/login/")


class TestSchedulePage:
    def test_saves_shows_pauses_and_removes(self, alice: Client) -> None:
        keyword_list = make_list("one", owner=make_user("alice"))
        path = f"/lists/{keyword_list.pk}/schedule"
        assert "No schedule" in alice.get(path).content.decode()
        page = alice.post(path, {**WEEKLY, "missed": "once", "do": "save"}, follow=True)
        assert "every Monday at 08:00, Europe/Berlin" in page.content.decode()
        assert len(page.context["coming"]) == 5
        assert page.context["form"]["every"].value() == "weekly"
        for act, enabled in (("pause", False), ("resume", True)):
            alice.post(f"{path}/switch", {"do": act})
            assert Schedule.objects.get().enabled is enabled
        alice.post(f"{path}/switch", {"do": "remove"})
        assert find_schedule(keyword_list) is None

    def test_shows_the_next_runs_without_saving(self, alice: Client) -> None:
        keyword_list = make_list("one", owner=make_user("alice"))
        fields = {**WEEKLY, "every": "cron", "cron": "30 6 1 * *", "missed": "skip"}
        page = alice.post(f"/lists/{keyword_list.pk}/schedule", {**fields, "do": "preview"})
        assert "on day 1 of every month at 06:30" in page.content.decode()
        assert not Schedule.objects.exists()

    def test_says_what_is_wrong(self, alice: Client) -> None:
        keyword_list = make_list("one", owner=make_user("alice"))
        path = f"/lists/{keyword_list.pk}/schedule"
        for expression, said in (
            ("soon", "not a cron expression"),
            ("* * * * *", "5 minutes apart"),
        ):
            fields = {**WEEKLY, "every": "cron", "cron": expression, "missed": "once"}
            assert said in alice.post(path, fields).content.decode()

    def test_lets_a_list_differ(self, alice: Client) -> None:
        keyword_list = make_list("one", owner=make_user("alice"))
        fields = {"mail_when": "finished", "webhook_when": "", "webhook_url": ""}
        alice.post(f"/lists/{keyword_list.pk}/notifications", fields)
        assert ListNotifications.objects.get().mail_when == "finished"
        page = alice.post(
            f"/lists/{keyword_list.pk}/notifications", {**fields, "webhook_url": "http://10.0.0.1"}
        )
        assert "private address" in page.content.decode()
