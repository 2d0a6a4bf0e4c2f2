"""What `manage.py doctor` looks at: each check gives findings, and none of them stops the next."""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from smtplib import SMTPException

from django.conf import settings
from django.core.cache import cache
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.utils import timezone

from jobs.models import Job
from jobs.states import State
from keywords.check_jobs import ask_test
from keywords.models import Source
from keywords.source_checks import SourceCheck
from scraper_app.embedded_postgres import PostgresUnavailable
from scraper_app.first_operator import has_operator
from scraper_app.health import check_heartbeat, count_pending_migrations
from scraper_app.static_files import are_static_files_current

TEST_KEYWORD = "coffee grinder"
SPARE_BYTES = 500 * 1024 * 1024


@dataclass(frozen=True)
class Finding:
    subject: str
    ok: bool
    words: str


def examine() -> Iterator[Finding]:
    """A broken database makes the checks that need it pointless, so they are left out then."""
    yield check_data_folder(Path(settings.ENVIRONMENT.data_dir))
    database = check_database()
    yield database
    yield check_static_files()
    if database.ok:
        for check in (check_migrations, check_cache, check_worker, check_operator):
            yield survive(check)
    yield check_mail()
    if database.ok:
        yield from check_sources()


def survive(check: Callable[[], Finding]) -> Finding:
    """A check that trips over missing tables says so, and the next one has its turn."""
    try:
        return check()
    except DatabaseError as error:
        subject = check.__name__.removeprefix("check_")
        return Finding(subject, False, str(error).strip().splitlines()[0])


def check_data_folder(folder: Path) -> Finding:
    if not os.access(folder, os.W_OK | os.X_OK):
        return Finding("data folder", False, f"{folder} cannot be written by this user")
    spare = shutil.disk_usage(folder).free
    words = f"{folder}, {spare // 1024**2:,} MB free"
    return Finding("data folder", spare > SPARE_BYTES, words)


def check_database() -> Finding:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('server_version'), current_setting('max_connections'),"
                " (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')"
            )
            version, allowed, used = cursor.fetchone()
    except (DatabaseError, PostgresUnavailable) as error:
        return Finding("database", False, str(error).strip().splitlines()[-1])
    words = f"PostgreSQL {version}, {used} of {allowed} connections in use"
    return Finding("database", used < int(allowed) * 0.9, words)


def check_static_files() -> Finding:
    current = are_static_files_current()
    words = (
        "up to date"
        if current
        else "not made, or older than their sources: `manage.py up` makes them"
    )
    return Finding("static files", current, words)


def check_migrations() -> Finding:
    pending = count_pending_migrations()
    words = f"{pending} not applied: run `manage.py migrate`" if pending else "all applied"
    return Finding("migrations", not pending, words)


def check_cache() -> Finding:
    cache.set("doctor", "here", 10)
    kept = cache.get("doctor") == "here"
    return Finding("cache", kept, "keeps what it is given" if kept else "forgets what it is given")


def check_worker() -> Finding:
    heartbeat = check_heartbeat()
    return Finding("worker", heartbeat == "ok", "reports" if heartbeat == "ok" else heartbeat)


def check_operator() -> Finding:
    words = (
        "there is one" if has_operator() else "there is none: open /setup, `up` prints the token"
    )
    return Finding("operator account", has_operator(), words)


def check_mail() -> Finding:
    """No mail server is a choice; one that does not answer is a problem."""
    if not settings.EMAIL_HOST or "smtp" not in settings.EMAIL_BACKEND:
        return Finding("mail", True, "no EMAIL_HOST: it is printed to the console")
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with get_connection():
            return Finding("mail", True, f"{server} answers")
    except (SMTPException, OSError) as error:
        return Finding("mail", False, f"{server} does not take mail: {error}")


def check_sources() -> Iterator[Finding]:
    try:
        sources = list(Source.objects.filter(enabled=True).select_related("queue"))
    except DatabaseError as error:
        yield Finding("sources", False, str(error).strip().splitlines()[0])
        return
    if not sources:
        yield Finding("sources", False, "none is enabled: see `manage.py set_source`")
    for source in sources:
        yield check_source(source)


def fetch_from_sources(seconds: float) -> Iterator[Finding]:
    """Asks each source one keyword, by a job as every fetch is; waits so long for all of them."""
    sources = Source.objects.filter(enabled=True).select_related("queue")
    checks = [ask_test(source, TEST_KEYWORD, by="doctor") for source in sources]
    until = time.monotonic() + seconds
    for check in checks:
        while check.finished_at is None and time.monotonic() < until:
            time.sleep(0.2)
            check.refresh_from_db()
        yield describe_fetch(check)


def describe_fetch(check: SourceCheck) -> Finding:
    subject = f"fetch from {check.source.name}"
    if check.finished_at is None:
        return Finding(subject, False, "no worker has answered: it waits in the queue")
    is_good = check.outcome in {"ok", "empty"}
    took = f" in {check.seconds:.1f} s" if check.seconds is not None else ""
    return Finding(subject, is_good, f"{check.outcome}{took}: {check.reason or 'a page came'}")


def check_source(source: Source) -> Finding:
    """A pause was somebody's wish and is no problem; a source that cools down is one."""
    queue, now = source.queue, timezone.now()
    waiting = Job.objects.filter(queue=queue, state=State.AVAILABLE, scheduled_at__lte=now).count()
    state = "open"
    if queue.is_paused(now):
        state = f"paused by {queue.paused_by or 'somebody'}"
    if queue.is_cooling(now):
        state = f"cooling down until {queue.cooling_until:%H:%M:%S} UTC: {queue.cooling_reason}"
    words = f"{state}, {waiting:,} jobs waiting"
    return Finding(f"source {source.name}", not queue.is_cooling(now), words)
