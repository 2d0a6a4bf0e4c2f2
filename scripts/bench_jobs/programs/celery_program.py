"""Celery on Redis. Acknowledged late and with an append-only file: the others do not lose jobs either."""

import os
import sys
import time
from pathlib import Path

from celery import Celery

app = Celery("bench", broker=os.environ["BENCH_URL"])
app.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    task_store_errors_even_if_ignored=False,
    worker_prefetch_multiplier=int(os.environ.get("BENCH_PREFETCH", "4")),
    broker_connection_retry_on_startup=True,
    worker_enable_remote_control=False,
)


def nap(seconds: float) -> None:
    if seconds:
        time.sleep(seconds)


def mark(sent: float) -> None:
    waited = time.time() - sent
    with Path(os.environ["BENCH_MARKS"]).open("a") as file:
        file.write(f"{waited!r}\n")


nap_task = app.task(nap, name="nap")
mark_task = app.task(mark, name="mark")


def fill(count: int, seconds: float) -> None:
    started = time.perf_counter()
    with app.producer_or_acquire() as producer:
        for _ in range(count):
            nap_task.apply_async((seconds,), producer=producer)
    print(time.perf_counter() - started)


def send_marks(count: int) -> None:
    for _ in range(count):
        mark_task.delay(time.time())
        time.sleep(0.1)


def work(concurrency: str, pool: str) -> None:
    words = ["worker", "--concurrency", concurrency, "--pool", pool, "--loglevel", "WARNING"]
    app.worker_main([*words, "--without-gossip", "--without-mingle", "--without-heartbeat"])


def main() -> None:
    match sys.argv[1:]:
        case ["install"]:
            pass
        case ["fill", count, seconds]:
            fill(int(count), float(seconds))
        case ["latency", count]:
            send_marks(int(count))
        case ["work", concurrency, *pool]:
            work(concurrency, pool[0] if pool else "prefork")


if __name__ == "__main__":
    main()
