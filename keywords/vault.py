"""Credentials at rest: encrypted with a key derived from SECRET_KEY.

A new SECRET_KEY reads what an old one wrote while the old one stands in SECRET_KEY_FALLBACKS.
"""

import base64
import json
from collections.abc import Mapping
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"athanor credentials 1"


class Unreadable(Exception):
    """The credentials were written under another SECRET_KEY; they must be entered again."""


def seal(credentials: Mapping[str, str]) -> bytes:
    """Empty for none."""
    if not credentials:
        return b""
    return open_vault().encrypt(json.dumps(dict(credentials)).encode())


def unseal(sealed: bytes | memoryview) -> dict[str, str]:
    """Raises Unreadable."""
    if not sealed:
        return {}
    try:
        unsealed: dict[str, str] = json.loads(open_vault().decrypt(bytes(sealed)))
    except InvalidToken:
        raise Unreadable("The credentials were saved under another SECRET_KEY.") from None
    return unsealed


def open_vault() -> MultiFernet:
    return build_vault(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=4)
def build_vault(*secrets: str) -> MultiFernet:
    return MultiFernet([Fernet(derive_key(secret)) for secret in secrets])


def derive_key(secret: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
