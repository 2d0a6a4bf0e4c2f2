"""What is said of a new password, while it is typed and on the form that comes back."""

import inspect
import re
import time
from typing import Any

import pytest
import zxcvbn.feedback
from django.contrib.auth.models import User
from django.test import Client
from django.utils import translation

from keywords.account.strength import WARNINGS, judge
from keywords.minute_counts import MinuteCounts
from keywords.views import password_strength
from tests.keywords.rows import make_user

URL = "/account/password-strength"
HARD = "correct horse battery staple"
NOBODY = User(email="anna.smith@example.org")


@pytest.fixture(autouse=True)
def _a_minute_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(password_strength, "counts", MinuteCounts(60))


def text(response: Any) -> str:
    return str(response.content.decode())


def told(password: str, user: User = NOBODY) -> tuple[str, str]:
    strength = judge(password, user)
    assert strength
    return str(strength.word), " ".join(map(str, strength.sentences))


class TestJudging:
    @pytest.mark.parametrize(
        ("password", "word", "sentence"),
        [
            ("short", "Not accepted", "This password is too short."),
            ("password123", "Not accepted", "This password is too common."),
            ("46372819465", "Not accepted", "This password is entirely numeric."),
            ("anna.smith@example", "Not accepted", "too similar to the email address"),
            ("abcdefghijkl", "Weak", "It counts, or goes by the alphabet."),
            ("zxcvbnm,./zxc", "Fair", "One more rare word"),
            ("xkcdxkcdxkcd", "Weak", "It repeats itself."),
            ("blue lantern", "Good", "Hard to guess."),
            (HARD, "Strong", "Very hard to guess."),
        ],
    )
    def test_says_why(self, password: str, word: str, sentence: str) -> None:
        found, sentences = told(password)
        assert found == word
        assert sentence in sentences

    def test_counts_what_a_guesser_knows_of_the_owner(self) -> None:
        owner = User(email="jkvqz.wpxfy@example.org")
        order = ["Not accepted", "Weak", "Fair", "Good", "Strong"]
        password = "wpxfy jkvqz"
        assert order.index(told(password, owner)[0]) < order.index(told(password)[0])

    def test_reads_no_more_than_it_needs(self) -> None:
        assert told("correct horse battery staple " * 400)[0] == "Strong"

    def test_knows_the_warnings_of_the_library(self) -> None:
        """An update that words them anew must not go unnoticed."""
        source = re.sub(r"' \\\n\s+'", "", inspect.getsource(zxcvbn.feedback))
        assert [each for each in WARNINGS if each not in source] == []

    def test_speaks_the_language_of_the_page(self) -> None:
        with translation.override("de"):
            assert told(HARD) == ("Stark", "Sehr schwer zu erraten.")


class TestAsking:
    def test_answers_everybody(self, client: Client) -> None:
        assert "Very hard to guess." in text(client.post(URL, {"password1": HARD}))
        assert "Very hard to guess." in text(client.post(URL, {"password": HARD}))
        assert text(client.post(URL, {"password1": ""})).strip() == ""

    def test_knows_the_address_that_is_being_typed(self, client: Client) -> None:
        form = {"password1": "anna.smith@example", "email": "anna.smith@example.org"}
        assert "too similar to the email address" in text(client.post(URL, form))

    @pytest.mark.django_db
    def test_knows_who_is_signed_in(self, client: Client) -> None:
        user = make_user("alice")
        User.objects.filter(pk=user.pk).update(email="anna.smith@example.org")
        client.force_login(user)
        answer = client.post(URL, {"password1": "anna.smith@example"})
        assert "too similar to the email address" in text(answer)

    def test_keeps_nothing(self, client: Client, caplog: pytest.LogCaptureFixture) -> None:
        """Nor asks the database: the test would fail."""
        caplog.set_level("DEBUG")
        response = client.post(URL, {"password1": HARD})
        assert HARD not in text(response)
        assert HARD not in caplog.text
        assert not response.cookies
        assert "no-store" in response["Cache-Control"]

    def test_has_a_limit(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(time, "time", lambda: 1_000_000_020.0)
        monkeypatch.setattr(password_strength, "counts", MinuteCounts(2))
        answers = [client.post(URL, {"password1": "x"}) for _ in range(3)]
        assert [each.status_code for each in answers] == [200, 200, 429]
        assert 0 < int(answers[2]["Retry-After"]) <= 60
        elsewhere = client.post(URL, {"password1": "x"}, REMOTE_ADDR="192.0.2.7")
        assert elsewhere.status_code == 200

    def test_needs_no_token_since_a_sign_in_may_just_have_renewed_it(self) -> None:
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(URL, {"password1": HARD}).status_code == 200
        assert strict.get(f"{URL}?password1={HARD}").status_code == 405


@pytest.mark.django_db
class TestForms:
    def test_say_nothing_before_anything_is_sent(self, client: Client) -> None:
        page = text(client.get("/account/signup/"))
        assert 'id="id_password1_strength"' in page
        assert "chip" not in page.partition("<main")[2]

    def test_come_back_with_it(self, client: Client) -> None:
        """Without scripts this is where one learns it."""
        form = {"email": "anna@example.org", "password1": "abcdefghijklm"}
        page = text(client.post("/account/signup/", form | {"email": "no address"}))
        assert "What you sent:" in page
        assert "It counts, or goes by the alphabet." in page
        assert "abcdefghijklm" not in page

    def test_say_a_refusal_once(self, client: Client) -> None:
        form = {"email": "anna@example.org", "password1": "short"}
        page = text(client.post("/account/signup/", form))
        assert page.count("This password is too short.") == 1

    def test_of_a_change_ask_too(self, client: Client) -> None:
        client.force_login(make_user("alice"))
        page = text(client.get("/account/password/change/"))
        assert page.count("hx-post") == 1
        form = {"oldpassword": "guessed", "password1": HARD, "password2": HARD}
        page = text(client.post("/account/password/change/", form))
        assert "Very hard to guess." in page
