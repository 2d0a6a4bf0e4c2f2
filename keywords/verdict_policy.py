"""What an answer means for its job and for its source: a pure decision.

    ok, empty, degraded      done
    network, server_error    up to three attempts; five such in a row cool the source down a minute
    layout_changed           one more attempt, then parked with its page
    bad_request              never again
    blocked, rate_limited    the attempt is given back and the source cools down, twice as long each
                             time in a row; after five refusals or 48 hours the search has failed
    quota                    the same, but the source rests until the day is over; where the key is not
                             accepted, until it changes or an operator says so
    consent, js_required     failed at once, since nothing changes by waiting; the source cools down

Through a proxy it is the proxy that rests after a refusal or a failure of its own; the source goes on
with the others. A source's `settings` may change the figures: see Tuning.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
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
    probe_successes: int = 2  # good answers of single jobs after which the source is trusted again
    calm_answers: int = 10  # good answers after which a rate that was halved grows by a tenth
    misread_answers: int = 3  # pages in a row not understood, after which the canary is asked

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
    day_left: float = 0.0  # seconds of the source's day; 0: not known
    proxy_bad_in_a_row: int | None = None  # None: it was asked directly
    proxy_failed: bool = False  # the proxy itself, not the source


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    step: Step
    wait: float = 0.0  # seconds, with WAIT
    cool_down: float = 0.0  # seconds for the whole source; 0: none
    holds: bool = False  # the whole source, until its key changes or somebody resumes it
    blames_proxy: bool = False  # and not the source
    proxy_rest: float = 0.0  # seconds
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
# They are meant for the address that asked.
_OF_ADDRESS = frozenset({Outcome.BLOCKED, Outcome.RATE_LIMITED})
# A held job lines up behind its queue: it goes on as soon as that is resumed.
_HELD_WAIT = 1.0
_PROXY_REST = _CoolDown(60.0, HOUR)
_SHORTEST_DAY = 60.0
_PROXY_TRIES = 3  # network errors in a row through a proxy, after which it rests


def decide(verdict: Verdict, situation: Situation, tuning: Tuning) -> Decision:
    outcome = verdict.outcome
    if outcome.is_good or outcome is Outcome.DEGRADED:
        return Decision(step=Step.DONE)
    if situation.proxy_bad_in_a_row is not None:
        return decide_with_proxy(verdict, situation, tuning, situation.proxy_bad_in_a_row)
    if outcome in REFUSALS:
        return decide_refusal(verdict, situation, tuning)
    return decide_fault(verdict, situation, tuning)


def decide_fault(verdict: Verdict, situation: Situation, tuning: Tuning) -> Decision:
    outcome = verdict.outcome
    if outcome not in FAULTS and outcome is not Outcome.LAYOUT_CHANGED:
        return Decision(step=Step.GIVE_UP)
    allowed = tuning.attempts if outcome in FAULTS else tuning.layout_attempts
    step = Step.RETRY if situation.attempt < allowed else Step.GIVE_UP
    return Decision(step=step, retry_after=verdict.retry_after)


def decide_with_proxy(
    verdict: Verdict, situation: Situation, tuning: Tuning, bad_in_a_row: int
) -> Decision:
    if situation.proxy_failed:
        rest = grow(_PROXY_REST, bad_in_a_row)
        too_old = situation.age > tuning.refusal_hours * HOUR
        step = Step.GIVE_UP if too_old else Step.WAIT
        return Decision(step=step, blames_proxy=True, proxy_rest=rest)
    if verdict.outcome in _OF_ADDRESS:
        of_proxy = replace(situation, refusals_in_a_row=bad_in_a_row)
        refusal = decide_refusal(verdict, of_proxy, tuning)
        return Decision(step=refusal.step, blames_proxy=True, proxy_rest=refusal.cool_down)
    if verdict.outcome in REFUSALS:
        return decide_refusal(verdict, situation, tuning)
    decision = decide_fault(verdict, situation, tuning)
    if verdict.outcome is not Outcome.NETWORK:
        return decision
    times = bad_in_a_row + 1 - _PROXY_TRIES
    rest = grow(_PROXY_REST, times) if times >= 0 else 0.0
    return replace(decision, blames_proxy=True, proxy_rest=rest)


def decide_refusal(verdict: Verdict, situation: Situation, tuning: Tuning) -> Decision:
    too_often = situation.refusals + 1 >= tuning.refusal_attempts
    if verdict.bad_key and tuning.cool_down_seconds != 0:
        return Decision(
            step=Step.GIVE_UP if too_often else Step.WAIT,
            wait=0.0 if too_often else _HELD_WAIT,
            holds=True,
        )
    cool_down = find_cool_down(verdict, situation, tuning)
    # A quota may last a month: that its jobs waited so long says nothing against them.
    at_end = situation.age + (0.0 if verdict.outcome is Outcome.QUOTA else cool_down)
    too_old = at_end > tuning.refusal_hours * HOUR
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
    is_plain = tuning.cool_down_seconds is None and not asked
    if verdict.outcome is Outcome.QUOTA and is_plain and situation.day_left:
        return max(situation.day_left, _SHORTEST_DAY)
    usual = choose_cool_down(verdict.outcome, situation.http_status, tuning)
    return max(asked, grow(usual, situation.refusals_in_a_row))


def grow(usual: _CoolDown, times: int) -> float:
    """Twice as long each time."""
    return min(usual.first * 2.0 ** min(times, MOST_DOUBLINGS), usual.longest)


def choose_cool_down(outcome: Outcome, http_status: int, tuning: Tuning) -> _CoolDown:
    is_denied = outcome is Outcome.BLOCKED and http_status in {401, 402, 403, 451}
    usual = _DENIED if is_denied else _COOL_DOWNS[outcome]
    first = usual.first if tuning.cool_down_seconds is None else tuning.cool_down_seconds
    if tuning.cool_down_max_seconds is not None:
        return _CoolDown(first, tuning.cool_down_max_seconds)
    longest = usual.longest if tuning.cool_down_seconds is None else 24 * first
    return _CoolDown(first, longest)
