"""The commands of sources and tokens."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from jobs.groups import may_configure
from keywords.models import ApiToken, Source
from keywords.tokens import find_token
from tests.keywords.rows import make_user

pytestmark = pytest.mark.django_db


def call(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


class TestCreateToken:
    def test_prints_only_the_token(self) -> None:
        printed = call("create_token", "anna@example.org")
        secret = printed.strip()
        assert printed == f"{secret}\n"
        token = find_token(secret)
        assert token is not None
        assert (token.owner.email, token.scope) == ("anna@example.org", "read")
        assert secret not in str(ApiToken.objects.values())

    def test_uses_the_account_that_is_there(self) -> None:
        user = make_user("anna")
        call("create_token", "Anna@example.org", "--scope", "write")
        token = ApiToken.objects.get()
        assert (token.owner, token.scope) == (user, "write")

    def test_makes_staff(self) -> None:
        call("create_token", "anna@example.org", "--staff")
        assert may_configure(ApiToken.objects.get().owner)

    def test_refuses_what_is_no_address(self) -> None:
        with pytest.raises(CommandError, match="not an e-mail"):
            call("create_token", "anna")


class TestSetSource:
    def test_makes_a_source(self) -> None:
        printed = call(
            *("set_source", "corpus", "--engine", "google", "--base-url", "http://127.0.0.1:9"),
            *("--rate", "20/10", "--burst", "4", "--max-running", "8", "--allow-private"),
            *("--setting", "refusal_attempts=1", "--setting", "cool_down_seconds=0.5"),
        )
        assert printed.startswith("corpus: engine google at http://127.0.0.1:9, 20 per 10 s")
        source = Source.objects.select_related("queue").get(name="corpus")
        assert source.allow_private
        assert source.settings == {"refusal_attempts": 1, "cool_down_seconds": 0.5}
        queue = source.queue
        assert (queue.rate_limit, queue.rate_period, queue.burst) == (20, 10, 4)
        assert queue.max_running == 8

    def test_changes_only_what_is_given(self) -> None:
        call("set_source", "practice", "--setting", "a=1", "--setting", "b=x")
        call("set_source", "practice", "--rate", "5/1", "--setting", "a=null")
        source = Source.objects.select_related("queue").get(name="practice")
        assert source.settings == {"b": "x"}
        assert source.queue.rate_limit == 5
        call("set_source", "practice", "--rate", "none", "--max-running", "0", "--disable")
        source.refresh_from_db()
        assert not source.enabled
        assert source.queue.rate_limit is None

    def test_takes_credentials_from_standard_input(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", StringIO('{"key": "secret"}'))
        call("set_source", "own", "--engine", "searxng", "--credentials-stdin")
        assert Source.objects.get(name="own").credentials

    def test_sets_budgets_canary_and_place(self) -> None:
        printed = call(
            *("set_source", "practice", "--budget-day", "100", "--budget-month", "2000"),
            *("--canary", "wikipedia", "--canary-every", "30", "--country", "de"),
            *("--language", "de", "--expect", "Ours.", "--users-may-test"),
        )
        assert "100 a day, 2,000 a month" in printed
        assert "canary “wikipedia” every 30 minutes" in printed
        source = Source.objects.get(name="practice")
        assert (source.country, source.language, source.expectation) == ("de", "de", "Ours.")
        assert source.users_may_test
        assert "a day" not in call("set_source", "practice", "--budget-day", "0", "--canary", "")

    def test_takes_proxies_from_standard_input(self, monkeypatch: pytest.MonkeyPatch) -> None:
        lines = "# ours\nhttp://me:pa55@a.example:3128\n\nhttp://b.example:8080\n"
        monkeypatch.setattr("sys.stdin", StringIO(lines))
        assert "through 2 proxies" in call("set_source", "practice", "--proxies-stdin")
        rows = Source.objects.get(name="practice").proxies.all()
        assert [proxy.label for proxy in rows] == ["me@a.example:3128", "b.example:8080"]
        assert b"pa55" not in bytes(rows[0].sealed)

    @pytest.mark.parametrize(
        "words",
        [["set_source", "new"], ["set_source", "x", "--engine", "google", "--rate", "often"]],
    )
    def test_refuses_mistakes(self, words: list[str]) -> None:
        with pytest.raises(CommandError):
            call(*words)


def test_tokens_end() -> None:
    from datetime import timedelta

    from django.utils import timezone

    from keywords.tokens import create_token

    user = make_user()
    ended, secret = create_token(user, expires_at=timezone.now() - timedelta(seconds=1))
    assert find_token(secret) is None
    _, secret = create_token(user)
    assert find_token(secret) is not None
    user.is_active = False
    user.save()
    assert find_token(secret) is None
    assert ended.pk
