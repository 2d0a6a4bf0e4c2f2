"""Delays as a table: the decision is pure."""

from datetime import UTC, datetime, timedelta

import pytest

from jobs.outcomes import Fail
from jobs.retry import RetryPolicy

NOW = datetime(2026, 1, 1, tzinfo=UTC)
POLICY = RetryPolicy(max_attempts=5, base=10, cap=60, max_age=3600)


def decide(failure: Fail, *, attempt: int = 1, age: float = 0, share: float = 1.0) -> float | None:
    at = POLICY.decide(
        failure,
        attempt=attempt,
        max_attempts=POLICY.max_attempts,
        created_at=NOW - timedelta(seconds=age),
        now=NOW,
        draw=lambda low, high: low + (high - low) * share,
    )
    return None if at is None else (at - NOW).total_seconds()


class TestDecide:
    @pytest.mark.parametrize(("attempt", "longest"), [(1, 10), (2, 20), (3, 40), (4, 60)])
    def test_delays_double_up_to_the_cap(self, attempt: int, longest: float) -> None:
        assert decide(Fail(error="E"), attempt=attempt) == longest

    def test_jitter_is_full(self) -> None:
        assert decide(Fail(error="E"), attempt=3, share=0.0) == 0

    def test_gives_up_after_the_last_attempt(self) -> None:
        assert decide(Fail(error="E"), attempt=5) is None

    def test_gives_up_on_what_is_permanent(self) -> None:
        assert decide(Fail(error="E", permanent=True)) is None

    def test_gives_up_on_what_would_be_too_old(self) -> None:
        assert decide(Fail(error="E"), age=3595) is None

    @pytest.mark.parametrize(("asked", "least"), [(120, 120), (-5, 0), (10**9, None)])
    def test_honours_retry_after_within_reason(self, asked: float, least: float | None) -> None:
        assert decide(Fail(error="E", retry_after=asked), share=0.0) == least
