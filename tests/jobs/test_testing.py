"""The help that jobs.testing gives to others' tests."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs import stats, testing
from jobs.models import Batch, Job
from tests.jobs.rows import make_jobs, make_queue, state_of

pytestmark = pytest.mark.django_db


class TestDrain:
    def test_does_what_waits(self) -> None:
        ids = make_jobs(3)
        assert testing.drain_queue("work") == {"completed": 3}
        assert state_of(ids[0]) == "completed"

    def test_leaves_what_is_for_later(self) -> None:
        make_jobs(1, scheduled_at=timezone.now() + timedelta(hours=1))
        assert testing.drain_queue("work") == {}
        assert testing.drain_queue("work", also_later=True) == {"completed": 1}

    def test_repeats_failures_to_their_end_where_asked(self) -> None:
        make_jobs(1, args={"fail": 9})
        assert testing.drain_queue("work") == {"failed": 1}
        assert testing.drain_queue("work", also_later=True) == {"failed": 3, "discarded": 1}

    def test_counts_what_was_cancelled(self) -> None:
        make_jobs(1, args={"cancel": True})
        assert testing.drain_queue("work") == {"cancelled": 1}

    def test_stops_at_jobs_without_end(self) -> None:
        make_jobs(5)
        with pytest.raises(AssertionError, match="More than 3 jobs"):
            testing.drain_queue("work", most=3)

    def test_of_all_queues(self) -> None:
        make_jobs(2, queue="one")
        make_jobs(1, queue="two")
        assert testing.drain_all_queues() == {"completed": 3}

    def test_leaves_no_living_worker(self) -> None:
        make_jobs(1)
        testing.drain_queue("work")
        assert stats.living_workers() == []
        assert stats.living_nodes() == []


class TestInline:
    def test_does_what_is_enqueued_within_before_it_is_left(self) -> None:
        with testing.inline() as results:
            [id_] = make_jobs(1)
            make_jobs(1, queue="other", args={"fail": 9})
            assert state_of(id_) == "available"
        assert results == {"completed": 1, "failed": 1}
        assert state_of(id_) == "completed"

    def test_does_what_those_jobs_enqueue(self) -> None:
        with testing.inline() as results:
            batch = Batch.objects.create(on_finish="test.work")
            make_jobs(3, batch_id=batch.pk)
        assert results == {"completed": 4}

    def test_leaves_what_is_for_later(self) -> None:
        later = timezone.now() + timedelta(hours=1)
        with testing.inline() as results:
            make_jobs(1, scheduled_at=later)
        assert results == {}
        testing.assert_enqueued("test.work", count=1)


class TestAssertEnqueued:
    def test_returns_the_newest_that_fits(self) -> None:
        ids = make_jobs(2, args={"word": "tea", "n": 1})
        assert testing.assert_enqueued("test.work", args={"word": "tea"}).pk == ids[-1]
        assert testing.assert_enqueued(queue="work", count=2).pk == ids[-1]

    def test_says_what_is_there_instead(self) -> None:
        make_jobs(1, args={"word": "tea"})
        with pytest.raises(AssertionError, match="'word': 'tea'"):
            testing.assert_enqueued("test.work", args={"word": "coffee"})
        with pytest.raises(AssertionError, match="not 2"):
            testing.assert_enqueued("test.work", count=2)

    def test_does_not_count_what_is_done(self) -> None:
        make_jobs(1)
        with pytest.raises(AssertionError, match="These are enqueued"):
            testing.assert_not_enqueued("test.work")
        testing.drain_queue("work")
        testing.assert_not_enqueued("test.work")
        make_queue("other")
        assert Job.objects.count() == 1
