"""What an answer means for its job and for its source: a pure decision.

    ok, empty, degraded      done
    network, server_error    up to three attempts; five such in a row cool the source down a minute
    layout_changed           one more attempt, then parked with its page
    bad_request              never again
    blocked, rate_limited,   the attempt is given back and the source cools down, twice as long each
    quota                    time in a row; after five refusals or 48 hours the search has failed
    consent, js_required     failed at once, since nothing changes by waiting; the source cools down

A source's `settings` may change the figures: see Tuning.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum, auto

from serp.types import Outcome, Verdict

HOUR = 3600.0
MOST_DOUBLINGS = 10


class Step(Enum):
    """What becomes of the job."""

    DONE = auto()
    RETRY = auto()  # a failed attempt; the queue's retry policy says when
    WAIT = auto()  # the attempt is given back
    GIVE_UP = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """Keys of a source's `settings`. Seconds, unless the name says otherwise."""

    attempts: int = 3  # after network and server errors
    layout_attempts: int = 2
    refusal_attempts: int = 5
    refusal_hours: float = 48.0
    cool_down_seconds: float | None = None  # of the first refusal; None: by the kind of refusal
    cool_down_max_seconds: float | None = None  # None: 24 times the first
    breaker_failures: int = 5  # network and server errors in a row; 0: never
    breaker_seconds: float = 60.0

    @classmethod
    def read(cls, settings: Mapping[str, object]) -> "Tuning":
        """Raises ValueError, with a plain sentence, for a value that is no number from 0 up."""
        given = {each.name: settings[each.name] for each in fields(cls) if each.name in settings}
        for name, value in given.items():
            if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
                raise ValueError(f"{name} must be a number from 0 up, not {value!r}.")
        return cls(**given)  # type: ignore[arg-type]  # checked above


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What was known when the job was claimed. `attempt` counts from 1, this one included."""

    attempt: int = 1
    age: float = 0.0  # seconds since the job was made
    refusals: int = 0  # of this search before
    refusals_in_a_row: int = 0  # of the source before
    http_status: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    step: Step
    wait: float = 0.0  # seconds, with WAIT
    cool_down: float = 0.0  # seconds for the whole source; 0: none
    retry_after: float | None = None  # seconds, with RETRY


@dataclass(frozen=True, slots=True)
class _CoolDown:
    first: float
    longest: float


_CAPTCHA = _CoolDown(HOUR, 24 * HOUR)
_DENIED = _CoolDown(HOUR / 4, 24 * HOUR)
_COOL_DOWNS = {
    Outcome.BLOCKED: _CAPTCHA,
    Outcome.QUOTA: _CoolDown(HOUR, 24 * HOUR),
    Outcome.CONSENT: _CoolDown(HOUR, 24 * HOUR),
    Outcome.RATE_LIMITED: _CoolDown(180.0, 6 * HOUR),
    Outcome.JS_REQUIRED: _CoolDown(24 * HOUR, 24 * HOUR),
}
REFUSALS = frozenset(_COOL_DOWNS)
# They count towards the breaker.
FAULTS = frozenset({Outcome.NETWORK, Outcome.SERVER_ERROR})
_NO_USE_WAITING = frozenset({Outcome.CONSENT, Outcome.JS_REQUIRED})


def decide(verdict: Verdict, situation: Situation, tuning: Tuning) -> Decision:
    outcome = verdict.outcome
    if outcome.is_good or outcome is Outcome.DEGRADED:
        return Decision(step=Step.DONE)
    if outcome in REFUSALS:
        return decide_refusal(verdict, situation, tuning)
    if outcome in FAULTS or outcome is Outcome.LAYOUT_CHANGED:
        allowed = tuning.attempts if outcome in FAULTS else tuning.layout_attempts
        step = Step.RETRY if situation.attempt < allowed else Step.GIVE_UP
        return Decision(step=step, retry_after=verdict.retry_after)
    return Decision(step=Step.GIVE_UP)


def decide_refusal(verdict: Verdict, situation: Situation, tuning: Tuning) -> Decision:
    cool_down = find_cool_down(verdict, situation, tuning)
    too_often = situation.refusals + 1 >= tuning.refusal_attempts
    too_old = situation.age + cool_down > tuning.refusal_hours * HOUR
    if verdict.outcome in _NO_USE_WAITING or too_often or too_old:
        return Decision(step=Step.GIVE_UP, cool_down=cool_down)
    return Decision(step=Step.WAIT, wait=cool_down, cool_down=cool_down)


def find_cool_down(verdict: Verdict, situation: Situation, tuning: Tuning) -> float:
    """Seconds. What the server itself asks for is never cut short."""
    asked = verdict.retry_after or 0.0
    if verdict.outcome is Outcome.RATE_LIMITED and asked:
        return asked
    if verdict.outcome is Outcome.JS_REQUIRED and situation.refusals_in_a_row == 0:
        return asked
    usual = choose_cool_down(verdict.outcome, situation.http_status, tuning)
    doublings = min(situation.refusals_in_a_row, MOST_DOUBLINGS)
    return max(asked, min(usual.first * 2.0**doublings, usual.longest))


def choose_cool_down(outcome: Outcome, http_status: int, tuning: Tuning) -> _CoolDown:
    is_denied = outcome is Outcome.BLOCKED and http_status in {401, 402, 403, 451}
    usual = _DENIED if is_denied else _COOL_DOWNS[outcome]
    first = usual.first if tuning.cool_down_seconds is None else tuning.cool_down_seconds
    if tuning.cool_down_max_seconds is not None:
        return _CoolDown(first, tuning.cool_down_max_seconds)
    longest = usual.longest if tuning.cool_down_seconds is None else 24 * first
    return _CoolDown(first, longest)
