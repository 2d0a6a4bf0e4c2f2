"""Statuses and outcomes as people see them: a word, an icon and a tone each, and what it means."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keywords.statuses import UNFINISHED, Status
from serp.types import Outcome

Words = str | Promise


@dataclass(frozen=True)
class Chip:
    """`tone` is a class of the style sheet."""

    word: Words
    icon: str
    tone: str


@dataclass(frozen=True)
class Meaning:
    """`what` it means and what to do `next`."""

    chip: Chip
    what: Words
    next: Words = ""


STATUS_CHIPS: dict[str, Chip] = {
    Status.WAITING: Chip(_("Waiting"), "clock", "waiting"),
    Status.RUNNING: Chip(_("Running"), "loader-circle", "running"),
    Status.RETRYING: Chip(_("Retrying"), "rotate-cw", "warning"),
    Status.DONE: Chip(_("Done"), "check", "good"),
    Status.FAILED: Chip(_("Failed"), "triangle-alert", "bad"),
    Status.CANCELLED: Chip(_("Cancelled"), "ban", "stopped"),
}

OUTCOMES: dict[str, Meaning] = {
    Outcome.OK: Meaning(Chip(_("OK"), "check", "good"), _("The page was fetched and read.")),
    Outcome.EMPTY: Meaning(
        Chip(_("Empty"), "circle-slash", "empty"),
        _("The engine itself says that it found nothing. That is a result, not a failure."),
    ),
    Outcome.DEGRADED: Meaning(
        Chip(_("Doubtful"), "circle-question-mark", "warning"),
        _("The engine answered with results that have little to do with the keyword."),
        _("The numbers are kept apart from good ones. Run it again later."),
    ),
    Outcome.BLOCKED: Meaning(
        Chip(_("Blocked"), "shield-x", "bad"),
        _("The engine refused to answer and asked for proof of a human."),
        _("We respect that. Run it again when the source has rested."),
    ),
    Outcome.RATE_LIMITED: Meaning(
        Chip(_("Rate limited"), "gauge", "bad"),
        _("The engine said that it was asked too often."),
        _("Run it again later, or ask the operator for a slower pace."),
    ),
    Outcome.JS_REQUIRED: Meaning(
        Chip(_("Needs scripts"), "braces", "bad"),
        _("The engine sent a page that shows nothing without running its scripts."),
        _("Choose another source for this keyword."),
    ),
    Outcome.CONSENT: Meaning(
        Chip(_("Consent wall"), "cookie", "bad"),
        _("The engine asked for consent to cookies instead of answering."),
        _("The operator can opt in for this source."),
    ),
    Outcome.LAYOUT_CHANGED: Meaning(
        Chip(_("Not understood"), "layout-template", "bad"),
        _("A page came that we cannot read for certain, so no number was taken from it."),
        _(
            "The page is kept; when the parser has been mended it can be read again without fetching."
        ),
    ),
    Outcome.NETWORK: Meaning(
        Chip(_("Network error"), "unplug", "bad"),
        _("No complete answer came over the network."),
        _("Run it again; if it stays, the operator should look at the source."),
    ),
    Outcome.SERVER_ERROR: Meaning(
        Chip(_("Server error"), "server-crash", "bad"),
        _("The engine answered that it had a problem of its own."),
        _("Run it again later."),
    ),
    Outcome.QUOTA: Meaning(
        Chip(_("Key or quota"), "wallet", "bad"),
        _("The source does not accept its key, or what the key may ask is used up."),
        _("The operator has to change or renew it; keywords wait until then."),
    ),
    Outcome.BAD_REQUEST: Meaning(
        Chip(_("Cannot be asked"), "circle-x", "bad"),
        _("The engine cannot be asked this keyword in this way."),
        _("Change the keyword or its options."),
    ),
    Outcome.CANCELLED: Meaning(
        Chip(_("Cancelled"), "ban", "stopped"),
        _("It was stopped before an answer came."),
        _("Run it again whenever you like."),
    ),
}
FAILED = Meaning(
    STATUS_CHIPS[Status.FAILED], _("The attempt did not come to an end."), _("Run it again.")
)


def choose_chip(status: str, outcome: str) -> Chip:
    """What has finished shows its outcome; what has not, its status."""
    if status in UNFINISHED:
        return STATUS_CHIPS[status]
    return OUTCOMES[outcome].chip if outcome in OUTCOMES else STATUS_CHIPS[status]


def explain(outcome: str) -> Meaning:
    return OUTCOMES.get(outcome, FAILED)
