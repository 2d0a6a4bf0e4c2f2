"""When a session was last used, and from where: what its owner's list of sessions shows.

A write with every request would cost more than many a page. A process writes a session down once in five minutes,
and remembers in its own memory that it did.
"""

import time
from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

EVERY = 300.0
REMEMBERED_AT_MOST = 10_000

Answer = Callable[[HttpRequest], HttpResponseBase]

# Session -> when this process wrote it down. Two threads at once write it twice, which does no harm.
noted: dict[str, float] = {}


def note_sign_in(request: HttpRequest, **_signal: object) -> None:
    """It is seen as it begins: the next pages need not write it down."""
    if request.session.session_key:
        remember(request.session.session_key)


def remember(key: str) -> None:
    if len(noted) >= REMEMBERED_AT_MOST:
        noted.clear()
    noted[key] = time.monotonic()


def is_due(key: str) -> bool:
    return time.monotonic() - noted.get(key, -EVERY) >= EVERY


def last_seen_middleware(answer: Answer) -> Answer:
    """After the one that knows who asks."""

    def answer_and_note(request: HttpRequest) -> HttpResponseBase:
        key = request.session.session_key
        if key and request.user.is_authenticated and is_due(key):
            remember(key)
            UserSession.objects.filter(session_key=key).update(
                last_seen_at=timezone.now(), ip=get_adapter().get_client_ip(request)
            )
        return answer(request)

    return answer_and_note
