"""Unique jobs: one at a time by key, and longer where asked."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from jobs import control
from jobs.enqueue import NewJob
from jobs.models import Job
from jobs.states import State
from jobs.unique import MOST_BESIDE, Enqueued, enqueue_unique, key_of
from tests.jobs.rows import claim, make_queue
from tests.jobs.test_stats import finish

pytestmark = pytest.mark.django_db

JOB = NewJob(kind="test.work", queue="work")
DONE = {State.COMPLETED}


@pytest.fixture(autouse=True)
def work_queue() -> None:
    make_queue()


class TestUnique:
    def test_returns_the_standing_job(self) -> None:
        first = enqueue_unique(JOB, key="tea")
        again = enqueue_unique(JOB, key="tea")
        assert first.is_new
        assert (again.id, again.is_new) == (first.id, False)
        assert Job.objects.count() == 1

    def test_a_running_job_stands(self) -> None:
        first = enqueue_unique(JOB, key="tea")
        claim(1)
        assert not enqueue_unique(JOB, key="tea").is_new
        assert enqueue_unique(JOB, key="coffee").id != first.id

    def test_a_running_job_does_not_where_asked(self) -> None:
        first = enqueue_unique(JOB, key="tea")
        claim(1)
        beside = enqueue_unique(JOB, key="tea", running_stands=False)
        assert beside.is_new
        again = enqueue_unique(JOB, key="tea", running_stands=False)
        assert again == Enqueued(beside.id, is_new=False)
        [second] = claim(1)
        assert (second.id, enqueue_unique(JOB, key="tea").id) == (beside.id, first.id)
        third = enqueue_unique(JOB, key="tea", running_stands=False)
        assert third.is_new
        assert Job.objects.count() == 3

    def test_one_that_waits_beside_it_is_found_when_it_has_finished(self) -> None:
        enqueue_unique(JOB, key="tea")
        running = claim(1)
        beside = enqueue_unique(JOB, key="tea", running_stands=False)
        finish(running)
        assert enqueue_unique(JOB, key="tea", running_stands=False).id == beside.id

    def test_so_many_run_beside_one_another_and_no_more(self) -> None:
        for _ in range(MOST_BESIDE):
            assert enqueue_unique(JOB, key="tea", running_stands=False).is_new
            [last] = claim(1)
        assert enqueue_unique(JOB, key="tea", running_stands=False).id == last.id

    def test_a_finished_job_does_not(self) -> None:
        enqueue_unique(JOB, key="tea")
        finish(claim(1))
        assert enqueue_unique(JOB, key="tea").is_new

    def test_a_finished_job_does_where_asked(self) -> None:
        first = enqueue_unique(JOB, key="tea")
        finish(claim(1))
        assert enqueue_unique(JOB, key="tea", finished=DONE).id == first.id

    def test_only_in_the_states_that_were_asked_for(self) -> None:
        first = enqueue_unique(JOB, key="tea")
        control.cancel_jobs([first.id], by="anna")
        assert enqueue_unique(JOB, key="tea", finished=DONE).is_new

    def test_only_within_the_period(self) -> None:
        first = enqueue_unique(JOB, key="tea")
        finish(claim(1))
        Job.objects.filter(pk=first.id).update(created_at=timezone.now() - timedelta(hours=2))
        hours = timedelta(hours=3), timedelta(hours=1)
        assert not enqueue_unique(JOB, key="tea", finished=DONE, within=hours[0]).is_new
        assert enqueue_unique(JOB, key="tea", finished=DONE, within=hours[1]).is_new

    def test_the_period_may_begin_when_it_finished(self) -> None:
        first = enqueue_unique(JOB, key="tea")
        finish(claim(1))
        Job.objects.filter(pk=first.id).update(created_at=timezone.now() - timedelta(hours=2))
        hour = timedelta(hours=1)
        again = enqueue_unique(JOB, key="tea", finished=DONE, within=hour, since="finished")
        assert again == Enqueued(first.id, is_new=False)

    def test_a_waiting_one_takes_over_what_is_asked(self) -> None:
        first = enqueue_unique(JOB, key="tea")
        later = timezone.now() + timedelta(hours=1)
        newer = replace(JOB, priority=1, args={"cups": 2}, scheduled_at=later)
        names = ("args", "scheduled_at")
        assert enqueue_unique(newer, key="tea", replace_in_waiting=names) == Enqueued(
            first.id, is_new=False, replaced=True
        )
        job = Job.objects.get()
        assert (job.args, job.scheduled_at, job.priority) == ({"cups": 2}, later, 5)
        assert claim(1) == []

    def test_a_running_one_takes_over_nothing(self) -> None:
        enqueue_unique(JOB, key="tea")
        claim(1)
        newer = replace(JOB, priority=1)
        assert not enqueue_unique(newer, key="tea", replace_in_waiting=["priority"]).replaced
        assert Job.objects.get().priority == 5

    def test_keys_are_made_of_parts_in_any_order(self) -> None:
        assert key_of("report", a=1, b="x") == key_of("report", b="x", a=1)
        assert key_of("report", a=1) != key_of("report", a=2) != key_of("other", a=2)

    def test_wants_a_key_and_finished_states(self) -> None:
        with pytest.raises(ValueError, match="needs a key"):
            enqueue_unique(JOB)
        with pytest.raises(ValueError, match="finished states"):
            enqueue_unique(JOB, key="tea", finished={State.RUNNING})
        with pytest.raises(ValueError, match="can be replaced"):
            enqueue_unique(JOB, key="tea", replace_in_waiting=["kind"])


@pytest.mark.django_db(transaction=True)
class TestRace:
    def test_many_who_ask_at_once_get_one_job(self) -> None:
        ids: list[int] = []

        def ask() -> None:
            try:
                ids.append(enqueue_unique(JOB, key="tea", finished=DONE).id)
            finally:
                connection.close()

        threads = [threading.Thread(target=ask) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(ids) == 8
        assert len(set(ids)) == Job.objects.count() == 1
