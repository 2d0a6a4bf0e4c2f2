"""What becomes of the job and of the source: the whole table."""

import pytest

from keywords.verdict_policy import Decision, Situation, Step, Tuning, decide
from serp.types import Outcome, Verdict

HOUR = 3600.0


def judge(
    outcome: Outcome,
    *,
    retry_after: float | None = None,
    tuning: Tuning | None = None,
    attempt: int = 1,
    age: float = 0.0,
    refusals: int = 0,
    in_a_row: int = 0,
    status: int = 200,
    day_left: float = 0.0,
    bad_key: bool = False,
) -> Decision:
    situation = Situation(
        attempt=attempt,
        age=age,
        refusals=refusals,
        refusals_in_a_row=in_a_row,
        http_status=status,
        day_left=day_left,
    )
    verdict = Verdict(outcome=outcome, retry_after=retry_after, bad_key=bad_key)
    return decide(verdict, situation, tuning or Tuning())


class TestSteps:
    @pytest.mark.parametrize(
        ("outcome", "attempt", "step"),
        [
            (Outcome.OK, 1, Step.DONE),
            (Outcome.EMPTY, 1, Step.DONE),
            (Outcome.DEGRADED, 1, Step.DONE),
            (Outcome.NETWORK, 1, Step.RETRY),
            (Outcome.NETWORK, 2, Step.RETRY),
            (Outcome.NETWORK, 3, Step.GIVE_UP),
            (Outcome.SERVER_ERROR, 2, Step.RETRY),
            (Outcome.SERVER_ERROR, 3, Step.GIVE_UP),
            (Outcome.LAYOUT_CHANGED, 1, Step.RETRY),
            (Outcome.LAYOUT_CHANGED, 2, Step.GIVE_UP),
            (Outcome.BAD_REQUEST, 1, Step.GIVE_UP),
            (Outcome.CANCELLED, 1, Step.GIVE_UP),
            (Outcome.BLOCKED, 1, Step.WAIT),
            (Outcome.RATE_LIMITED, 1, Step.WAIT),
            (Outcome.QUOTA, 1, Step.WAIT),
            (Outcome.CONSENT, 1, Step.GIVE_UP),
            (Outcome.JS_REQUIRED, 1, Step.GIVE_UP),
        ],
    )
    def test_follow_the_table(self, outcome: Outcome, attempt: int, step: Step) -> None:
        assert judge(outcome, attempt=attempt).step is step

    def test_are_known_for_every_outcome(self) -> None:
        assert all(judge(outcome).step in Step for outcome in Outcome)

    def test_carry_retry_after(self) -> None:
        assert judge(Outcome.SERVER_ERROR, retry_after=7).retry_after == 7


class TestRefusals:
    def test_end_after_five_of_one_search(self) -> None:
        assert judge(Outcome.BLOCKED, refusals=3).step is Step.WAIT
        assert judge(Outcome.BLOCKED, refusals=4).step is Step.GIVE_UP

    def test_end_after_two_days(self) -> None:
        assert judge(Outcome.BLOCKED, age=47.5 * HOUR).step is Step.GIVE_UP
        assert judge(Outcome.BLOCKED, age=46.5 * HOUR).step is Step.WAIT

    @pytest.mark.parametrize(
        ("outcome", "status", "in_a_row", "seconds"),
        [
            (Outcome.BLOCKED, 200, 0, HOUR),
            (Outcome.BLOCKED, 200, 1, 2 * HOUR),
            (Outcome.BLOCKED, 200, 30, 24 * HOUR),
            (Outcome.BLOCKED, 403, 0, HOUR / 4),
            (Outcome.BLOCKED, 403, 1, HOUR / 2),
            (Outcome.BLOCKED, 451, 0, HOUR / 4),
            (Outcome.BLOCKED, 451, 30, 24 * HOUR),
            (Outcome.RATE_LIMITED, 429, 0, 180),
            (Outcome.RATE_LIMITED, 429, 2, 720),
            (Outcome.RATE_LIMITED, 429, 30, 6 * HOUR),
            (Outcome.QUOTA, 200, 0, HOUR),
            (Outcome.CONSENT, 200, 0, HOUR),
            (Outcome.CONSENT, 200, 30, 24 * HOUR),
            (Outcome.JS_REQUIRED, 200, 0, 0),
            (Outcome.JS_REQUIRED, 200, 1, 24 * HOUR),
        ],
    )
    def test_cool_the_source_down(
        self, outcome: Outcome, status: int, in_a_row: int, seconds: float
    ) -> None:
        decision = judge(outcome, status=status, in_a_row=in_a_row)
        assert decision.cool_down == seconds
        assert decision.wait == (seconds if decision.step is Step.WAIT else 0)

    def test_wait_as_long_as_the_server_asks(self) -> None:
        assert judge(Outcome.RATE_LIMITED, retry_after=5).cool_down == 5
        assert judge(Outcome.BLOCKED, retry_after=2 * HOUR).cool_down == 2 * HOUR
        assert judge(Outcome.BLOCKED, retry_after=5).cool_down == HOUR

    def test_good_answers_and_faults_cool_nothing(self) -> None:
        for outcome in (Outcome.OK, Outcome.NETWORK, Outcome.LAYOUT_CHANGED, Outcome.BAD_REQUEST):
            assert judge(outcome).cool_down == 0


