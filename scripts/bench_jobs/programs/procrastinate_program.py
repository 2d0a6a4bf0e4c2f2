"""procrastinate: one asyncio process, or several."""

import asyncio
import os
import sys
import time
from pathlib import Path

from procrastinate import App, PsycopgConnector, SyncPsycopgConnector

URL = os.environ["BENCH_URL"]
CHUNK = 1000


async def nap(seconds: float) -> None:
    if seconds:
        await asyncio.sleep(seconds)


async def mark(sent: float) -> None:
    waited = time.time() - sent
    with Path(os.environ["BENCH_MARKS"]).open("a") as file:
        file.write(f"{waited!r}\n")


def make_app(*, for_worker: bool) -> App:
    connector = PsycopgConnector if for_worker else SyncPsycopgConnector
    return App(connector=connector(conninfo=URL))


def fill(count: int, seconds: float) -> None:
    app = make_app(for_worker=False)
    task = app.task(nap, name="nap")
    with app.open():
        started = time.perf_counter()
        for start in range(0, count, CHUNK):
            size = min(CHUNK, count - start)
            task.batch_defer(*({"seconds": seconds} for _ in range(size)))
        print(time.perf_counter() - started)


def send_marks(count: int) -> None:
    app = make_app(for_worker=False)
    task = app.task(mark, name="mark")
    with app.open():
        for _ in range(count):
            task.defer(sent=time.time())
            time.sleep(0.1)


async def work(concurrency: int) -> None:
    app = make_app(for_worker=True)
    app.task(nap, name="nap")
    app.task(mark, name="mark")
    async with app.open_async():
        await app.run_worker_async(concurrency=concurrency)


def main() -> None:
    match sys.argv[1:]:
        case ["install"]:
            with (app := make_app(for_worker=False)).open():
                app.schema_manager.apply_schema()
        case ["fill", count, seconds]:
            fill(int(count), float(seconds))
        case ["latency", count]:
            send_marks(int(count))
        case ["work", concurrency]:
            asyncio.run(work(int(concurrency)))


if __name__ == "__main__":
    main()
