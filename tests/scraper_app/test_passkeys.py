"""What the server does with passkeys; a browser that uses them is in tests/acceptance/test_passkeys.py."""

import json
import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.test import Client

from tests.keywords.rows import make_user
from tests.scraper_app.passkey_rows import make_passkey

pytestmark = pytest.mark.django_db

PASSWORD = "a password of sorts"
GARBAGE = [
    "",
    "null",
    "[]",
    "7",
    '"words"',
    "{}",
    "{",
    '{"id": 1}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
    json.dumps(
        {
            "id": "AA",
            "rawId": "AA",
            "type": "public-key",
            "response": {
                "clientDataJSON": "e30",
                "attestationObject": "oA",
                "authenticatorData": "AA",
                "signature": "AA",
                "userHandle": "AA",
            },
        }
    ),
]


@pytest.fixture
def user() -> User:
    return make_user("alice")


@pytest.fixture
def alice(client: Client, user: User) -> Client:
    """Signed in, and has shown just now that it is she."""
    client.force_login(user)
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def options_of(page: str) -> dict[str, Any]:
    found = re.search(r'<script id="passkey-options" type="application/json">(.+?)</script>', page)
    assert found
    options: dict[str, Any] = next(iter(json.loads(found[1]).values()))["publicKey"]
    return options


class TestAdding:
    URL = "/account/2fa/webauthn/add/"

    def test_asks_first_whether_it_is_you(self, client: Client, user: User) -> None:
        client.force_login(user)
        assert client.get(self.URL)["Location"].startswith("/account/reauthenticate/")
        assert client.post(self.URL, {"credential": "{}"}).status_code == 302

    def test_names_the_site_and_the_account(self, alice: Client, user: User) -> None:
        options = options_of(text(alice.get(self.URL, headers={"host": "localhost:8000"})))
        assert options["rp"] == {"id": "localhost", "name": "Athanor"}
        assert options["user"]["name"] == user.email

    def test_leaves_out_devices_that_have_one(self, alice: Client, user: User) -> None:
        passkey = make_passkey(user, "My phone")
        make_passkey(make_user("bob"), "Not hers")
        (known,) = options_of(text(alice.get(self.URL)))["excludeCredentials"]
        assert known["id"] == passkey.data["credential"]["id"]

    @pytest.mark.parametrize("garbage", GARBAGE)
    def test_refuses_what_is_no_passkey(self, alice: Client, garbage: str) -> None:
        alice.get(self.URL)
        response = alice.post(self.URL, {"name": "x", "passwordless": "on", "credential": garbage})
        assert response.status_code == 200
        assert 'role="alert"' in text(response)
        assert not Authenticator.objects.exists()


class TestSigningIn:
    URL = "/account/2fa/webauthn/login/"

    @pytest.mark.parametrize("garbage", GARBAGE)
    def test_refuses_what_is_no_passkey(self, client: Client, garbage: str) -> None:
        asked = client.get(self.URL, headers={"accept": "application/json"}).json()
        assert asked["request_options"]["publicKey"]["userVerification"] == "required"
        response = client.post(self.URL, {"credential": garbage}, follow=True)
        assert response.status_code == 200
        assert client.get("/search").status_code == 302

    @pytest.mark.parametrize("garbage", GARBAGE)
    def test_has_a_second_step_that_garbage_does_not_pass(
        self, client: Client, user: User, garbage: str
    ) -> None:
        make_passkey(user, "My phone", alone=False)
        client.post("/account/login/", {"login": user.email, "password": PASSWORD})
        assert client.get("/search").status_code == 302
        page = text(client.get("/account/2fa/authenticate/"))
        assert len(options_of(page)["allowCredentials"]) == 1
        response = client.post("/account/2fa/authenticate/", {"credential": garbage})
        assert 'role="alert"' in text(response)
        assert client.get("/search").status_code == 302


class TestStrangers:
    @pytest.mark.parametrize("act", ["edit", "remove"])
    def test_find_no_passkey_of_somebody_else(
        self, client: Client, alice: Client, act: str
    ) -> None:
        passkey = make_passkey(make_user("bob"), "Bob's phone")
        url = f"/account/2fa/webauthn/keys/{passkey.pk}/{act}/"
        assert alice.get(url).status_code == 404
        assert alice.post(url, {"name": "Hers"}).status_code == 404
        assert Client().post(url, {"name": "Nobody's"}).status_code == 302
        passkey.refresh_from_db()
        assert str(passkey) == "Bob's phone"
        assert "Bob's phone" not in text(alice.get("/account/2fa/webauthn/"))
