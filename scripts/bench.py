"""`make bench`: the whole product against the practice engine, in figures. Prints a Markdown table.

Machines are shared and noisy: compare figures of one run, not of two.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import requests

from tests.acceptance.product import Product
from tests.acceptance.test_connections import watch_connections

LIMIT = 1_000_000
Row = tuple[str, str]


def main() -> None:
    args = read_arguments()
    print("| what | measured |\n|---|---|", flush=True)
    for measure in (measure_latency, measure_throughput, measure_upload):
        with fresh_product(WORKERS=2, THREADS=16) as product:
            show(measure(product, args))
    with fresh_product(WORKERS=4, THREADS=8, POSTGRES_MAX_CONNECTIONS=20) as product:
        show(measure_connections(product, args))
    show(measure_costs())


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keywords", type=int, default=2000, help="for the throughput")
    parser.add_argument("--upload", type=int, default=100_000, help="keywords of the large upload")
    parser.add_argument("--accounts", type=int, default=100)
    parser.add_argument("--each", type=int, default=100, help="keywords of each account")
    return parser.parse_args()


def show(rows: list[Row]) -> None:
    for what, measured in rows:
        print(f"| {what} | {measured} |", flush=True)


@contextmanager
def fresh_product(**environment: object) -> Iterator[Product]:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # Postgres runs as another user where we are root
        with Product(
            Path(folder),
            MAX_KEYWORDS=LIMIT,
            LOG_LEVEL="WARNING",
            MAX_UPLOAD_BYTES=10**8,
            **environment,
        ) as product:
            yield product


def start_list(product: Product, token: str, keywords: list[str]) -> dict[str, Any]:
    answer = product.call(
        "POST",
        "lists",
        token,
        files={"file": ("k.csv", "\n".join(["keyword", *keywords]).encode(), "text/csv")},
        data={"name": "bench", "source": "practice"},
    )
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


def wait_until_done(product: Product, token: str, list_id: int) -> None:
    while True:
        counts = product.call("GET", f"lists/{list_id}", token).json()["counts"]
        if sum(counts[status] for status in ("waiting", "running", "retrying")) == 0:
            return
        time.sleep(0.1)


def measure_latency(product: Product, _args: argparse.Namespace) -> list[Row]:
    """From just before *Start* is posted until the request stands in the engine's log."""
    (token,) = product.make_tokens(1)
    waits = []
    for number in range(40):
        keyword = f"latency {number}"
        started = time.time()
        created = start_list(product, token, [keyword])
        posted = time.time() - started
        wait_until_done(product, token, created["id"])
        log = requests.get(f"http://127.0.0.1:{product.practice_port}/_log", timeout=10).json()
        arrived = next(entry for entry in entries(log) if entry["keyword"] == keyword)["time"]
        waits.append(((arrived - started) * 1000, posted * 1000))
    waits = waits[5:]
    to_request = sorted(wait for wait, _ in waits)
    answered = sorted(answer for _, answer in waits)
    return [
        (
            "*Start* posted until the request reaches the engine, idle system, median of 35",
            f"{statistics.median(to_request):.0f} ms",
        ),
        (
            "… of that until the page's own answer (keyword written, job written), median",
            f"{statistics.median(answered):.0f} ms",
        ),
        ("… p95", f"{to_request[int(len(to_request) * 0.95)]:.0f} ms"),
    ]


def entries(log: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = log["requests"]
    return found


def measure_throughput(product: Product, args: argparse.Namespace) -> list[Row]:
    (token,) = product.make_tokens(1)
    family = [
        psutil.Process(product.process.pid),
        *psutil.Process(product.process.pid).children(recursive=True),
    ]
    node = [process for process in family if "qcluster" in " ".join(process.cmdline())]
    cpu_before = sum(sum(process.cpu_times()[:2]) for process in node)
    started = time.perf_counter()
    created = start_list(product, token, [f"throughput {i}" for i in range(args.keywords)])
    wait_until_done(product, token, created["id"])
    seconds = time.perf_counter() - started
    cpu = sum(sum(process.cpu_times()[:2]) for process in node) - cpu_before
    memory = sum(process.memory_info().rss for process in node) / 2**20
    return [
        (
            f"keywords per second, end to end, {args.keywords} keywords, 2 workers of 16 threads",
            f"{args.keywords / seconds:.0f}",
        ),
        ("CPU of the node per keyword", f"{cpu / args.keywords * 1000:.1f} ms"),
        ("resident memory of the node, all its processes", f"{memory:.0f} MB"),
    ]


def measure_upload(product: Product, args: argparse.Namespace) -> list[Row]:
    (token,) = product.make_tokens(1)
    product.manage("jobs", "pause", "practice", "--reason", "benchmark")
    started = time.perf_counter()
    created = start_list(product, token, [f"upload {i}" for i in range(args.upload)])
    seconds = time.perf_counter() - started
    assert created["accepted"] == args.upload
    return [(f"upload of {args.upload:,} keywords: answered, all written", f"{seconds:.1f} s")]


def measure_connections(product: Product, args: argparse.Namespace) -> list[Row]:
    tokens = product.make_tokens(args.accounts)
    dsn = product.manage("database_url").strip()
    with watch_connections(dsn) as counts, ThreadPoolExecutor(args.accounts) as pool:
        started = time.perf_counter()
        lists = list(
            pool.map(lambda t: start_list(product, t, [f"k {i}" for i in range(args.each)]), tokens)
        )
        uploaded = time.perf_counter() - started
        for token, created in zip(tokens, lists, strict=True):
            wait_until_done(product, token, created["id"])
    errors = product.log.count("OperationalError") + product.log.count("too many")
    name = f"{args.accounts} accounts with {args.each} keywords each, at once, max_connections 20, 32 requests in flight"
    return [
        (f"{name}: most connections seen", str(max(counts))),
        ("… connection errors in any log", str(errors)),
        ("… all uploads answered after", f"{uploaded:.1f} s"),
        ("… all keywords done after", f"{time.perf_counter() - started:.0f} s"),
    ]


def measure_costs() -> list[Row]:
    """CPU of one keyword's parts, in this process: fetch over loopback, and read (judge and parse)."""
    from serp.engines.registry import get_engine
    from serp.fetchers.http import HttpFetcher
    from serp.practice.server import PracticeServer
    from serp.types import EngineOptions, Query

    engine, fetch, read = get_engine("practice"), 0.0, 0.0
    rounds = 300
    with PracticeServer() as server:
        fetcher = HttpFetcher(allow_private=True)
        options = EngineOptions(base_url=server.url)
        for number in range(rounds):
            query = Query(text=f"cost {number}")
            t0 = time.thread_time()
            exchange = fetcher.fetch(engine.build(query, options))
            t1 = time.thread_time()
            engine.read(exchange, query)
            fetch, read = fetch + t1 - t0, read + time.thread_time() - t1
    return [
        ("CPU of a fetch (practice engine, loopback)", f"{fetch / rounds * 1000:.2f} ms"),
        ("CPU of judging and parsing one practice page", f"{read / rounds * 1000:.2f} ms"),
    ]


if __name__ == "__main__":
    main()
