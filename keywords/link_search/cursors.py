"""Where the next page of groups begins: behind the last row that was seen."""

import base64
import json

from django.utils.translation import gettext as _

from keywords.link_search.question import QuestionMistake

Key = tuple[int, str]


def write_cursor(key: Key) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def read_cursor(text: str) -> Key | None:
    """None for none. Raises QuestionMistake."""
    if not text:
        return None
    try:
        number, name = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, TypeError):
        raise QuestionMistake(_("This cursor is none of ours.")) from None
    is_ours = isinstance(number, int) and -1 < number < 2**63 and isinstance(name, str)
    if not is_ours or "\x00" in name:
        raise QuestionMistake(_("This cursor is none of ours."))
    return number, name


def write_place(place: tuple[float, str]) -> str:
    """Of a row by a number that need not be whole."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def read_place(text: str) -> tuple[float, str] | None:
    """None for none. Raises QuestionMistake."""
    if not text:
        return None
    try:
        number, name = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        place = float(number), str(name)
    except (ValueError, TypeError, OverflowError):
        raise QuestionMistake(_("This cursor is none of ours.")) from None
    if not 0 <= place[0] < 2**63 or "\x00" in place[1]:
        raise QuestionMistake(_("This cursor is none of ours."))
    return place
