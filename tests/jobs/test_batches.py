"""Batches: how far they are, what follows the last job, and stopping them."""

from collections.abc import Iterator
from typing import Any

import pytest

from jobs import batches, control
from jobs.batches import Progress, batches_finished
from jobs.enqueue import NewJob, enqueue_many
from jobs.models import Batch, Job
from jobs.states import State
from jobs.testing import assert_enqueued, assert_not_enqueued, drain_queue
from tests.jobs.rows import claim, make_queue
from tests.jobs.test_stats import finish

pytestmark = pytest.mark.django_db


def make_batch(count: int = 3, *, on_finish: str = "", **args: Any) -> Batch:
    make_queue()
    batch = Batch.objects.create(name="a batch", on_finish=on_finish, owner=7)
    enqueue_many(
        [NewJob(kind="test.work", queue="work", batch_id=batch.pk, args=args) for _ in range(count)]
    )
    return batch


@pytest.fixture
def told() -> Iterator[list[int]]:
    ids: list[int] = []

    def receive(batch_ids: list[int], **_: Any) -> None:
        ids.extend(batch_ids)

    batches_finished.connect(receive)
    yield ids
    batches_finished.disconnect(receive)


class TestProgress:
    def test_counts_by_state(self) -> None:
        batch = make_batch(4)
        finish(claim(1))
        claim(1)
        [(id_, progress)] = batches.measure([batch.pk]).items()
        assert id_ == batch.pk
        assert progress == Progress({"available": 2, "running": 1, "completed": 1})
        assert (progress.total, progress.finished, progress.share) == (4, 1, 0.25)


class TestFinish:
    def test_with_the_last_job_and_not_before(self, told: list[int]) -> None:
        batch = make_batch(2)
        drain_queue("work", most=2)
        assert told == [batch.pk]
        batch.refresh_from_db()
        assert batch.finished_at is not None

    def test_not_while_a_job_waits_for_its_retry(self, told: list[int]) -> None:
        batch = make_batch(1, fail=1)
        drain_queue("work")
        assert told == []
        assert drain_queue("work", also_later=True) == {"completed": 1}
        assert told == [batch.pk]

    def test_enqueues_what_follows_once(self) -> None:
        batch = make_batch(3, on_finish="test.work")
        assert_not_enqueued(queue=batches.HOOK_QUEUE)
        drain_queue("work")
        batches.finish([batch.pk])
        batches.finish_forgotten()
        job = assert_enqueued(
            "test.work", queue=batches.HOOK_QUEUE, args={"batch": batch.pk}, count=1
        )
        assert job.owner == 7

    def test_when_a_process_died_before_it_could_tell(self, told: list[int]) -> None:
        batch = make_batch(2)
        finish(claim(2))  # settled without the telling
        assert told == []
        assert batches.finish_forgotten() == [batch.pk]
        assert batches.finish_forgotten() == []

    def test_with_jobs_that_are_pruned(self) -> None:
        batch = make_batch(2)
        Job.objects.all().delete()
        assert batches.finish_forgotten() == [batch.pk]


class TestCancel:
    def test_stops_what_is_left(self, told: list[int]) -> None:
        batch, other = make_batch(3), make_batch(2)
        finish(claim(1))
        claim(1)
        assert batches.cancel(batch.pk, by="anna") == 2
        assert told == [batch.pk]
        assert set(other.jobs.values_list("state", flat=True)) == {State.AVAILABLE}

    def test_of_its_jobs_one_by_one_finishes_it_too(self, told: list[int]) -> None:
        batch = make_batch(2)
        control.cancel_jobs(batch.jobs.values_list("pk", flat=True), by="anna")
        assert told == [batch.pk]


class TestRetry:
    def test_opens_it_again_and_it_finishes_anew(self, told: list[int]) -> None:
        batch = make_batch(2, on_finish="test.work")
        batches.cancel(batch.pk, by="anna")
        assert batches.retry(batch.pk, by="anna") == 2
        batch.refresh_from_db()
        assert batch.finished_at is None
        drain_queue("work", also_later=True)
        assert told == [batch.pk, batch.pk]
        assert_enqueued(queue=batches.HOOK_QUEUE, count=2)
