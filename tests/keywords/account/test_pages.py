"""The pages of an account: preferences, tokens, sessions, a copy of everything, and leaving."""

import json
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from jobs.models import Job
from jobs.schedules import Schedule
from jobs.states import UNFINISHED
from keywords.account import last_seen
from keywords.account.copying import STEP
from keywords.account.records import Preferences
from keywords.exports.records import ExportFile
from keywords.models import ApiToken, Keyword, KeywordList, SavedPage, Search
from keywords.schedules import build_schedule, save_schedule
from keywords.templatetags.devices import device
from keywords.tokens import create_token
from tests.keywords.results import LINKS, REFUSED, finish
from tests.keywords.rows import make_list, make_user
from tests.keywords.work import work_off
from tests.scraper_app.passkey_rows import make_passkey

pytestmark = pytest.mark.django_db

PASSWORD = "a password of sorts"
LIKINGS = {
    "theme": "dark",
    "density": "compact",
    "language": "de",
    "time_zone": "Asia/Tokyo",
}


@pytest.fixture
def user() -> User:
    return make_user("alice")


@pytest.fixture
def alice(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def work_to_the_end(queue: str) -> None:
    while Job.objects.filter(queue__name=queue, state__in=UNFINISHED).exists():
        work_off(queue)


def text(response: Any) -> str:
    return str(response.content.decode())


class TestPreferences:
    def test_are_as_the_browser_has_it_at_first(self, alice: Client) -> None:
        head = text(alice.get("/")).partition("<body>")[0]
        assert '<html lang="en">' in head

    def test_are_kept_for_every_browser(self, alice: Client, user: User) -> None:
        response = alice.post("/account/preferences", LIKINGS)
        assert response.status_code == 303
        elsewhere = Client()
        elsewhere.force_login(user)
        head = text(elsewhere.get("/")).partition("<body>")[0]
        expected = '<html lang="de" data-theme="dark" data-density="compact" data-keys="off">'
        assert expected in head

    def test_give_times_in_the_chosen_zone(self, alice: Client, user: User) -> None:
        finish(make_list("red shoes", owner=user).keywords.get())
        fetched = timezone.now().replace(hour=23, minute=30, second=0)
        Search.objects.update(fetched_at=fetched)
        keyword = Keyword.objects.get()
        assert "23:30:00 UTC" in text(alice.get(f"/keywords/{keyword.pk}"))
        alice.post("/account/preferences", {**LIKINGS, "language": "en"})
        assert "08:30:00 JST" in text(alice.get(f"/keywords/{keyword.pk}"))
        assert timezone.get_current_timezone_name() == "UTC"

    def test_of_a_zone_that_is_no_more_are_passed_over(self, alice: Client, user: User) -> None:
        Preferences.objects.create(owner=user, time_zone="Mars/Olympus")
        assert alice.get("/").status_code == 200

    def test_cost_no_query_of_their_own(
        self, alice: Client, user: User, django_assert_num_queries: Any
    ) -> None:
        Preferences.objects.create(owner=user, language="de")
        with django_assert_num_queries(2):  # the session, and its user with the preferences
            alice.get("/lists/sample.csv")

    @pytest.mark.parametrize(
        "wrong", [{"theme": "pink"}, {"time_zone": "Moon/Crater"}, {"language": "tlh"}]
    )
    def test_are_some_that_there_are(self, alice: Client, wrong: dict[str, str]) -> None:
        assert alice.post("/account/preferences", {**LIKINGS, **wrong}).status_code == 200
        assert not Preferences.objects.exists()

    def test_take_the_theme_from_the_switch(self, alice: Client, user: User) -> None:
        alice.post("/theme", {"theme": "dark"})
        assert Preferences.objects.get(owner=user).theme == "dark"


class TestTokens:
    def test_show_their_secret_once(self, alice: Client) -> None:
        form = {"name": "reports", "scope": "write", "days": "30"}
        assert alice.post("/account/tokens", form).status_code == 303
        token = ApiToken.objects.get()
        page = text(alice.get("/account/tokens"))
        secret = page.partition('id="secret">')[2].partition("<")[0]
        assert secret.startswith("ath_")
        assert secret not in text(alice.get("/account/tokens"))
        assert token.scope == "write"
        assert token.expires_at is not None
        assert (token.expires_at - timezone.now()).days in {29, 30}
        answer = Client().get(
            "/api/v1/lists", headers={"authorization": f"Bearer {secret}"}, REMOTE_ADDR="192.0.2.7"
        )
        assert answer.status_code == 200
        assert "192.0.2.7" in text(alice.get("/account/tokens"))

    def test_do_not_leave_their_secret_in_the_session(self, alice: Client) -> None:
        alice.post("/account/tokens", {"name": "reports", "scope": "read", "days": "0"})
        assert "ath_" not in str(dict(alice.session))

    def test_open_nothing_when_revoked(self, alice: Client, user: User) -> None:
        token, secret = create_token(user)
        alice.post(f"/account/tokens/{token.pk}/revoke")
        answer = Client().get("/api/v1/lists", headers={"authorization": f"Bearer {secret}"})
        assert answer.status_code == 401

    def test_need_a_name(self, alice: Client) -> None:
        assert "This field is required" in text(alice.post("/account/tokens", {"scope": "read"}))
        assert not ApiToken.objects.exists()


class TestSessions:
    def sign_in(self, user: User, browser: str) -> Client:
        client = Client(headers={"user-agent": browser})
        client.post("/account/login/", {"login": user.email, "password": PASSWORD})
        return client

    def test_are_listed_and_ended(self, user: User) -> None:
        here, there = self.sign_in(user, "Here/1"), self.sign_in(user, "There/1")
        page = text(here.get("/account/sessions/"))
        assert "Here/1" in page
        assert "There/1" in page
        here.post("/account/sessions/")
        assert there.get("/search").status_code == 302
        assert here.get("/search").status_code == 200

    def test_are_ended_one_by_one(self, user: User) -> None:
        here, there, third = (self.sign_in(user, f"Browser/{number}") for number in range(3))
        session = UserSession.objects.get(user_agent="Browser/1")
        response = here.post(f"/account/sessions/{session.pk}/end", follow=True)
        assert "Browser/1 is signed out." in text(response)
        assert there.get("/search").status_code == 302
        assert [each.get("/search").status_code for each in (here, third)] == [200, 200]
        assert here.post(f"/account/sessions/{session.pk}/end").status_code == 404

    def test_of_this_browser_is_ended_too(self, user: User) -> None:
        here, there = self.sign_in(user, "Here/1"), self.sign_in(user, "There/1")
        page = text(here.get("/account/sessions/"))
        assert page.count("This one") == 1
        session = UserSession.objects.get(user_agent="Here/1")
        response = here.post(f"/account/sessions/{session.pk}/end", follow=True)
        assert "You are signed out." in text(response)
        assert here.get("/search").status_code == 302
        assert there.get("/search").status_code == 200

    def test_tell_when_and_where_they_were_last_seen(
        self, user: User, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
    ) -> None:
        here = self.sign_in(user, "Here/1")
        first = UserSession.objects.get()
        with django_assert_num_queries(2):  # written down as it began
            here.get("/lists/sample.csv", REMOTE_ADDR="192.0.2.7")
        monkeypatch.setattr(last_seen, "EVERY", -1.0)
        with django_assert_num_queries(3):
            here.get("/lists/sample.csv", REMOTE_ADDR="192.0.2.7")
        seen = UserSession.objects.get()
        assert seen.last_seen_at > first.last_seen_at
        assert (seen.ip, seen.created_at) == ("192.0.2.7", first.created_at)

    def test_nobody_is_seen_who_is_not_signed_in(self, client: Client) -> None:
        before = dict(last_seen.noted)
        client.get("/account/login/")
        assert last_seen.noted == before

    @pytest.mark.parametrize(
        ("user_agent", "words"),
        [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
                "Firefox on Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
                "Chrome on Android",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15",
                "Safari on macOS",
            ),
            ("a program/1", "a program/1"),
            ("", "Unknown"),
        ],
    )
    def test_name_the_browser_in_words(self, user_agent: str, words: str) -> None:
        assert device(user_agent) == words


