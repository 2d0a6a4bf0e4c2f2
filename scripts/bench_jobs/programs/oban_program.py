"""oban, the Python port: asyncio in one process."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from oban import Oban, worker
from oban.schema import install
from psycopg_pool import AsyncConnectionPool

CHUNK = 1000


class Nap:
    async def process(self, job: Any) -> None:
        if job.args["seconds"]:
            await asyncio.sleep(job.args["seconds"])


class Mark:
    async def process(self, job: Any) -> None:
        waited = time.time() - job.args["sent"]
        with Path(os.environ["BENCH_MARKS"]).open("a") as file:
            file.write(f"{waited!r}\n")


NapWorker = worker(queue="default")(Nap)
MarkWorker = worker(queue="default")(Mark)


def make_pool() -> AsyncConnectionPool:
    return AsyncConnectionPool(os.environ["BENCH_URL"], min_size=2, max_size=8, open=False)


async def fill(oban: Oban, count: int, seconds: float) -> None:
    started = time.perf_counter()
    for start in range(0, count, CHUNK):
        size = min(CHUNK, count - start)
        await oban.enqueue_many([NapWorker.new({"seconds": seconds}) for _ in range(size)])
    print(time.perf_counter() - started)


async def send_marks(oban: Oban, count: int) -> None:
    for _ in range(count):
        await oban.enqueue(MarkWorker.new({"sent": time.time()}))
        await asyncio.sleep(0.1)


async def work(pool: AsyncConnectionPool, limit: int) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with Oban(pool=pool, queues={"default": limit}):
        await stop.wait()


async def run(words: list[str]) -> None:
    async with make_pool() as pool:
        match words:
            case ["install"]:
                await install(pool)
            case ["fill", count, seconds]:
                await fill(Oban(pool=pool), int(count), float(seconds))
            case ["latency", count]:
                await send_marks(Oban(pool=pool), int(count))
            case ["work", limit]:
                await work(pool, int(limit))


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(sys.argv[1:]))
