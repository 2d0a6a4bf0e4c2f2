"""`python -m scripts.chaos`: seeds one after the other, a row of the table for each."""

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from scripts.chaos.plan import FAULTS, PAUSE
from scripts.chaos.postgres import ChaosPostgres

TEMPLATE = "fresh"


def main() -> int:
    options = read_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # clears up, as Ctrl-C does
    with own_postgres() as (postgres, folder):
        environment = prepare(postgres, folder, options)
        from scripts.chaos.seed import run_seed

        print_head()
        violations = 0
        for seed in options.seeds:
            copy_database(postgres)
            own = folder / f"seed-{seed}-{time.monotonic_ns()}"
            own.mkdir()
            report = run_seed(
                seed,
                keywords=options.keywords,
                seconds=options.seconds,
                postgres=postgres,
                folder=own,
                environment=environment,
                pause=options.pause,
            )
            print_row(report)
            violations += len(report.violations)
            if report.violations and options.keep_logs:
                keep_logs(own, options.keep_logs)
    return int(violations > 0)


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.chaos", description=__doc__)
    parser.add_argument("--seeds", type=read_seeds, default=range(1, 2), help="20, or 3-5, or 7-7")
    parser.add_argument("--keywords", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=600, help="the limit of each seed")
    parser.add_argument(
        "--pause", type=read_pause, default=PAUSE, help="seconds between faults, such as 3-9"
    )
    parser.add_argument("--workers", type=int, default=2, help="of each node")
    parser.add_argument("--threads", type=int, default=6, help="of each worker")
    parser.add_argument("--keep-logs", type=Path, help="a folder for logs of seeds with violations")
    return parser.parse_args()


def read_seeds(text: str) -> range:
    first, dash, last = text.partition("-")
    return range(int(first), int(last) + 1) if dash else range(1, int(first) + 1)


def read_pause(text: str) -> tuple[float, float]:
    least, _, most = text.partition("-")
    return float(least), float(most or least)


@contextmanager
def own_postgres() -> Iterator[tuple[ChaosPostgres, Path]]:
    with tempfile.TemporaryDirectory(prefix="chaos-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # Postgres runs as another user where we are root
        postgres = ChaosPostgres(folder)
        postgres.start()
        try:
            yield postgres, folder
        finally:
            postgres.stop()


def prepare(postgres: ChaosPostgres, folder: Path, options: argparse.Namespace) -> dict[str, str]:
    """Makes the tables, once; returns the environment of the nodes."""
    os.environ |= {
        "DATABASE_URL": postgres.url,
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "scraper_app.settings",
        "LOG_LEVEL": "WARNING",
        "WORKERS": str(options.workers),
        "THREADS": str(options.threads),
    }
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    connection.close()
    with psycopg.connect(postgres.admin_url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {TEMPLATE} TEMPLATE {postgres.database}")
    return dict(os.environ)


def copy_database(postgres: ChaosPostgres) -> None:
    with psycopg.connect(postgres.admin_url, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {postgres.database} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {postgres.database} TEMPLATE {TEMPLATE}")
        # A copied sequence takes the values logged ahead in the template for its own: without a
        # checkpoint it falls back to the copy when the server is killed.
        admin.execute("CHECKPOINT")


def keep_logs(folder: Path, into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        (into / f"{folder.name}-{path.name}").write_bytes(path.read_bytes())


def print_head() -> None:
    kinds = list(FAULTS)
    names = ["seed", *kinds, "jobs", "seconds", "requests", "repeated", "violations"]
    say(f"| {' | '.join(names)} |")
    say(f"|{'--:|' * len(names)}")


def print_row(report: object) -> None:
    from scripts.chaos.seed import Report

    assert isinstance(report, Report)
    cells = [report.seed, *(report.faults[kind] for kind in FAULTS), report.jobs]
    cells += [round(report.seconds), report.requests, report.repeated, len(report.violations)]
    say(f"| {' | '.join(map(str, cells))} |")
    for violation in report.violations:
        say(f"  seed {report.seed}: {violation}")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