class TestCopy:
    def test_holds_everything_and_is_written_by_a_job(self, alice: Client, user: User) -> None:
        keyword_list = make_list("red shoes", "blue shoes", owner=user, name="Mine")
        make_list("a secret", owner=make_user("bob"), name="Not mine")
        good, bad = keyword_list.keywords.order_by("pk")
        finish(good)
        finish(bad, fields=REFUSED)
        create_token(user, name="reports")
        make_passkey(user, "My phone")
        make_passkey(make_user("bob"), "a secret")
        UserSession.objects.create(user=user, ip="192.0.2.7", session_key="s", user_agent="Here/1")
        assert alice.post("/account/data/copy").status_code == 303
        alice.post("/account/data/copy")
        export = ExportFile.objects.get()  # one, however often it was asked for
        work_to_the_end("exports")
        answer = alice.get(f"/exports/{export.pk}/download")
        lines = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
        rows = [json.loads(line) for line in lines.splitlines()]
        kinds = [row["kind"] for row in rows]
        assert kinds == ["account", "token", "passkey", "session", "list", "keyword", "keyword"]
        assert rows[0]["email"] == user.email
        assert (rows[2]["name"], rows[3]["ip"]) == ("My phone", "192.0.2.7")
        keywords = rows[5:]
        assert [row["text"] for row in keywords] == ["red shoes", "blue shoes"]
        assert [row["runs"][0]["outcome"] for row in keywords] == ["ok", "blocked"]
        assert len(keywords[0]["runs"][0]["links"]) == len(LINKS)
        assert "a secret" not in lines

    def test_goes_on_where_a_step_ended(self, alice: Client, user: User) -> None:
        texts = [f"keyword {number}" for number in range(STEP + 3)]
        make_list(*texts, owner=user)
        alice.post("/account/data/copy")
        work_to_the_end("exports")
        export = ExportFile.objects.get()
        assert export.parts.count() == 2
        assert export.keywords_done == STEP + 3
        assert export.is_ready


