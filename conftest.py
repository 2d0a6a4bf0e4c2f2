"""What every test can rely on, and what a run owes: in CI nothing that can run is skipped."""

import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation
from pytest_django import DjangoDbBlocker

ROOT = Path(__file__).parent
CORPUS = Path(os.environ.get("ATHANOR_CORPUS", ROOT.parent / "shared" / "serp-corpus"))
CHROMIUM = Path("/usr/bin/chromium")
OWED = ("browser", "cluster", "corpus")


def find_reason_to_skip(item: pytest.Item) -> str | None:
    if item.get_closest_marker("corpus") and not CORPUS.is_dir():
        return "the folder of saved results pages is not here: set ATHANOR_CORPUS"
    if item.get_closest_marker("browser") and not CHROMIUM.exists():
        return f"{CHROMIUM} is not installed"
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        reason = find_reason_to_skip(item)
        if reason:
            item.add_marker(pytest.mark.skip(reason=reason))


def is_owed(report: pytest.TestReport) -> bool:
    """The corpus is data that a checkout need not have; the rest a CI machine has to have."""
    marks = [mark for mark in OWED if mark in report.keywords]
    return bool(marks) and (marks != ["corpus"] or CORPUS.is_dir())


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") != "true" or reporter is None:
        return
    skipped = [report for report in reporter.stats.get("skipped", []) if is_owed(report)]
    if skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        for report in skipped:
            reporter.write_line(f"In CI this must not be skipped: {report.nodeid}", red=True)


@pytest.fixture(autouse=True)
def _in_no_language_of_an_earlier_test() -> Iterator[None]:
    """A request chooses its thread's language, which stays until the next one; here that is another test."""
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, object],
) -> dict[str, object]:
    return {
        **browser_type_launch_args,
        "executable_path": str(CHROMIUM),
        "args": ["--no-sandbox", "--disable-dev-shm-usage"],
    }


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Besides what pytest-django does: drop the databases of runs that were killed."""
    if connection.settings_dict["ENGINE"] != "scraper_app.embedded_backend":
        return
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname ~ '^test_athanor_[0-9]+'")
        for (name,) in cursor.fetchall():
            if not psutil.pid_exists(int(name.split("_")[2])):
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def database_url(transactional_db: None) -> str:
    """The test database as DATABASE_URL, for processes that a test starts."""
    name = str(connection.settings_dict["NAME"])
    if connection.settings_dict["ENGINE"] == "scraper_app.embedded_backend":
        return str(settings.EMBEDDED_POSTGRES.url(name))
    whole = os.environ["DATABASE_URL"]
    return f"{whole.rsplit('/', 1)[0]}/{name}"
