"""Schedules and batches in the admin."""

import pytest
from django.urls import reverse

from jobs import batches
from jobs.admin.audit import tell_changes
from jobs.audit import AuditEntry
from jobs.models import Batch, Job
from jobs.schedules import Schedule
from jobs.states import State
from jobs.testing import assert_enqueued, assert_not_enqueued
from tests.jobs.rows import make_queue
from tests.jobs.staff import sign_in
from tests.jobs.test_batches import make_batch
from tests.jobs.test_scheduling import make_schedule

pytestmark = pytest.mark.django_db


class TestSchedules:
    def form(self, **values: str) -> dict[str, str]:
        return {
            "name": "mondays",
            "kind": "test.work",
            "queue": str(make_queue().pk),
            "args": "{}",
            "cron": "0 8 * * 1",
            "time_zone": "Europe/Berlin",
            "missed": "once",
            "priority": "5",
            "enabled": "on",
        } | values

    def test_are_made_and_shown_in_words(self) -> None:
        client = sign_in("configurer")
        assert client.post(reverse("admin:jobs_schedule_add"), self.form()).status_code == 302
        schedule = Schedule.objects.get()
        assert AuditEntry.objects.get().action == "create schedule"
        assert (
            b"every Monday at 08:00, Europe/Berlin"
            in client.get(reverse("admin:jobs_schedule_changelist")).content
        )
        page = client.get(reverse("admin:jobs_schedule_change", args=[schedule.pk])).content
        assert page.count(b" 08:00 CE") == 5

    def test_changes_are_told_in_words(self) -> None:
        schedule, client = make_schedule(), sign_in("configurer")
        form = self.form(name=schedule.name, queue=str(make_queue("night").pk), cron=schedule.cron)
        client.post(reverse("admin:jobs_schedule_change", args=[schedule.pk]), form)
        entry = AuditEntry.objects.get(action="change schedule")
        assert "queue: work → night" in tell_changes(entry)

    def test_deleting_some_is_written_down(self) -> None:
        schedule, client = make_schedule(), sign_in("configurer")
        chosen = {"action": "delete_selected", "_selected_action": [schedule.pk], "post": "yes"}
        client.post(reverse("admin:jobs_schedule_changelist"), chosen)
        assert not Schedule.objects.exists()
        entry = AuditEntry.objects.get(action="delete schedule")
        assert (entry.by, entry.after) == ("configurer@example.org", {"schedule": schedule.name})

    @pytest.mark.parametrize(
        "wrong", [{"cron": "x"}, {"time_zone": "Mars"}, {"kind": "django_q.task"}, {"args": "[]"}]
    )
    def test_refuse_what_cannot_be(self, wrong: dict[str, str]) -> None:
        client = sign_in("configurer")
        answer = client.post(reverse("admin:jobs_schedule_add"), self.form(**wrong))
        assert answer.status_code == 200
        assert not Schedule.objects.exists()

    def test_operators_run_them_and_do_not_change_them(self) -> None:
        schedule, client = make_schedule(), sign_in("operator")
        url = reverse("admin:jobs_schedule_change", args=[schedule.pk])
        assert client.post(url, self.form(cron="* * * * *")).status_code == 403
        chosen = {"action": "run_now", "_selected_action": [schedule.pk]}
        client.post(reverse("admin:jobs_schedule_changelist"), chosen)
        assert_enqueued("test.work", count=1)

    def test_are_run_from_their_page(self) -> None:
        schedule, client = make_schedule(), sign_in("operator")
        url = reverse("admin:jobs_schedule_run", args=[schedule.pk])
        page = reverse("admin:jobs_schedule_change", args=[schedule.pk])
        assert url in client.get(page).content.decode()
        assert client.get(url).status_code == 405
        assert "is enqueued" in client.post(url, follow=True).content.decode()
        assert_enqueued("test.work", count=1)
        assert "run schedule" in client.get(page).content.decode()
        assert "has not finished" in client.post(url, follow=True).content.decode()

    def test_viewers_do_not_run_them(self) -> None:
        schedule, client = make_schedule(), sign_in("viewer")
        chosen = {"action": "run_now", "_selected_action": [schedule.pk]}
        client.post(reverse("admin:jobs_schedule_changelist"), chosen)
        url = reverse("admin:jobs_schedule_run", args=[schedule.pk])
        assert client.post(url).status_code == 403
        page = client.get(reverse("admin:jobs_schedule_change", args=[schedule.pk]))
        assert url not in page.content.decode()
        assert_not_enqueued()


class TestBatches:
    def act(self, who: str, name: str, batch: Batch) -> None:
        chosen = {"action": name, "_selected_action": [batch.pk]}
        sign_in(who).post(reverse("admin:jobs_batch_changelist"), chosen)

    def test_show_how_far_they_are(self) -> None:
        batch = make_batch(4)
        page = sign_in("viewer").get(reverse("admin:jobs_batch_change", args=[batch.pk]))
        assert b"0 of 4" in page.content

    def test_are_cancelled_and_retried_as_a_whole(self) -> None:
        batch = make_batch(3)
        self.act("operator", "cancel_batches", batch)
        assert Job.objects.filter(state=State.CANCELLED).count() == 3
        batches.retry(batch.pk, by="anna")
        assert Job.objects.filter(state=State.AVAILABLE).count() == 3

    def test_are_cancelled_and_retried_from_their_page(self) -> None:
        batch, client = make_batch(3), sign_in("operator")
        page = reverse("admin:jobs_batch_change", args=[batch.pk])
        url = reverse("admin:jobs_batch_act", args=[batch.pk, "cancel"])
        assert client.get(url).status_code == 405
        assert "Cancel what is left: 3" in client.get(page).content.decode()
        answer = client.post(url, follow=True).content.decode()
        assert "3 jobs cancelled." in answer
        assert "Retry what did not succeed: 3" in answer
        assert "Cancel what is left" not in answer
        assert "There was nothing to do." in client.post(url, follow=True).content.decode()

    def test_not_by_viewers(self) -> None:
        batch, client = make_batch(3), sign_in("viewer")
        url = reverse("admin:jobs_batch_act", args=[batch.pk, "cancel"])
        assert client.post(url).status_code == 403
        page = client.get(reverse("admin:jobs_batch_change", args=[batch.pk]))
        assert page.context["acts"] == []
        chosen = {"action": "cancel_batches", "_selected_action": [batch.pk]}
        client.post(reverse("admin:jobs_batch_changelist"), chosen)
        assert not Job.objects.filter(state=State.CANCELLED).exists()
