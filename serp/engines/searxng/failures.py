"""The engines behind SearXNG that did not answer: an answer without results is then not "empty"."""

import re

from serp.engines.api import error_verdict
from serp.types import Exchange, Outcome, Verdict

# In this order: what passes soonest decides when it is worth asking again.
KINDS = (
    (Outcome.RATE_LIMITED, re.compile(r"too many requests|rate.?limit", re.IGNORECASE)),
    (Outcome.BLOCKED, re.compile(r"captcha|access denied|denied|forbidden|blocked", re.IGNORECASE)),
)
SENTENCES = {
    Outcome.RATE_LIMITED: "The engines behind this SearXNG say that it asks too often.",
    Outcome.BLOCKED: "The engines behind this SearXNG refuse to answer it.",
    Outcome.SERVER_ERROR: "The engines behind this SearXNG did not answer it.",
}


def judge_failures(failures: object, exchange: Exchange) -> Verdict | None:
    """`failures` is {engine: reason}, as both parsers write it down; None where none failed."""
    if not isinstance(failures, dict) or not failures:
        return None
    reasons = " / ".join(map(str, failures.values()))
    outcome = next(
        (outcome for outcome, pattern in KINDS if pattern.search(reasons)), Outcome.SERVER_ERROR
    )
    said = ", ".join(f"{engine}: {reason}" for engine, reason in failures.items())
    return error_verdict(outcome, "SearXNG", exchange, said, reason=SENTENCES[outcome])
