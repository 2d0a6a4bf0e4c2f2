"""From what somebody typed to terms, and to what could not be understood."""

import re
from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from keywords.filtering.fields import (
    AGES,
    CHOICES,
    FIELDS,
    NUMBERS,
    find_name,
    suggest_name,
    suggest_value,
)
from keywords.filtering.terms import (
    LOOKUPS,
    UNITS,
    AgeTerm,
    ChoiceTerm,
    NumberTerm,
    Problem,
    Term,
    TextTerm,
)
from keywords.filtering.tokens import Piece, cut_up
from serp.urls import registrable_domain

LONGEST_VALUE = 255
LARGEST = 2**63 - 1
NUMBER = re.compile(r"\d{1,3}(?:[,_]\d{3})+|\d{1,19}")
AGE = re.compile(r"(\d{1,4})\s*([mhdw])[a-z]*")


class NotUnderstood(Exception):
    """`instead` is a piece that may have been meant, "" for none."""

    def __init__(self, message: str, instead: str = "") -> None:
        super().__init__(message)
        self.instead = instead


def parse_terms(text: str) -> tuple[tuple[Term, ...], tuple[Problem, ...]]:
    """Terms of what was understood, problems for the rest."""
    pieces = cut_up(text)
    terms: list[Term] = []
    problems: list[Problem] = []
    for place, piece in enumerate(pieces):
        try:
            terms += read_piece(piece)
        except NotUnderstood as wrong:
            problems.append(Problem(piece.raw, str(wrong), mend(pieces, place, wrong.instead)))
    return tuple(terms), tuple(problems)


def mend(pieces: Sequence[Piece], place: int, instead: str) -> str:
    """The whole text with one piece changed, or "" where nothing is known to be better."""
    if not instead:
        return ""
    raws = [piece.raw for piece in pieces]
    return " ".join([*raws[:place], instead, *raws[place + 1 :]])


def read_piece(piece: Piece) -> list[Term]:
    """Raises NotUnderstood."""
    if not piece.name:
        return [TextTerm(piece.value[:LONGEST_VALUE], piece.is_negated)] if piece.value else []
    name = find_name(piece.name)
    if not name:
        raise unknown_field(piece)
    if not piece.value:
        raise NotUnderstood(_("“%(raw)s” has no value.") % {"raw": piece.raw})
    return [reader_of(name)(name, piece)]


def reader_of(name: str) -> Callable[[str, Piece], Term]:
    if name in NUMBERS:
        return read_number
    return read_age if name in AGES else read_choice


def unknown_field(piece: Piece) -> NotUnderstood:
    meant = suggest_name(piece.name)
    message = _("There is no field “%(name)s”. Fields are %(fields)s.") % {
        "name": piece.name,
        "fields": ", ".join(FIELDS),
    }
    value = piece.raw[piece.raw.lower().index(piece.name) + len(piece.name) :]
    minus = "-" if piece.is_negated else ""
    return NotUnderstood(message, f"{minus}{meant}{value}" if meant else "")


def read_number(name: str, piece: Piece) -> Term:
    sign = "=" if piece.sign == ":" else piece.sign
    is_negated = piece.is_negated != (sign == "!=")
    sign = "=" if sign == "!=" else sign
    if sign not in LOOKUPS or not NUMBER.fullmatch(piece.value):
        example = f"{name}>2"
        message = _("“%(raw)s” needs a number, as in %(example)s.")
        raise NotUnderstood(message % {"raw": piece.raw, "example": example}, example)
    number = int(re.sub("[,_]", "", piece.value))
    return NumberTerm(name, sign, min(number, LARGEST), is_negated)


def read_age(name: str, piece: Piece) -> Term:
    match = AGE.fullmatch(piece.value.lower())
    sign = "<" if piece.sign == ":" else piece.sign
    if not match or sign not in {">", ">=", "<", "<="} or piece.is_negated:
        example = f"{name}>7d"
        message = _("“%(raw)s” needs an age, as in %(example)s: m, h, d or w.")
        raise NotUnderstood(message % {"raw": piece.raw, "example": example}, example)
    assert match[2] in UNITS
    return AgeTerm(sign, int(match[1]), match[2], name)


def read_choice(name: str, piece: Piece) -> Term:
    if piece.sign not in {":", "=", "!="}:
        message = _("“%(raw)s” cannot be compared; write %(example)s.")
        example = f"{name}:{piece.value}"
        raise NotUnderstood(message % {"raw": piece.raw, "example": example}, example)
    values = tuple(clean_value(name, each) for each in piece.value.split(",") if each.strip())
    for value in values:
        check_value(name, value, piece)
    if not values:
        raise NotUnderstood(_("“%(raw)s” has no value.") % {"raw": piece.raw})
    return ChoiceTerm(name, values, piece.is_negated != (piece.sign == "!="))


def check_value(name: str, value: str, piece: Piece) -> None:
    if name == "id" and not re.fullmatch(r"[0-9]{1,18}", value):
        raise NotUnderstood(_("“%(raw)s” is no number of a keyword.") % {"raw": value[:50]})
    known = CHOICES[name].values
    if not known or value in known:
        return
    meant = suggest_value(name, value)
    message = _("There is no %(field)s “%(value)s”. There are %(known)s.") % {
        "field": CHOICES[name].label,
        "value": value,
        "known": ", ".join(known),
    }
    minus = "-" if piece.is_negated else ""
    raise NotUnderstood(message, f"{minus}{name}:{meant}" if meant else "")


def clean_value(name: str, value: str) -> str:
    value = value.strip()[:LONGEST_VALUE]
    if name in {"domain", "advertiser"}:
        host = value.lower().removeprefix("https://").removeprefix("http://").partition("/")[0]
        return registrable_domain(f"http://{host}") or host
    return value if name in {"tag", "language", "source"} else value.lower()
