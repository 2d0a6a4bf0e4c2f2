"""How hard a password is to guess, in words. Nothing of it is kept or logged.

First what refuses it (AUTH_PASSWORD_VALIDATORS), then how soon somebody who knows how people choose would find it.
"""

import re
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Beyond it the estimate takes long and says nothing more.
READ_AT_MOST = 72
NAMED_AFTER = "athanor"

# What zxcvbn warns of -> our words. Those that are not here are left out.
WARNINGS = {
    "Straight rows of keys are easy to guess.": _("It is a row of keys."),
    "Short keyboard patterns are easy to guess.": _("It is a pattern of keys."),
    'Repeats like "aaa" are easy to guess.': _("It repeats itself."),
    'Repeats like "abcabcabc" are only slightly harder to guess than "abc".': _(
        "It repeats itself."
    ),
    'Sequences like "abc" or "6543" are easy to guess.': _("It counts, or goes by the alphabet."),
    "Recent years are easy to guess.": _("A year is soon guessed."),
    "Dates are often easy to guess.": _("A date is soon guessed."),
    "This is a top-10 common password.": _("It is among the first that anybody tries."),
    "This is a top-100 common password.": _("It is among the first that anybody tries."),
    "This is a very common password.": _("Many people have it."),
    "This is similar to a commonly used password.": _("Many people have one like it."),
    "A word by itself is easy to guess.": _("A word alone is soon guessed."),
    "Names and surnames by themselves are easy to guess.": _("A name alone is soon guessed."),
    "Common names and surnames are easy to guess.": _("Names are soon guessed."),
}


@dataclass(frozen=True)
class Strength:
    """`kind` and `icon` are those of a chip."""

    word: str | Promise
    kind: str
    icon: str
    sentences: tuple[str | Promise, ...]


MORE = _("One more rare word helps more than odd letters do.")


def judge(password: str, user: User) -> Strength | None:
    """None for no password at all. Who guesses is thought to know the owner's address."""
    if not password:
        return None
    try:
        validate_password(password, user)
    except ValidationError as refusal:
        return Strength(_("Not accepted"), "bad", "x", tuple(refusal.messages))
    return estimate(password, [user.email, *re.split(r"[\W_]+", user.email), NAMED_AFTER])


def estimate(password: str, known: list[str]) -> Strength:
    # Its word lists take 15 MB, which only processes pay for that show this.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    found = zxcvbn(password[:READ_AT_MOST], user_inputs=[each for each in known if each])
    warning = WARNINGS.get(found["feedback"]["warning"])
    reasons = (warning, MORE) if warning else (MORE,)
    grades = (
        Strength(_("Weak"), "warning", "triangle-alert", reasons),
        Strength(_("Weak"), "warning", "triangle-alert", reasons),
        Strength(_("Fair"), "warning", "minus", reasons),
        Strength(_("Good"), "good", "check", (_("Hard to guess."),)),
        Strength(_("Strong"), "good", "check", (_("Very hard to guess."),)),
    )
    return grades[found["score"]]
