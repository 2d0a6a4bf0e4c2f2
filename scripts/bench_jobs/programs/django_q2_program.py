"""django-q2 with its own ORM broker: as it comes, and tuned (BENCH_TUNED)."""

import os
import sys
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

import django
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

sys.path.insert(0, str(Path(__file__).parent))  # its workers import the jobs by their names

IS_TUNED = "BENCH_TUNED" in os.environ
TUNED = {"save_limit": -1, "bulk": 100, "queue_limit": 400, "poll": 0.05, "retry": 600}


def nap(seconds: float) -> None:
    if seconds:
        time.sleep(seconds)


def mark(sent: float) -> None:
    waited = time.time() - sent
    with Path(os.environ["BENCH_MARKS"]).open("a") as file:
        file.write(f"{waited!r}\n")


def configure(workers: int) -> None:
    url = urlsplit(os.environ["BENCH_URL"])
    cluster = {"name": "bench", "orm": "default", "workers": workers, "timeout": 60, "retry": 120}
    settings.configure(
        SECRET_KEY="bench",
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": url.path[1:],
                "USER": url.username,
                "HOST": unquote(url.hostname or "")
                if "%" not in url.netloc
                else socket_of(url.netloc),
                "CONN_MAX_AGE": None if IS_TUNED else 0,
            }
        },
        INSTALLED_APPS=["django_q"],
        Q_CLUSTER=cluster | (TUNED if IS_TUNED else {}),
        USE_TZ=True,
    )
    django.setup()


def socket_of(netloc: str) -> str:
    """urlsplit lowers the case of host names; folders have theirs."""
    return unquote(netloc.rsplit("@", 1)[-1])


def fill(count: int, seconds: float) -> None:
    from django_q.tasks import async_task

    started = time.perf_counter()
    with transaction.atomic():
        for _ in range(count):
            async_task("django_q2_program.nap", seconds)
    print(time.perf_counter() - started)


def send_marks(count: int) -> None:
    from django_q.tasks import async_task

    for _ in range(count):
        async_task("django_q2_program.mark", time.time())
        time.sleep(0.1)


def main() -> None:
    match sys.argv[1:]:
        case ["work", workers]:
            configure(int(workers))
            call_command("qcluster")
        case words:
            configure(4)
            match words:
                case ["install"]:
                    call_command("migrate", verbosity=0)
                case ["fill", count, seconds]:
                    fill(int(count), float(seconds))
                case ["latency", count]:
                    send_marks(int(count))


if __name__ == "__main__":
    main()
