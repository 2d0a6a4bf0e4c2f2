"""Where the next page of groups begins: behind the last row that was seen."""

import base64
import json

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
        raise QuestionMistake("This cursor is none of ours.") from None
    is_ours = isinstance(number, int) and -1 < number < 2**63 and isinstance(name, str)
    if not is_ours or "\x00" in name:
        raise QuestionMistake("This cursor is none of ours.")
    return number, name
