"""Uploading a large file: check it, look at the check, start it; through the pages, in a scratch database of
its own. Prints a Markdown table: time passed and CPU of the web process, without PostgreSQL's.

    python -m scripts.bench_uploads [--rows 50000] [--rounds 3]
"""

import argparse
import os
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from scripts.bench_pages import EMAIL, scratch_database

Measured = tuple[float, float]
STEPS = ("*Check*: read, judged, compared with what is tracked, kept", "the check page", "*Start*")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    os.environ["MAX_KEYWORDS"] = str(args.rows)
    os.environ["MAX_UPLOAD_BYTES"] = str(10**8)
    with scratch_database():
        client, source = prepare()
        rounds = [upload(client, source, args.rows, number) for number in range(args.rounds)]
    print(
        f"{args.rows:,} rows of three columns, {args.rounds} rounds, load {os.getloadavg()[0]:.1f}\n"
    )
    print("| what | time | CPU of it |\n|---|---|---|")
    for step, measured in zip(STEPS, zip(*rounds, strict=True), strict=True):
        print(
            f"| {step} | {span(each for each, _ in measured)} | {span(cpu for _, cpu in measured)} |"
        )


def span(seconds: Any) -> str:
    found = sorted(seconds)
    return f"{found[0]:.2f} to {found[-1]:.2f} s"


def prepare() -> tuple[Any, int]:
    from django.contrib.auth.models import User
    from django.test import Client

    from keywords.sources import ensure_practice_source

    client = Client()
    client.force_login(User.objects.create_user("bench", EMAIL, "unused"))
    return client, ensure_practice_source().pk


def upload(client: Any, source: int, rows: int, number: int) -> list[Measured]:
    """Each round has keywords of its own, and those of the rounds before are there already."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    lines = [f"keyword {number} number {row} of them,us,en" for row in range(rows)]
    body = "\n".join(["keyword,country,language", *lines]).encode()
    file = SimpleUploadedFile("keywords.csv", body, "text/csv")
    checked, measured = measure(
        partial(client.post, "/lists/new", {"file": file, "source": source}), 303
    )
    draft = checked["Location"]
    _, looked = measure(partial(client.get, draft), 200)
    _, started = measure(partial(client.post, f"{draft}/start", {"how": "start"}), 303)
    return [measured, looked, started]


def measure(ask: Callable[[], Any], status: int) -> tuple[Any, Measured]:
    began, spent = time.perf_counter(), time.process_time()
    answer = ask()
    measured = time.perf_counter() - began, time.process_time() - spent
    assert answer.status_code == status, answer.status_code
    return answer, measured


if __name__ == "__main__":
    main()
