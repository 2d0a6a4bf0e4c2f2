"""Pages in the language and the time zone that an account chose."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

from keywords.account.records import preferences_of

Answer = Callable[[HttpRequest], HttpResponseBase]


def find_zone(name: str) -> ZoneInfo | None:
    """None for no choice, and for a zone that has gone from the system's list since it was chosen."""
    try:
        return ZoneInfo(name) if name else None
    except ZoneInfoNotFoundError:
        return None


def personal_middleware(answer: Answer) -> Answer:
    """After the one that knows who asks. Without a choice the language stays as the browser asks for it."""

    def answer_personally(request: HttpRequest) -> HttpResponseBase:
        preferences = preferences_of(request.user if request.user.is_authenticated else None)
        if preferences.language:
            translation.activate(preferences.language)
            request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(find_zone(preferences.time_zone)):
            return answer(request)

    return answer_personally
