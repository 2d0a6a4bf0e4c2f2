"""Who goes first: priority, then fair turns between owners, then age."""

import pytest

from jobs.models import Job, Queue
from tests.jobs.rows import claim, make_jobs, make_queue

pytestmark = pytest.mark.django_db


def serve(count: int) -> list[int]:
    """Owners in the order in which they are served, with the queue's clock running."""
    owners = []
    for _ in range(count):
        for job in claim():
            owners.append(job.owner)
            turn = Job.objects.get(pk=job.id).turn
            Queue.objects.filter(pk=job.queue_id, turn__lt=turn).update(turn=turn)
    return owners


class TestOrder:
    def test_low_numbers_go_first(self) -> None:
        (later,) = make_jobs(priority=9)
        (first,) = make_jobs(priority=0)
        assert [job.id for job in claim(2)] == [first, later]

    def test_equal_jobs_go_by_age(self) -> None:
        ids = make_jobs(5)
        assert [job.id for job in claim(5)] == ids

    def test_a_newcomer_is_served_beside_a_long_list(self) -> None:
        make_jobs(200, owner=1)
        serve(50)
        make_jobs(5, owner=2)
        assert serve(10).count(2) == 5

    def test_three_owners_take_turns(self) -> None:
        for owner in (1, 2, 3):
            make_jobs(20, owner=owner)
        assert sorted(serve(6)) == [1, 1, 2, 2, 3, 3]

    def test_an_owner_who_cancelled_everything_is_not_punished(self) -> None:
        from jobs import lifecycle

        lifecycle.cancel(make_jobs(500, owner=1))
        make_jobs(5, owner=2)
        make_jobs(5, owner=1)
        assert serve(4).count(1) == 2

    def test_queues_do_not_share_turns(self) -> None:
        make_jobs(100, owner=1, queue="other")
        make_queue("work")
        make_jobs(1, owner=1)
        assert Job.objects.get(queue__name="work").turn == 1
