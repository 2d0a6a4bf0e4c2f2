"""Bearer tokens of the API: shown once, kept as a hash.

A token is 256 bits of chance, so a plain SHA-256 is enough: nobody can try them all.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Q
from django.utils import timezone

from keywords.models import ApiToken

PREFIX = "ath_"
SHOWN = 12  # characters by which an owner knows it again
# A use is noted once in this time, so that reading costs no write.
NOTE_EVERY = timedelta(minutes=1)


def create_token(
    owner: AbstractBaseUser,
    *,
    scope: str = ApiToken.Scope.READ,
    name: str = "",
    expires_at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """The row and the secret, which cannot be had again."""
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        owner_id=owner.pk,
        name=name,
        prefix=secret[:SHOWN],
        sha256=hash_secret(secret),
        scope=ApiToken.Scope(scope),
        expires_at=expires_at,
    )
    return token, secret


def find_token(secret: str, *, used_from: str | None = None) -> ApiToken | None:
    """The token with its owner; None where it is unknown or out of date, or its owner locked out.
    `used_from` is the address of who shows it."""
    now = timezone.now()
    token = (
        ApiToken.objects.select_related("owner")
        .filter(Q(expires_at=None) | Q(expires_at__gt=now), owner__is_active=True)
        .filter(sha256=hash_secret(secret))
        .first()
    )
    if token is not None:
        note_use(token, now, used_from)
    return token


def note_use(token: ApiToken, now: datetime, used_from: str | None) -> None:
    if token.last_used_at is None or now - token.last_used_at > NOTE_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(
            last_used_at=now, last_used_from=used_from or token.last_used_from
        )


def hash_secret(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
