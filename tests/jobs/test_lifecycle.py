"""Every arrow of the state machine, from every state: what moves, what is refused."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from jobs import lifecycle
from jobs.lifecycle import Ending
from jobs.models import Attempt, Job, Queue
from jobs.registry import ClaimedJob
from jobs.states import FINISHED, TRANSITIONS, State
from tests.jobs.rows import claim, make_jobs, make_worker, state_of

pytestmark = pytest.mark.django_db


def make_ending(job: ClaimedJob, **fields: Any) -> Ending:
    values = {
        "state": State.COMPLETED,
        "result": Attempt.Result.COMPLETED,
        "finished_at": timezone.now(),
    }
    return Ending(job=job, **values | fields)  # type: ignore[arg-type]


def force_state(job_id: int, state: State) -> None:
    running = state == State.RUNNING
    Job.objects.filter(pk=job_id).update(
        state=state,
        lease_token=uuid4() if running else None,
        worker=make_worker() if running else None,
        started_at=timezone.now() if running else None,
        finished_at=timezone.now() if state in FINISHED else None,
    )


class TestArrows:
    @pytest.mark.parametrize("state", State)
    def test_cancel_starts_where_the_machine_says(self, state: State) -> None:
        (id_,) = make_jobs()
        force_state(id_, state)
        assert lifecycle.cancel([id_]) == ([id_] if state in TRANSITIONS["cancel"][0] else [])
        assert state_of(id_) == (State.CANCELLED if state in TRANSITIONS["cancel"][0] else state)

    @pytest.mark.parametrize("state", State)
    def test_retry_starts_where_the_machine_says(self, state: State) -> None:
        (id_,) = make_jobs()
        force_state(id_, state)
        assert lifecycle.retry([id_]) == ([id_] if state in TRANSITIONS["retry"][0] else [])
        assert state_of(id_) == (State.AVAILABLE if state in TRANSITIONS["retry"][0] else state)

    @pytest.mark.parametrize("state", State)
    def test_claim_takes_available_jobs_alone(self, state: State) -> None:
        (id_,) = make_jobs()
        force_state(id_, state)
        assert [job.id for job in claim()] == ([id_] if state == State.AVAILABLE else [])

    @pytest.mark.parametrize("state", [s for s in State if s != State.RUNNING])
    def test_settle_needs_a_running_job(self, state: State) -> None:
        make_jobs()
        (job,) = claim()
        force_state(job.id, state)
        assert lifecycle.settle([make_ending(job)], worker_name="w") == set()
        assert state_of(job.id) == state
        assert not Attempt.objects.exists()


class TestLease:
    def test_a_worker_whose_lease_was_taken_is_refused(self) -> None:
        make_jobs()
        dead = make_worker()
        (job,) = claim(worker=dead)
        lifecycle.rescue([dead.pk])
        (again,) = claim()
        assert lifecycle.settle([make_ending(job)], worker_name="w") == set()
        assert lifecycle.settle([make_ending(again)], worker_name="w") == {job.id}

    def test_a_wrong_token_is_refused(self) -> None:
        make_jobs()
        (job,) = claim()
        assert (
            lifecycle.settle([make_ending(job._replace(lease_token=uuid4()))], worker_name="w")
            == set()
        )

    def test_lost_jobs_are_found(self) -> None:
        make_jobs(3)
        jobs = claim(3)
        lifecycle.cancel([jobs[1].id])
        assert lifecycle.find_lost(jobs) == [jobs[1].id]


class TestEndings:
    def test_a_snooze_gives_the_attempt_back(self) -> None:
        make_jobs()
        (job,) = claim()
        until = timezone.now() + timedelta(hours=1)
        ending = make_ending(
            job,
            state=State.AVAILABLE,
            result=Attempt.Result.SNOOZED,
            scheduled_at=until,
            refund=True,
        )
        lifecycle.settle([ending], worker_name="w")
        row = Job.objects.get()
        assert (row.state, row.attempt, row.scheduled_at, row.turn) == (
            State.AVAILABLE,
            0,
            until,
            None,
        )
        assert claim() == []

    def test_handing_back_leaves_no_trace(self) -> None:
        make_jobs()
        before = Job.objects.values("state", "attempt", "turn", "started_at", "lease_token").get()
        lifecycle.hand_back(claim())
        assert (
            Job.objects.values("state", "attempt", "turn", "started_at", "lease_token").get()
            == before
        )

    def test_text_that_postgres_refuses_is_cleaned(self) -> None:
        make_jobs()
        (job,) = claim()
        ending = make_ending(job, error="a\x00b\ud800", facts={"seen": "c\x00d"})
        lifecycle.settle([ending], worker_name="w")
        attempt = Attempt.objects.get()
        assert attempt.error == "ab?"
        assert attempt.facts == {"seen": "cd"}


class TestRescue:
    def test_returns_jobs_to_the_front(self) -> None:
        make_jobs(2)
        dead = make_worker()
        (job,) = claim(worker=dead)
        assert lifecycle.rescue([dead.pk]) == 1
        assert claim()[0].id == job.id
        assert Attempt.objects.get().result == Attempt.Result.CRASHED

    def test_discards_a_job_that_has_killed_its_last_worker(self) -> None:
        (id_,) = make_jobs(max_attempts=1)
        dead = make_worker()
        claim(worker=dead)
        lifecycle.rescue([dead.pk])
        assert state_of(id_) == State.DISCARDED

    def test_leaves_other_workers_jobs_alone(self) -> None:
        make_jobs()
        (job,) = claim()
        assert lifecycle.rescue([make_worker().pk]) == 0
        assert state_of(job.id) == State.RUNNING


class TestStage:
    def test_takes_only_what_is_due(self) -> None:
        soon, later = (timezone.now() + timedelta(seconds=s) for s in (-1, 60))
        (due,) = make_jobs(scheduled_at=later)
        make_jobs(scheduled_at=later)
        Job.objects.filter(pk=due).update(scheduled_at=soon)
        assert lifecycle.stage() == 1
        assert [job.id for job in claim(9)] == [due]

    def test_scheduled_jobs_line_up_behind_their_owners_others(self) -> None:
        make_jobs(5, owner=1)
        later = timezone.now() + timedelta(seconds=60)
        make_jobs(3, owner=1, scheduled_at=later)
        Job.objects.filter(turn=None).update(scheduled_at=later - timedelta(hours=1))
        lifecycle.stage()
        assert list(Job.objects.order_by("id").values_list("turn", flat=True)) == [
            1,
            2,
            3,
            4,
            5,
            6,
            7,
            8,
        ]


class TestRetryByHand:
    def test_allows_one_more_attempt(self) -> None:
        (id_,) = make_jobs(max_attempts=1)
        (job,) = claim()
        lifecycle.settle(
            [make_ending(job, state=State.DISCARDED, result=Attempt.Result.DISCARDED)],
            worker_name="w",
        )
        lifecycle.retry([id_])
        lifecycle.stage()
        assert claim()[0].attempt == 2

    def test_yields_to_an_unfinished_job_with_its_key(self) -> None:
        (id_,) = make_jobs(unique_key="k")
        lifecycle.cancel([id_])
        make_jobs(unique_key="k")
        assert lifecycle.retry([id_]) == []


class TestConstraints:
    """The database refuses what the machine does not know."""

    @pytest.mark.parametrize(
        "wrong",
        [
            {"state": "executing"},
            {"state": State.RUNNING},
            {"state": State.RUNNING, "lease_token": uuid4()},
            {"lease_token": uuid4()},
            {"state": State.COMPLETED},
            {"finished_at": timezone.now()},
            {"attempt": 6},
            {"max_attempts": 0},
            {"priority": 10},
            {"kind": ""},
        ],
        ids=" ".join,
    )
    def test_a_wrong_row_is_refused(self, wrong: dict[str, Any]) -> None:
        (id_,) = make_jobs()
        with pytest.raises(IntegrityError), transaction.atomic():
            Job.objects.filter(pk=id_).update(**wrong)

    def test_two_unfinished_jobs_with_one_key_are_refused(self) -> None:
        make_jobs(unique_key="k")
        with pytest.raises(IntegrityError), transaction.atomic():
            make_jobs(unique_key="k")

    def test_a_finished_job_frees_its_key(self) -> None:
        lifecycle.cancel(make_jobs(unique_key="k"))
        make_jobs(unique_key="k")
        assert Queue.objects.filter(name="work").count() == 1


class TestForgottenClaims:
    """A crash of the server may forget the latest claims, and the workers still have the jobs."""

    def forget(self, job_id: int) -> None:
        Job.objects.filter(pk=job_id).update(state="available", attempt=0, lease_token=None)

    def test_are_made_again_under_the_old_lease(self) -> None:
        make_jobs()
        worker = make_worker()
        (job,) = claim(worker=worker)
        self.forget(job.id)
        assert lifecycle.find_lost([job]) == [job.id]
        assert lifecycle.claim_again([job], worker_id=worker.pk) == 1
        assert lifecycle.find_lost([job]) == []
        assert lifecycle.settle([make_ending(job)], worker_name="w") == {job.id}

    def test_are_left_to_whoever_has_the_job_now(self) -> None:
        make_jobs()
        worker = make_worker()
        (job,) = claim(worker=worker)
        self.forget(job.id)
        (theirs,) = claim()
        assert lifecycle.claim_again([job], worker_id=worker.pk) == 0
        assert lifecycle.find_lost([theirs]) == []

    def test_a_rescued_job_is_not_taken_again(self) -> None:
        make_jobs()
        worker = make_worker()
        (job,) = claim(worker=worker)
        lifecycle.rescue([worker.pk])
        assert lifecycle.claim_again([job], worker_id=worker.pk) == 0

    def test_no_claims_are_no_query(self) -> None:
        assert lifecycle.claim_again([], worker_id=1) == 0


class TestMixedEndings:
    def test_settles_more_than_a_chunk_of_them_at_once(self) -> None:
        make_jobs(250)
        endings = [
            make_ending(job, state=State.DISCARDED if job.id % 2 else State.COMPLETED)
            for job in claim(250)
        ]
        ours = lifecycle.settle(endings, worker_name="w")
        assert ours == {ending.job.id for ending in endings}
        for ending in endings[:4]:
            assert state_of(ending.job.id) == ending.state
