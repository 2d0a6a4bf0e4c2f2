"""Text as people read it: whitespace folded, numbers in all the ways engines write them."""

import re
import unicodedata

# Soft hyphens, zero-width marks and direction marks: engines sprinkle them over URLs and titles.
_INVISIBLE = dict.fromkeys(
    map(
        ord,
        "\u00ad\u200b\u200c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff",
    )
)

_GROUP_SEPARATORS = ".,'\u2019\u02bc\u066b\u066c\u060c\u00a0\u202f\u2009 "
_NUMBER = re.compile(
    rf"\d{{1,3}}(?:[{_GROUP_SEPARATORS}]\d{{2,3}}){{0,6}}[{_GROUP_SEPARATORS}]\d{{3}}(?!\d)"
    r"|\d{1,18}(?:[.,]\d{1,2}(?!\d))?"
)
_SECONDS = re.compile(
    r"[(\uff08][^()\uff08\uff09]{0,60}[)\uff09]"  # (0.24 seconds), also in full-width parentheses
    r"|\b\d{1,4}[.,]\d{1,3}\s*(?:s\b|sec|\u0441\u0435\u043a|\u79d2)\w{0,12}",  # in 0.37s
    re.IGNORECASE,
)
_MULTIPLIERS = (
    (re.compile(r"\s*(?:mill?i|mln|\u043c\u043b\u043d|\u043c\u0456\u043b)", re.IGNORECASE), 10**6),
    (re.compile(r"\s*(?:billi|mrd|milliard|\u043c\u043b\u0440\u0434)", re.IGNORECASE), 10**9),
    (
        re.compile(r"\s*(?:thousand|tsd|\u0442\u044b\u0441|\u0442\u0438\u0441)", re.IGNORECASE),
        10**3,
    ),
    (re.compile(r"\s*(?:\u4e07|\u842c)"), 10**4),
    (re.compile(r"\s*(?:\u4ebf|\u5104)"), 10**8),
    (re.compile(r"K\b"), 10**3),
    (re.compile(r"M\b"), 10**6),
    (re.compile(r"B\b"), 10**9),
)
_LONGEST_STATS = 300


def clean_text(text: str) -> str:
    """One line without invisible marks and doubled spaces."""
    return " ".join(text.translate(_INVISIBLE).split())


def fold_text(text: str) -> str:
    """For comparing only: compatibility forms folded, case gone, one line."""
    return clean_text(unicodedata.normalize("NFKC", text)).casefold()


def read_total_results(stats: str) -> int | None:
    """How many results a sentence like "Page 2 of about 1,060,000 results (0.24 s)" speaks of.

    None where it names no number, which is not the same as "About 0 results". Where it names
    several (a page, a range) the total is the largest.
    """
    sentence = _SECONDS.sub(" ", stats[:_LONGEST_STATS])
    numbers = [_read_number(match, sentence) for match in _NUMBER.finditer(sentence)]
    return max(numbers, default=None)


def _read_number(match: re.Match[str], sentence: str) -> int:
    written = match.group()
    factor = _read_multiplier(sentence[match.end() : match.end() + 12])
    decimal = re.fullmatch(r"(\d+)[.,](\d{1,2})", written)
    if decimal:
        return int(float(f"{decimal[1]}.{decimal[2]}") * factor)
    return int(re.sub(r"\D", "", written)) * factor


def _read_multiplier(following: str) -> int:
    for word, factor in _MULTIPLIERS:
        if word.match(following):
            return factor
    return 1
