"""Schedules: each run once, and what becomes of missed ones."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from jobs import scheduling
from jobs.models import Job
from jobs.schedules import Schedule
from jobs.testing import assert_enqueued, drain_queue
from tests.jobs.rows import make_queue

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def make_schedule(*, due: datetime = NOON, **fields: Any) -> Schedule:
    values = {"name": "hourly", "kind": "test.work", "cron": "0 * * * *", "queue": make_queue()}
    schedule = Schedule.objects.create(**values | fields)
    Schedule.objects.filter(pk=schedule.pk).update(next_run_at=due)
    schedule.refresh_from_db()
    return schedule


class TestRunDue:
    def test_enqueues_the_job_and_sets_the_next_time(self) -> None:
        schedule = make_schedule(args={"list": 7}, priority=2)
        [job_id] = scheduling.run_due(NOON + timedelta(seconds=4))
        job = assert_enqueued("test.work", queue="work", args={"list": 7}, count=1)
        assert (job.pk, job.priority) == (job_id, 2)
        schedule.refresh_from_db()
        assert schedule.next_run_at == NOON + timedelta(hours=1)
        assert schedule.last_job == job_id

    def test_not_before_its_time_nor_twice(self) -> None:
        make_schedule(overlap=True)
        assert scheduling.run_due(NOON - timedelta(seconds=1)) == []
        assert len(scheduling.run_due(NOON)) == 1
        assert scheduling.run_due(NOON) == []

    def test_not_while_it_is_off(self) -> None:
        make_schedule(enabled=False)
        assert scheduling.run_due(NOON) == []

    def test_not_while_the_last_run_goes_on(self) -> None:
        schedule = make_schedule()
        scheduling.run_due(NOON)
        assert scheduling.run_due(NOON + timedelta(hours=1)) == []
        drain_queue("work")
        assert len(scheduling.run_due(NOON + timedelta(hours=2))) == 1
        schedule.refresh_from_db()
        assert schedule.next_run_at == NOON + timedelta(hours=3)

    def test_although_the_last_run_goes_on_where_they_may_overlap(self) -> None:
        make_schedule(overlap=True)
        scheduling.run_due(NOON)
        assert len(scheduling.run_due(NOON + timedelta(hours=1))) == 1


class TestMissed:
    LATE = NOON + timedelta(hours=3, minutes=30)  # four runs have passed

    @pytest.mark.parametrize(
        ("missed", "runs"),
        [(Schedule.Missed.SKIP, 0), (Schedule.Missed.ONCE, 1), (Schedule.Missed.ALL, 4)],
    )
    def test_policy(self, missed: str, runs: int) -> None:
        schedule = make_schedule(missed=missed, overlap=True)
        assert len(scheduling.run_due(self.LATE)) == runs
        schedule.refresh_from_db()
        assert schedule.next_run_at == NOON + timedelta(hours=4)

    def test_a_little_late_is_not_missed(self) -> None:
        make_schedule(missed=Schedule.Missed.SKIP)
        assert len(scheduling.run_due(NOON + timedelta(minutes=1))) == 1

    def test_not_more_than_a_hundred_at_once(self) -> None:
        make_schedule(missed=Schedule.Missed.ALL, overlap=True)
        assert len(scheduling.run_due(NOON + timedelta(days=30))) == scheduling.MOST_MISSED


class TestRunNow:
    def test_leaves_the_clock_alone(self) -> None:
        schedule = make_schedule()
        job = scheduling.run_now(schedule.pk, by="anna")
        assert assert_enqueued("test.work", count=1).pk == job
        assert scheduling.run_now(schedule.pk, by="anna") is None
        schedule.refresh_from_db()
        assert schedule.next_run_at == NOON


class TestSchedule:
    def test_knows_its_next_time_from_the_start(self) -> None:
        schedule = Schedule.objects.create(
            name="daily", kind="test.work", queue=make_queue(), cron="0 8 * * *"
        )
        assert timezone.now() < schedule.next_run_at <= timezone.now() + timedelta(days=1)
        assert schedule.coming(2)[0] == schedule.next_run_at

    @pytest.mark.parametrize(
        "wrong",
        [{"cron": "x"}, {"time_zone": "Mars/Base"}, {"kind": "no.such"}, {"kind": "django_q.task"}],
    )
    def test_refuses_what_cannot_be(self, wrong: dict[str, str]) -> None:
        schedule = make_schedule()
        for name, value in wrong.items():
            setattr(schedule, name, value)
        with pytest.raises(ValidationError) as raised:
            schedule.full_clean()
        assert set(raised.value.message_dict) == set(wrong)


@pytest.mark.django_db(transaction=True)
class TestManyNodes:
    def test_run_it_once(self) -> None:
        make_schedule(overlap=True)
        start = threading.Barrier(6)

        def look() -> None:
            try:
                start.wait()
                scheduling.run_due(NOON)
            finally:
                connection.close()

        threads = [threading.Thread(target=look) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert Job.objects.count() == 1
