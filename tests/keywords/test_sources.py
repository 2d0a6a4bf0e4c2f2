"""Sources, their queues and their secrets."""

from typing import Any

import pytest
from django.test import override_settings

from jobs.audit import AuditEntry
from jobs.models import Queue
from keywords.models import Source
from keywords.sources import (
    SourceMistake,
    default_source,
    ensure_practice_source,
    find_base_url,
    set_source,
)
from keywords.vault import Unreadable, seal, unseal

pytestmark = pytest.mark.django_db


class TestSetSource:
    def test_gives_public_engines_a_gentle_pace(self) -> None:
        queue = set_source("google", engine="google").queue
        assert (queue.rate_limit, queue.rate_period, queue.burst) == (2, 60, 1)
        assert queue.max_running == 1

    @pytest.mark.parametrize("engine", ["duckduckgo", "brave", "startpage", "yandex", "ecosia"])
    def test_spares_engines_that_refuse_soon(self, engine: str) -> None:
        queue = set_source(engine, engine=engine).queue
        assert (queue.rate_limit, queue.burst, queue.max_running) == (2, 1, 1)

    def test_gives_ones_own_server_more(self) -> None:
        source = set_source("searx", engine="searxng", base_url="http://searx.intranet:8080")
        assert (source.queue.rate_limit, source.queue.burst, source.queue.max_running) == (30, 5, 2)

    def test_changes_what_is_given_and_leaves_the_rest(self) -> None:
        set_source("own", engine="google", base_url="http://127.0.0.1:1", allow_private=True)
        limits = {"rate_limit": 20, "rate_period": 10.0, "burst": 3}
        source = set_source("own", limits=limits, base_url="http://127.0.0.1:2")
        assert source.base_url == "http://127.0.0.1:2"
        assert source.allow_private
        assert source.engine == "google"
        assert (source.queue.rate_limit, source.queue.rate_period) == (20, 10)

    def test_holds_the_jobs_of_a_source_that_is_switched_off(self) -> None:
        ensure_practice_source()
        assert set_source("practice", enabled=False).queue.paused_at is not None
        assert set_source("practice", enabled=True).queue.paused_at is None

    def test_leaves_a_pause_that_somebody_else_made(self) -> None:
        ensure_practice_source()
        Queue.objects.update(paused_at="2026-01-01T00:00Z", pause_reason="captcha wave")
        assert set_source("practice", enabled=True).queue.paused_at is not None

    @pytest.mark.parametrize(
        ("name", "fields", "sentence"),
        [
            ("x", {}, "needs an engine"),
            ("x", {"engine": "altavista"}, "no engine named altavista"),
            ("x y", {"engine": "google"}, "letters"),
            ("x", {"engine": "google", "base_url": "file:///etc/passwd"}, "not a web address"),
            ("x", {"engine": "google", "limits": {"rate_limit": 0}}, "greater"),
            ("x", {"engine": "google", "settings": {"attempts": "many"}}, "attempts must be"),
            ("x", {"engine": "custom", "settings": {"search_url": "/"}}, "needs {query}"),
            ("x", {"engine": "google", "settings": {"read_seconds": 0}}, "read_seconds must be"),
        ],
    )
    def test_refuses_mistakes(self, name: str, fields: dict[str, Any], sentence: str) -> None:
        with pytest.raises(SourceMistake, match=sentence):
            set_source(name, **fields)
        assert not Source.objects.filter(name=name).exists()

    def test_has_one_default(self) -> None:
        ensure_practice_source()
        assert default_source().name == "practice"
        set_source("own", engine="searxng", base_url="http://a.example", is_default=True)
        assert default_source().name == "own"
        assert Source.objects.filter(is_default=True).count() == 1


class TestPracticeSource:
    def test_is_there_from_the_start(self) -> None:
        source = Source.objects.get(name="practice")
        assert source.is_default
        assert source.allow_private
        assert source.queue.rate_limit is None

    @override_settings(PRACTICE_PORT=4711)
    def test_is_asked_where_it_listens(self) -> None:
        assert find_base_url(ensure_practice_source()) == "http://127.0.0.1:4711"


class TestVault:
    def test_gives_back_what_it_was_given(self) -> None:
        source = set_source("own", engine="searxng", credentials={"key": "secret"})
        kept = bytes(Source.objects.get(pk=source.pk).credentials)
        assert b"secret" not in kept
        assert unseal(kept) == {"key": "secret"}

    def test_needs_the_key_that_it_was_sealed_with(self, settings: Any) -> None:
        sealed = seal({"key": "secret"})
        old, settings.SECRET_KEY = settings.SECRET_KEY, "another one"
        with pytest.raises(Unreadable):
            unseal(sealed)
        settings.SECRET_KEY_FALLBACKS = [old]
        assert unseal(sealed) == {"key": "secret"}

    def test_keeps_nothing_for_nothing(self) -> None:
        assert seal({}) == b""
        assert unseal(b"") == {}


class TestAudit:
    def test_a_new_source_is_written_down_with_what_it_was_given(self) -> None:
        set_source("mine", engine="practice", by="anna", allow_private=True)
        entry = AuditEntry.objects.get(queue="mine")
        assert (entry.action, entry.by, entry.queue) == ("create source", "anna", "mine")
        assert (entry.before, entry.after) == ({}, {"engine": "practice", "allow_private": True})

    def test_a_change_is_written_down_before_and_after(self) -> None:
        set_source("mine", engine="practice", budget_day=5, user_agent="Same/1.0")
        set_source("mine", by="anna", enabled=False, user_agent="Same/1.0", clear=["budget_day"])
        entry = AuditEntry.objects.get(action="change source")
        assert entry.before == {"budget_day": 5, "enabled": True}
        assert entry.after == {"budget_day": None, "enabled": False}

    def test_what_changes_nothing_is_not_written_down(self) -> None:
        set_source("mine", engine="practice", user_agent="Same/1.0")
        set_source("mine", user_agent="Same/1.0")
        actions = AuditEntry.objects.filter(queue="mine").values_list("action", flat=True)
        assert list(actions) == ["create source"]

    def test_secrets_are_not_written_down(self) -> None:
        set_source("mine", engine="practice")
        proxies = ["http://me:pa55@a.example:1"]
        set_source("mine", credentials={"api_key": "k3y"}, proxies=proxies)
        entry = AuditEntry.objects.get(action="change source")
        assert entry.after == {"credentials": "changed", "proxies": "changed"}
