"""A passkey as it lies in the database, made without a device."""

import secrets
from hashlib import sha256

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.auth.models import User
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)


def make_passkey(user: User, name: str, *, alone: bool = True) -> Authenticator:
    private = ec.generate_private_key(ec.SECP256R1())
    key = ES256.from_cryptography_key(private.public_key())  # type: ignore[no-untyped-call]
    identity = secrets.token_bytes(16)
    of_key = AttestedCredentialData.create(Aaguid.NONE, identity, key)
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    held = AuthenticatorData.create(sha256(b"localhost").digest(), flags, 0, of_key)
    asked = CollectedClientData.create(
        CollectedClientData.TYPE.CREATE, secrets.token_bytes(16), "http://localhost"
    )
    credential = {
        "id": websafe_encode(identity),
        "rawId": websafe_encode(identity),
        "type": "public-key",
        "clientExtensionResults": {"credProps": {"rk": alone}},
        "response": {
            "clientDataJSON": websafe_encode(asked),
            "attestationObject": websafe_encode(AttestationObject.create("none", held, {})),
        },
    }
    added: Authenticator = WebAuthn.add(user, name, credential).instance
    return added
