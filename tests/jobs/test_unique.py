"""Unique jobs: one at a time by key, and longer where asked."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from jobs import control
from jobs.enqueue import NewJob
from jobs.models import Job
from jobs.states import State
from jobs.unique import enqueue_unique
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

    def test_wants_a_key_and_finished_states(self) -> None:
        with pytest.raises(ValueError, match="needs a key"):
            enqueue_unique(JOB)
        with pytest.raises(ValueError, match="finished states"):
            enqueue_unique(JOB, key="tea", finished={State.RUNNING})


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
