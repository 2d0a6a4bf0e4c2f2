"""Queues in the admin: who may press which button, and what it does."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jobs import control
from jobs.audit import AuditEntry
from jobs.models import Queue
from tests.jobs.rows import make_jobs, make_queue
from tests.jobs.staff import sign_in

pytestmark = pytest.mark.django_db


def act_url(name: str, *queues: Queue) -> str:
    ids = ",".join(str(queue.pk) for queue in queues)
    return f"{reverse('admin:jobs_queue_act', args=[name])}?ids={ids}"


def change_url(queue: Queue) -> str:
    return reverse("admin:jobs_queue_change", args=[queue.pk])


LIMITS = {
    "max_running": "",
    "max_running_per_node": "",
    "rate_limit": "30",
    "rate_period": "60",
    "burst": "1",
}


class TestGroups:
    def test_viewer_sees_and_has_no_buttons(self) -> None:
        queue, client = make_queue("google"), sign_in("viewer")
        page = client.get(change_url(queue)).content.decode()
        assert "google" in page
        assert "Pause…" not in page
        assert 'name="_save"' not in page

    @pytest.mark.parametrize("name", ["pause", "resume", "drain", "end_cool_down"])
    def test_viewer_may_not_act(self, name: str) -> None:
        queue, client = make_queue(), sign_in("viewer")
        assert client.get(act_url(name, queue)).status_code == 403
        assert client.post(act_url(name, queue), {"reason": "x"}).status_code == 403
        queue.refresh_from_db()
        assert queue.paused_at is None

    def test_operator_may_not_change_limits(self) -> None:
        queue, client = make_queue(), sign_in("operator")
        assert client.post(change_url(queue), LIMITS).status_code == 403
        queue.refresh_from_db()
        assert queue.rate_limit is None

    def test_staff_of_no_group_sees_nothing(self) -> None:
        queue, client = make_queue(), sign_in("somebody")
        assert client.get(change_url(queue)).status_code == 403
        assert client.get(reverse("admin:jobs_queue_changelist")).status_code == 403

    def test_only_superusers_see_schedules_of_functions(self) -> None:
        url = reverse("admin:django_q_schedule_changelist")
        assert sign_in("configurer").get(url).status_code == 403
        root = Client()
        root.force_login(User.objects.create_superuser("root", "root@example.org", "x"))
        assert root.get(url).status_code == 200


class TestPause:
    def test_keeps_reason_who_and_until(self) -> None:
        queue, client = make_queue(), sign_in("operator")
        until = timezone.now() + timedelta(hours=2)
        said = {
            "reason": "captcha wave",
            "until": timezone.localtime(until).strftime("%Y-%m-%dT%H:%M"),
        }
        assert client.post(act_url("pause", queue), said).status_code == 302
        queue.refresh_from_db()
        assert queue.is_paused(timezone.now())
        assert (queue.paused_by, queue.pause_reason) == ("operator@example.org", "captcha wave")
        assert queue.paused_until is not None
        assert abs(queue.paused_until - until) < timedelta(minutes=1)

    def test_says_in_which_time_zone_it_ends(self) -> None:
        page = sign_in("operator").get(act_url("pause", make_queue("google"))).content.decode()
        assert "In UTC. Empty: until somebody resumes it." in page

    def test_wants_a_reason(self) -> None:
        queue, client = make_queue(), sign_in("operator")
        page = client.post(act_url("pause", queue), {"reason": ""})
        assert page.status_code == 200
        assert "This field is required" in page.content.decode()
        queue.refresh_from_db()
        assert queue.paused_at is None

    def test_refuses_a_time_that_has_passed(self) -> None:
        queue, client = make_queue(), sign_in("operator")
        page = client.post(act_url("pause", queue), {"reason": "x", "until": "2020-01-01T00:00"})
        assert "That time has passed" in page.content.decode()

    def test_wants_a_csrf_token(self) -> None:
        queue, client = make_queue(), sign_in("operator")
        client.handler.enforce_csrf_checks = True
        assert client.post(act_url("pause", queue), {"reason": "x"}).status_code == 403

    def test_get_changes_nothing(self) -> None:
        queue, client = make_queue(), sign_in("operator")
        assert client.get(act_url("pause", queue)).status_code == 200
        queue.refresh_from_db()
        assert queue.paused_at is None

    def test_tells_that_it_is_tried_again_one_at_a_time(self) -> None:
        queue, client = make_queue("google"), sign_in("viewer")
        control.cool_down(queue.pk, until=timezone.now(), reason="captcha", probe=True)
        for url in (change_url(queue), reverse("admin:index")):
            assert "One at a time" in client.get(url).content.decode()
        control.end_probing(queue.pk)
        assert "One at a time" not in client.get(change_url(queue)).content.decode()

    def test_shows_who_paused_and_why(self) -> None:
        queue, client = make_queue("google"), sign_in("viewer")
        control.pause_queue("google", by="anna", reason="captcha wave")
        page = client.get(change_url(queue)).content.decode()
        assert "paused by anna: captcha wave" in page


class TestSelected:
    @pytest.mark.parametrize("name", ["pause", "resume", "drain"])
    def test_goes_to_the_page_that_asks(self, name: str) -> None:
        queues, client = [make_queue("one"), make_queue("two")], sign_in("operator")
        answer = client.post(
            reverse("admin:jobs_queue_changelist"),
            {"action": f"{name}_selected", "_selected_action": [queue.pk for queue in queues]},
        )
        assert answer.status_code == 302
        assert answer["Location"] == act_url(name, *queues)

    def test_pauses_all_of_them(self) -> None:
        queues, client = [make_queue("one"), make_queue("two")], sign_in("operator")
        client.post(act_url("pause", *queues), {"reason": "night"})
        assert Queue.objects.filter(pause_reason="night").count() == 2
        assert AuditEntry.objects.filter(action="pause", by="operator@example.org").count() == 2

    def test_resumes(self) -> None:
        queue, client = make_queue(), sign_in("operator")
        control.pause_queue(queue.name, by="anna")
        client.post(act_url("resume", queue))
        queue.refresh_from_db()
        assert queue.paused_at is None

    def test_says_so_where_nothing_was_paused(self) -> None:
        queue, client = make_queue(), sign_in("operator")
        page = client.post(act_url("resume", queue), follow=True).content.decode()
        assert "There was nothing to do." in page
        assert not AuditEntry.objects.exists()

    def test_drains(self) -> None:
        make_jobs(3)
        queue, client = Queue.objects.get(name="work"), sign_in("operator")
        client.post(act_url("drain", queue), {"reason": "deployment"})
        queue.refresh_from_db()
        assert queue.pause_reason == "deployment"


class TestLimits:
    def test_are_written_with_their_audit(self) -> None:
        queue, client = make_queue(), sign_in("configurer")
        assert client.post(change_url(queue), LIMITS).status_code == 302
        queue.refresh_from_db()
        assert queue.rate_limit == 30
        entry = AuditEntry.objects.get(action="limits")
        assert entry.by == "configurer@example.org"
        assert (entry.before, entry.after) == ({"rate_limit": None}, {"rate_limit": 30})

    @pytest.mark.parametrize(
        "wrong", [{"rate_limit": "0"}, {"rate_period": "0"}, {"burst": "0"}, {"rate_limit": "x"}]
    )
    def test_are_validated(self, wrong: dict[str, str]) -> None:
        queue, client = make_queue(), sign_in("configurer")
        page = client.post(change_url(queue), LIMITS | wrong)
        assert page.status_code == 200
        assert "errorlist" in page.content.decode()
        queue.refresh_from_db()
        assert queue.rate_limit is None

    def test_of_a_new_queue(self) -> None:
        client = sign_in("configurer")
        client.post(reverse("admin:jobs_queue_add"), {"name": "bing", **LIMITS})
        assert Queue.objects.get(name="bing").rate_limit == 30
        assert AuditEntry.objects.get(action="create").queue == "bing"

    def test_unchanged_ones_write_no_audit(self) -> None:
        queue, client = make_queue(rate_limit=30), sign_in("configurer")
        client.post(change_url(queue), LIMITS)
        assert not AuditEntry.objects.exists()
