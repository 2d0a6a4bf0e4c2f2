"""Webhooks: what is posted, how it is signed, and where it may go.

A receiver checks the signature as HMAC-SHA256 of `timestamp.body` with the secret, and refuses old
timestamps, so that nobody can send it a message again.
"""

import hashlib
import hmac
import secrets
import time
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from jobs.outcomes import Done, Fail, Outcome
from jobs.registry import Context
from keywords.notifications.messages import Message
from serp.fetchers.addresses import is_permitted, numeric_addresses
from serp.fetchers.http import HttpFetcher
from serp.fetchers.limits import FetchLimits
from serp.types import Exchange, FetchProblem, Request

# Redirects are not followed: a webhook goes where its owner said.
LIMITS = FetchLimits(
    connect=5.0, read=8.0, total=15.0, wire_bytes=64 * 1024, decoded_bytes=64 * 1024, redirects=0
)
LOCAL_NAMES = ("localhost", ".localhost", ".local", ".internal")


def post(message: Message, context: Context) -> Outcome:
    timestamp = int(time.time())
    request = Request(
        url=message.target,
        method="POST",
        headers={
            "Content-Type": "application/json; charset=utf-8",
            "X-Athanor-Event": message.event,
            "X-Athanor-Delivery": message.key,
            "X-Athanor-Timestamp": str(timestamp),
            "X-Athanor-Signature": sign(message.secret, timestamp, message.body),
        },
        body=message.body,
    )
    context.started()
    exchange = build_fetcher(settings.WEBHOOKS_ALLOW_PRIVATE).fetch(request, check=context.check)
    return judge(exchange)


def sign(secret: str, timestamp: int, body: bytes) -> str:
    signed = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256)
    return f"sha256={signed.hexdigest()}"


def judge(exchange: Exchange) -> Outcome:
    facts = {"http_status": exchange.status, "seconds": round(exchange.seconds, 3)}
    if 200 <= exchange.status < 300:
        return Done(facts=facts)
    if exchange.status:
        return Fail(
            error="answered",
            message=_("The receiver answered with status %(n)d.") % {"n": exchange.status},
            facts=facts,
        )
    return Fail(
        error=str(exchange.problem or "network"),
        message=exchange.problem_detail,
        permanent=exchange.problem is FetchProblem.FORBIDDEN_ADDRESS,
        facts=facts,
    )


@lru_cache(maxsize=2)
def build_fetcher(allow_private: bool) -> HttpFetcher:
    return HttpFetcher(LIMITS, allow_private=allow_private, connections=4)


def make_secret() -> str:
    return f"whsec_{secrets.token_urlsafe(32)}"


def find_mistake(url: str) -> str:
    """Why nothing can be posted there, as far as is seen without resolving the name; "" for no reason.
    The address that is really connected to is checked again, with each delivery."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port or 0
    except ValueError:
        return _("That is no valid web address.")
    if parts.scheme not in {"http", "https"} or not host:
        return _("A webhook's address begins with https:// or http://.")
    if parts.username is not None:
        return _("The address must not hold a user name.")
    if settings.WEBHOOKS_ALLOW_PRIVATE:
        return ""
    numbers = numeric_addresses(host, port)
    is_private = any(not is_permitted(number.ip, allow_private=False) for number in numbers)
    if is_private or host == "localhost" or host.endswith(LOCAL_NAMES):
        return _("%(host)s is a private address, which is not allowed.") % {"host": host}
    return ""
