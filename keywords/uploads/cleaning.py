"""The text of a keyword as it is searched, and as it is compared."""

import re
import unicodedata

# Invisible, and meaning nothing in a keyword: soft hyphen, zero-width space, word joiner, BOM,
# and the marks of writing direction.
INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# These two shape letters of Persian, of Indic scripts and emoji: they stay between such.
LONE_JOINER = re.compile("(?<![^\x00-\x7f])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\x7f])")
# Tab, line ends and their like are spaces, everything else below U+00A0 is a mistake.
CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
GUARDED = re.compile("'[=+@\t\r-]")
SURROGATE = re.compile("[\ud800-\udfff]")


def clean_text(text: str) -> str:
    """NFC, without zero-width characters, single spaces."""
    if text.isascii():
        return " ".join(text.split())
    visible = LONE_JOINER.sub("", INVISIBLE.sub("", text))
    return unicodedata.normalize("NFC", " ".join(visible.split()))


def take_off_guard(text: str) -> str:
    """Less the apostrophe by which spreadsheets and our own exports mark as text what would be a formula."""
    return text[1:] if GUARDED.match(text) else text


def compare_key(text: str) -> str:
    """Two keywords with one key are duplicates: engines do not tell them apart.

    Lower case, not casefold, which would take German "Maße" for "Masse".
    """
    return text.lower()


def find_forbidden(text: str) -> str:
    """Why the text can be no keyword whatever is cleaned; "" where it can."""
    if "\x00" in text:
        return "Holds a NUL byte."
    if match := CONTROL.search(text):
        return f"Holds the control character U+{ord(match[0]):04X}."
    if SURROGATE.search(text):
        return "Holds half of a character (a lone surrogate)."
    return ""


def make_showable(text: str) -> str:
    """For reports: NUL and other control characters become their pictures, so that Postgres takes
    the text and a reader sees them."""
    text = SURROGATE.sub("\ufffd", text)
    return CONTROL.sub(lambda match: picture(match[0]), text)


def picture(character: str) -> str:
    code = ord(character)
    return chr(0x2400 + code) if code < 0x20 else "\u2421" if code == 0x7F else "\ufffd"
