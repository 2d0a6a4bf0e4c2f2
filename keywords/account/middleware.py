"""Pages in the language and the time zone that an account chose."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone, translation

from keywords.account.records import preferences_of

Answer = Callable[[HttpRequest], HttpResponseBase]


def personal_middleware(answer: Answer) -> Answer:
    """After the one that knows who asks. Without a choice the language stays as the browser asks for it."""

    def answer_personally(request: HttpRequest) -> HttpResponseBase:
        preferences = preferences_of(request.user if request.user.is_authenticated else None)
        if preferences.language:
            translation.activate(preferences.language)
            request.LANGUAGE_CODE = translation.get_language()
        zone = ZoneInfo(preferences.time_zone) if preferences.time_zone else None
        with timezone.override(zone):
            return answer(request)

    return answer_personally