class TestKeysAndQuotas:
    def test_a_used_up_quota_waits_for_the_end_of_the_day(self) -> None:
        decision = judge(Outcome.QUOTA, day_left=9 * HOUR, in_a_row=3)
        assert (decision.step, decision.cool_down, decision.wait) == (
            Step.WAIT,
            9 * HOUR,
            9 * HOUR,
        )

    def test_or_as_long_as_the_api_says(self) -> None:
        month = judge(Outcome.QUOTA, day_left=9 * HOUR, retry_after=300 * HOUR)
        assert (month.step, month.cool_down) == (Step.WAIT, 300 * HOUR)
        assert judge(Outcome.QUOTA, day_left=9 * HOUR, retry_after=2 * HOUR).cool_down == 2 * HOUR
        assert judge(Outcome.QUOTA, day_left=9 * HOUR, retry_after=1).cool_down == HOUR

    def test_a_bad_key_holds_the_source_and_keeps_the_job(self) -> None:
        decision = judge(Outcome.QUOTA, bad_key=True, day_left=9 * HOUR, age=100 * HOUR)
        assert decision.holds
        assert decision.step is Step.WAIT
        assert decision.cool_down == 0

    def test_a_job_that_met_five_bad_keys_has_failed(self) -> None:
        decision = judge(Outcome.QUOTA, bad_key=True, refusals=4)
        assert (decision.step, decision.holds) == (Step.GIVE_UP, True)

    def test_nothing_rests_where_no_rest_is_wanted(self) -> None:
        decision = judge(Outcome.QUOTA, bad_key=True, tuning=Tuning(cool_down_seconds=0))
        assert (decision.holds, decision.cool_down) == (False, 0)


class TestTuning:
    def test_ends_refusals_at_once_where_wanted(self) -> None:
        tuning = Tuning.read({"refusal_attempts": 1, "cool_down_seconds": 0.5, "unrelated": "x"})
        decision = judge(Outcome.BLOCKED, tuning=tuning)
        assert (decision.step, decision.cool_down) == (Step.GIVE_UP, 0.5)
        assert judge(Outcome.BLOCKED, tuning=tuning, in_a_row=9).cool_down == 12

    def test_caps_the_doubling(self) -> None:
        tuning = Tuning(cool_down_seconds=1, cool_down_max_seconds=2)
        assert judge(Outcome.BLOCKED, tuning=tuning, in_a_row=9).cool_down == 2

    def test_can_do_without_cooling_down(self) -> None:
        tuning = Tuning(cool_down_seconds=0)
        assert judge(Outcome.BLOCKED, tuning=tuning, in_a_row=3).cool_down == 0

    def test_changes_attempts(self) -> None:
        assert judge(Outcome.NETWORK, tuning=Tuning(attempts=1)).step is Step.GIVE_UP

    @pytest.mark.parametrize("value", ["5", True, -1, None])
    def test_refuses_what_is_no_number(self, value: object) -> None:
        with pytest.raises(ValueError, match="attempts must be a number"):
            Tuning.read({"attempts": value})
