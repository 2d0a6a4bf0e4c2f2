"""Dates as pages of results show them: found, not computed with."""

import re

_WORD = r"[^\W\d_]{2,12}"
_YEAR = r"(?:19|20)\d\d"
_WRITTEN = (
    rf"\d{{1,2}}\.?\s(?:de\s)?{_WORD}\.?,?\s(?:de\s)?{_YEAR}"  # 3 May 2026, 3. Mai 2026, 3 de mayo de 2026
    rf"|{_WORD}\.?\s\d{{1,2}},?\s{_YEAR}"  # May 3, 2026
    rf"|{_YEAR}\s?\u5e74\s?\d{{1,2}}\s?\u6708\s?\d{{1,2}}\s?\u65e5"
    rf"|\d{{1,2}}[./]\d{{1,2}}[./]{_YEAR}|{_YEAR}[-./]\d\d[-./]\d\d"
)
_UNITS = (
    r"sec(?:ond)?s?|min(?:ute)?s?|hours?|hrs?|h|days?|d|weeks?|w|months?|mos?|years?|yrs?|y"
    r"|sekunden?|minuten?|stunden?|std\.?|tage?n?|wochen?|monate?n?|jahre?n?"
    r"|heures?|jours?|semaines?|mois|ans?|horas?|d\u00edas?|dias?|semanas?|mes(?:es)?|a\u00f1os?|anos?|m\u00eas|minutos?"
    r"|or[ae]|giorn[oi]|settiman[ae]|mes[ei]|ann[oi]|minut[oi]|uur|dag(?:en)?|weken|maand(?:en)?|jaar"
)
_RELATIVE = (
    rf"\d{{1,3}}\s?(?:{_UNITS})\s(?:ago|fa|geleden|atr\u00e1s)"
    rf"|(?:vor|il y a|hace|h\u00e1)\s\d{{1,3}}\s(?:{_UNITS})"
    r"|\d{1,3}\s\w{1,9}\.?\s\u043d\u0430\u0437\u0430\u0434|\d{1,3}\s?(?:\u5206|\u6642\u9593|\u65e5|\u9031\u9593|\u304b\u6708|\u5e74|\u5c0f\u65f6|\u5929|\u5468|\u4e2a\u6708|\u5206\u949f)\s?\u524d"
    r"|yesterday|gestern|hier|ayer|ontem|ieri|\u0432\u0447\u0435\u0440\u0430"
)
_DATE = rf"(?:{_WRITTEN}|{_RELATIVE})"
_LEADING = re.compile(
    rf"\s*({_DATE})\s*(?:\u2014|\u2013|\u00b7|\u2022|\||\.{{3}}|\u2026|:|-\s|$)", re.IGNORECASE
)
_ANYWHERE = re.compile(rf"(?<!\w)({_DATE})(?!\w)", re.IGNORECASE)
LONGEST_LOOK = 300


def read_leading_date(snippet: str) -> str:
    """The date before the dash of "3 May 2026 \u2014 All about kettles", "" where there is none."""
    match = _LEADING.match(snippet[:60])
    return match[1] if match else ""


def find_date(text: str) -> str:
    """The first date in what stands around a title; "" without any."""
    match = _ANYWHERE.search(text[:LONGEST_LOOK])
    return match[1] if match else ""
