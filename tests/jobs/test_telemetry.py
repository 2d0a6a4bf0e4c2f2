"""Signals: every transition is told, after its commit, and nobody's mistake touches a job."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from jobs import control, lifecycle
from jobs.telemetry import attempt_settled, jobs_moved
from jobs.testing import drain_queue
from tests.jobs.rows import claim, make_jobs, make_worker, state_of

pytestmark = pytest.mark.django_db

Capture = DjangoCaptureOnCommitCallbacks


@pytest.fixture
def told() -> Iterator[list[tuple[str, list[int]]]]:
    moves: list[tuple[str, list[int]]] = []

    def receive(transition: str, job_ids: list[int], **_: Any) -> None:
        moves.append((transition, sorted(job_ids)))

    jobs_moved.connect(receive)
    yield moves
    jobs_moved.disconnect(receive)


class TestMoves:
    def test_each_is_told(
        self, told: list[tuple[str, list[int]]], django_capture_on_commit_callbacks: Capture
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            ids = make_jobs(3)
            worker = make_worker()
            jobs = claim(2, worker=worker)
            lifecycle.hand_back(jobs[:1])
            lifecycle.rescue([worker.pk])
            control.cancel_jobs(ids[2:], by="anna")
            control.retry_jobs(ids[2:], by="anna")
            lifecycle.stage()
        assert told == [
            ("enqueue", ids),
            ("claim", ids[:2]),
            ("hand_back", ids[:1]),
            ("rescue", ids[1:2]),
            ("cancel", ids[2:]),
            ("retry", ids[2:]),
            ("stage", ids[2:]),
        ]

    def test_nothing_is_told_of_what_was_rolled_back(
        self, told: list[tuple[str, list[int]]], django_capture_on_commit_callbacks: Capture
    ) -> None:
        with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
            make_jobs(1)
            transaction.set_rollback(True)
        assert told == []


class TestLines:
    def test_a_request_s_id_stands_beside_the_numbers_of_its_jobs(
        self,
        caplog: pytest.LogCaptureFixture,
        django_capture_on_commit_callbacks: Capture,
    ) -> None:
        """The request's id is added to every line by structlog: see tests/scraper_app/test_logs.py."""
        with (
            caplog.at_level("INFO", logger="jobs.moves"),
            caplog.at_level("INFO", logger="jobs.attempts"),
            django_capture_on_commit_callbacks(execute=True),
        ):
            ids = make_jobs(3, args={"fail": 1}, max_attempts=1)
            drain_queue("work")
        lines = [line for line in caplog.records if line.name in {"jobs.moves", "jobs.attempts"}]
        enqueued, *ended = sorted(lines, key=lambda line: line.name, reverse=True)
        assert enqueued.msg == "enqueue"
        assert vars(enqueued).items() >= {
            "jobs": 3, "first_job": ids[0], "last_job": ids[2]
        }.items()  # fmt: skip
        assert [vars(line)["job_id"] for line in ended] == ids
        assert {vars(line)["error_class"] for line in ended} == {"Wanted"}


class TestAttempts:
    def test_each_is_told_with_its_ending(self) -> None:
        endings = []

        def receive(ending: Any, **_: Any) -> None:
            endings.append((ending.job.id, ending.result))

        attempt_settled.connect(receive)
        try:
            [id_] = make_jobs(1, args={"fail": 1})
            drain_queue("work", also_later=True)
        finally:
            attempt_settled.disconnect(receive)
        assert endings == [(id_, "failed"), (id_, "completed")]

    def test_a_receiver_that_raises_changes_nothing(self) -> None:
        def receive(**_: Any) -> None:
            raise ZeroDivisionError

        attempt_settled.connect(receive)
        try:
            [id_] = make_jobs(1)
            drain_queue("work")
        finally:
            attempt_settled.disconnect(receive)
        assert state_of(id_) == "completed"