class TestLeaving:
    def leave(self, client: Client, user: User, **changed: str) -> Any:
        form = {"email": user.email, "password": PASSWORD, **changed}
        return client.post("/account/data/leave", form)

    def test_takes_everything_along(self, alice: Client, user: User) -> None:
        theirs = make_list("hers", owner=make_user("bob"))
        mine = make_list("mine", "waiting", owner=user)
        finish(mine.keywords.order_by("pk")[0], b"<p>a page")
        _token, secret = create_token(user)
        values = {"cron": "0 8 * * *", "time_zone": "UTC", "missed": Schedule.Missed.ONCE}
        save_schedule(build_schedule(mine, **values), by=user)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        other_browser = Client()
        other_browser.force_login(user)
        response = self.leave(alice, user)
        assert (response.status_code, response["Location"]) == (303, "/")
        for client in (alice, other_browser):
            assert client.get("/search").status_code == 302
        answer = Client().get("/api/v1/lists", headers={"authorization": f"Bearer {secret}"})
        assert answer.status_code == 401
        assert not Schedule.objects.exists()
        work_to_the_end("tasks")
        assert [each.pk for each in KeywordList.objects.all()] == [theirs.pk]
        assert not User.objects.filter(pk=user.pk).exists()
        assert not SavedPage.objects.exists()
        assert not UserSession.objects.exists()

    def test_frees_the_address(self, alice: Client, user: User) -> None:
        email = user.email
        self.leave(alice, user)
        Client().post("/account/signup/", {"email": email, "password1": "correct horse battery"})
        assert User.objects.filter(email=email, is_active=True).exists()

    @pytest.mark.parametrize("wrong", [{"email": "bob@example.org"}, {"password": "guessed"}])
    def test_needs_the_address_and_the_password(
        self, alice: Client, user: User, wrong: dict[str, str]
    ) -> None:
        assert self.leave(alice, user, **wrong).status_code == 200
        assert User.objects.get(pk=user.pk).is_active
        assert not Job.objects.filter(kind="keywords.close_account").exists()

    def test_is_not_for_the_last_operator(self, alice: Client, user: User) -> None:
        User.objects.filter(pk=user.pk).update(is_superuser=True)
        assert "You are the only operator" in text(self.leave(alice, user))
        make_user("bob", is_superuser=True)
        assert self.leave(alice, user).status_code == 303
