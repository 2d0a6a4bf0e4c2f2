"""Signing up and in by e-mail, and who may."""

from urllib.parse import quote

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import User
from django.core import mail
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from scraper_app.accounts import make_invitation

PASSWORD = "correct horse battery"

pytestmark = pytest.mark.django_db


def sign_up(client: Client, email: str = "new@example.org") -> HttpResponse:
    form = {"email": email, "password1": PASSWORD}
    return client.post("/account/signup/", form)  # type: ignore[return-value]


class TestSignUp:
    def test_needs_only_an_e_mail_and_a_password(self, client: Client) -> None:
        assert sign_up(client).status_code == 302
        assert User.objects.get().email == "new@example.org"

    def test_is_refused_when_closed(self, client: Client, settings: Settings) -> None:
        settings.SIGNUP = "closed"
        sign_up(client)
        assert not User.objects.exists()


class TestInvitation:
    @pytest.fixture(autouse=True)
    def by_invitation(self, settings: Settings) -> None:
        settings.SIGNUP = "invite"

    def test_lets_the_invited_sign_up(self, client: Client) -> None:
        link = f"/account/signup/?invitation={quote(make_invitation('new@example.org'))}"
        assert client.get(link).status_code == 200
        sign_up(client, "New@example.org")
        assert User.objects.count() == 1

    def test_lets_nobody_else_use_it(self, client: Client) -> None:
        client.get(f"/account/signup/?invitation={quote(make_invitation('new@example.org'))}")
        answer = sign_up(client, "other@example.org")
        assert "The invitation is for another e-mail address." in answer.content.decode()
        assert not User.objects.exists()

    def test_refuses_who_comes_without(self, client: Client) -> None:
        sign_up(client)
        client.get("/account/signup/?invitation=new@example.org:forged:one")
        sign_up(client)
        assert not User.objects.exists()

    def test_leaves_password_reset_alone(self, client: Client) -> None:
        User.objects.create_user("old", "old@example.org", PASSWORD)
        answer = client.post("/account/password/reset/", {"email": "old@example.org"})
        assert answer.status_code == 302


class TestOperators:
    def test_sign_in_by_e_mail(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
        call_command("createsuperuser", email="op@example.org", interactive=False, verbosity=0)
        assert EmailAddress.objects.get().verified
        client.post("/account/login/", {"login": "op@example.org", "password": PASSWORD})
        assert client.get("/admin/").status_code == 200

    def test_reach_the_admin_through_the_sign_in_with_limits(self, client: Client) -> None:
        answer = client.get("/admin/", follow=True)
        assert answer.redirect_chain[-1][0].startswith("/account/login/")


class TestRateLimit:
    def test_counts_failures_over_all_processes(self, client: Client) -> None:
        User.objects.create_user("old", "old@example.org", PASSWORD)
        for _ in range(20):
            answer = client.post(
                "/account/login/", {"login": "old@example.org", "password": "wrong"}
            )
        assert "Too many failed" in answer.content.decode() or answer.status_code == 429


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "asked for a new password"), ("de", "wahrscheinlich Sie, hat ein neues Passwort")],
)
def test_mails_are_in_our_words(client: Client, language: str, words: str) -> None:
    User.objects.create_user("ida", "ida@example.org", "a password of sorts")
    client.post(
        reverse("account_reset_password"),
        {"email": "ida@example.org"},
        headers={"accept-language": language},
    )
    body = str(mail.outbox[-1].body)
    assert words in body
    assert "/account/password/reset/key/" in body


class TestAddresses:
    @pytest.fixture
    def ida(self, client: Client) -> User:
        ida = User.objects.create_user("ida", "ida@example.org", PASSWORD)
        EmailAddress.objects.create(user=ida, email=ida.email, verified=True, primary=True)
        EmailAddress.objects.create(user=ida, email="second@example.org", verified=True)
        client.force_login(ida)
        return ida

    def press(self, client: Client, button: str) -> None:
        """As the row of the second address sends it."""
        page = client.get(reverse("account_email")).content.decode()
        assert f'name="{button}"' in page
        assert page.count('value="second@example.org"') == 1
        client.post(reverse("account_email"), {"email": "second@example.org", button: ""})

    def test_are_made_primary(self, client: Client, ida: User) -> None:
        self.press(client, "action_primary")
        ida.refresh_from_db()
        assert ida.email == "second@example.org"

    def test_are_removed(self, client: Client, ida: User) -> None:
        self.press(client, "action_remove")
        assert list(EmailAddress.objects.values_list("email", flat=True)) == [ida.email]

    def test_that_are_primary_offer_no_way_to_be_removed(self, client: Client, ida: User) -> None:
        EmailAddress.objects.filter(email="second@example.org").delete()
        page = client.get(reverse("account_email")).content.decode()
        assert ida.email in page
        assert 'name="action_remove"' not in page
