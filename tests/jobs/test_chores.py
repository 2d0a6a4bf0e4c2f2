"""Small duties of a node: each in its time, and one that fails harms no other."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import OperationalError
from django.utils import timezone

from jobs import chores, maintenance
from jobs.chores import Chore
from jobs.models import Batch
from jobs.schedules import Schedule
from jobs.tallies import Tally
from jobs.testing import assert_enqueued
from tests.jobs.rows import claim
from tests.jobs.test_batches import make_batch
from tests.jobs.test_scheduling import make_schedule
from tests.jobs.test_stats import finish, let_time_pass

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_was_done_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = tuple(Chore(chore.name, chore.every, chore.do) for chore in chores.CHORES)
    monkeypatch.setattr(chores, "CHORES", fresh)


def run_again() -> None:
    for chore in chores.CHORES:
        Chore(chore.name, chore.every, chore.do).run_if_due()


class TestChore:
    def test_is_not_due_again_before_its_time(self) -> None:
        done: list[int] = []
        chore = Chore("count", 3600, lambda: done.append(1))
        assert chore.run_if_due()
        assert not chore.run_if_due()
        assert done == [1]

    def test_that_fails_is_logged_and_comes_again(self, caplog: pytest.LogCaptureFixture) -> None:
        chore = Chore("break", 0, lambda: 1 / 0)
        assert chore.run_if_due()
        assert chore.run_if_due()
        assert "the chore break failed" in caplog.text

    def test_a_lost_connection_is_the_workers_matter(self) -> None:
        def lose() -> None:
            raise OperationalError

        with pytest.raises(OperationalError):
            Chore("lose", 0, lose).run_if_due()


class TestRunDue:
    def test_adds_tallies_and_finishes_batches(self) -> None:
        batch = make_batch(2)
        finish(claim(2))
        chores.run_due()
        for _ in range(2):
            let_time_pass()
            run_again()
        assert Tally.objects.exists()
        assert Batch.objects.get(pk=batch.pk).finished_at is not None


class TestRound:
    def test_runs_schedules_that_are_due(self) -> None:
        schedule = make_schedule(
            name="nightly", args={"nightly": True}, due=timezone.now() - timedelta(seconds=1)
        )
        maintenance.run(uuid4())
        maintenance.run(uuid4())
        assert_enqueued("test.work", args={"nightly": True}, count=1)
        assert Schedule.objects.get(pk=schedule.pk).next_run_at > timezone.now()
