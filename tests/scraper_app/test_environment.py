"""What the environment may say, and what is said about its mistakes."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scraper_app.data_folder import DataFolderUnusable, ensure_data_folder, read_or_make_secret_key
from scraper_app.environment import (
    BASE_DIR,
    Environment,
    EnvironmentMistakes,
    read_environment,
)


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the variables of this run nor anybody's .env."""
    for name in Environment.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setitem(Environment.model_config, "env_file", None)


class TestReading:
    def test_has_a_default_for_everything(self) -> None:
        environment = read_environment()
        assert environment.port == 8000
        assert environment.database_url is None
        assert environment.data_dir == BASE_DIR / ".data"

    def test_splits_lists_at_commas(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ALLOWED_HOSTS", "a.example, b.example,")
        assert read_environment().allowed_hosts == ("a.example", "b.example")

    def test_takes_empty_for_absent(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", "")
        monkeypatch.setenv("PORT", "")
        assert read_environment().database_url is None
        assert read_environment().port == 8000

    def test_keeps_an_absolute_data_folder(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATA_DIR", "/somewhere/else")
        assert read_environment().data_dir == Path("/somewhere/else")

    def test_serves_the_address_that_it_binds(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOST", "192.0.2.7")
        monkeypatch.setenv("ALLOWED_HOSTS", "serp.example.org")
        served = read_environment().served_hosts
        assert {"serp.example.org", "192.0.2.7", "localhost"} <= set(served)

    def test_does_not_serve_every_name_when_it_binds_every_address(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOST", "0.0.0.0")
        assert "0.0.0.0" not in read_environment().served_hosts
        assert "*" not in read_environment().served_hosts


MISTAKES = [
    ("PORT", "abc", "PORT must be a whole number, not 'abc'."),
    ("PORT", "0", "PORT must be at least 1, not 0."),
    ("PORT", "70000", "PORT must be at most 65535, not 70000."),
    ("PORT", "8100", "PORT and PRACTICE_PORT must differ, both are 8100."),
    ("WORKERS", "0", "WORKERS must be at least 1, not 0."),
    ("HTTPS_ONLY", "perhaps", "HTTPS_ONLY must be true or false, not 'perhaps'."),
    ("SIGNUP", "me", "SIGNUP must be one of 'open', 'invite' or 'closed', not 'me'."),
    ("SECRET_KEY", "short", "SECRET_KEY must have at least 32 characters."),
    (
        "DATABASE_URL",
        "mysql://me:hidden@host/db",
        "DATABASE_URL must begin with postgresql://, no other database works here.",
    ),
    (
        "CSRF_TRUSTED_ORIGINS",
        "serp.example.org",
        "CSRF_TRUSTED_ORIGINS must begin with http:// or https://, which 'serp.example.org' does not.",
    ),
    (
        "TIME_ZONE",
        "Mars/North",
        "TIME_ZONE must be a time zone such as Europe/Berlin, which 'Mars/North' is not.",
    ),
]


class TestMistakes:
    @pytest.mark.parametrize(("name", "value", "sentence"), MISTAKES)
    def test_is_a_plain_sentence(
        self, monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
    ) -> None:
        monkeypatch.setenv(name, value)
        with pytest.raises(EnvironmentMistakes) as caught:
            read_environment()
        assert caught.value.sentences == [sentence]

    def test_all_come_at_once_and_stop_a_command(self, tmp_path: Path) -> None:
        wrong = {"PORT": "abc", "WORKERS": "-1", "DATABASE_URL": "mysql://me:hidden@host/db"}
        answer = subprocess.run(
            [sys.executable, "manage.py", "check"],
            cwd=BASE_DIR,
            env={**os.environ, **wrong, "DJANGO_SETTINGS_MODULE": "scraper_app.settings"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert answer.returncode == 2
        assert len(answer.stderr.splitlines()) == 3
        assert "hidden" not in answer.stderr
        assert "Traceback" not in answer.stderr


class TestSecretKey:
    def test_is_made_once_and_closed_to_others(self, tmp_path: Path) -> None:
        key = read_or_make_secret_key(tmp_path)
        assert len(key) >= 50
        assert read_or_make_secret_key(tmp_path) == key
        assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600

    def test_is_the_same_for_all_that_start_at_once(self, tmp_path: Path) -> None:
        with ThreadPoolExecutor(16) as pool:
            keys = set(pool.map(lambda _: read_or_make_secret_key(tmp_path), range(64)))
        assert len(keys) == 1
        assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


class TestDataFolder:
    def test_is_made_with_its_parents(self, tmp_path: Path) -> None:
        ensure_data_folder(tmp_path / "a" / "b")
        assert (tmp_path / "a" / "b").is_dir()

    def test_says_when_a_file_is_in_the_way(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(
            DataFolderUnusable, match=r"^The data folder .*file/data cannot be made"
        ):
            ensure_data_folder(tmp_path / "file" / "data")
