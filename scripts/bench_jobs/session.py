"""One run of the benchmark: its parts in order, and the table of each."""

import argparse
import platform
import sys
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from scraper_app.embedded_postgres import EmbeddedPostgres
from scripts.bench_jobs import claim_cost, enqueuing, environments, idling, ours, pacing, throughput
from scripts.bench_jobs.figures import (
    load_average,
    number,
    quantile,
    ratio,
    show_aims,
    show_table,
)
from scripts.bench_jobs.node import Node
from scripts.bench_jobs.peers import Peer, make_celery, make_postgres_peers
from scripts.bench_jobs.redis import Redis
from scripts.bench_jobs.server import create_database
from scripts.bench_jobs.throughput import OURS, RAW_BARE, RAW_OURS, Found, Plan

RATES = ((20, 10.0), (30, 60.0), (600, 60.0))
NODES = (1, 2, 4)


class Session:
    def __init__(
        self, server: EmbeddedPostgres, arguments: argparse.Namespace, folder: Path
    ) -> None:
        self._server, self._arguments, self._folder = server, arguments, folder
        self._marks = folder / "marks"
        self._plan = Plan(empty=(arguments.workers, arguments.threads))
        self._aims: dict[str, tuple[str, bool | None]] = {}
        self._database = str(connection.settings_dict["NAME"])

    def run(self) -> None:
        started = time.monotonic()
        self._prepare()
        with ExitStack() as stack:
            peers = [] if self._arguments.without_peers else self._find_peers(stack)
            for part in self._arguments.only:
                getattr(self, f"_show_{part}")(peers)
        if self._aims:
            show_aims(self._aims)
        print(f"\n{time.monotonic() - started:.0f} s; load average at the end {load_average()}.")

    def _prepare(self) -> None:
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        version = self._read_version()
        connection.close()
        for finished in self._arguments.finished if "claim" in self._arguments.only else ():
            create_database(self._server, f"claim_{finished}", template=self._database)
        ours.make_queue()
        print(
            f"PostgreSQL {version}, durable; Python {platform.python_version()};"
            f" {self._arguments.rounds} rounds; load average at the start {load_average()}."
        )

    def _read_version(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
            return int(cursor.fetchone()[0])

    def _find_peers(self, stack: ExitStack) -> list[Peer]:
        try:
            python = environments.prepare_python()
        except environments.PeersUnavailable as problem:
            print(f"No peers: {problem}", file=sys.stderr)
            return []
        create = partial(create_database, self._server)
        has = partial(environments.has, python)
        peers = list(make_postgres_peers(python, self._marks, create, has))
        if not has("oban"):
            print("No oban: it wants Python 3.12 or newer, and none was found.", file=sys.stderr)
        if Redis.is_installed():
            redis = stack.enter_context(Redis(self._folder / "redis"))
            peers.append(make_celery(python, self._marks, redis))
        else:
            print(
                "No Celery: redis-server is not installed (apt install redis-server).",
                file=sys.stderr,
            )
        return peers

    # throughput

    def _show_throughput(self, peers: list[Peer]) -> None:
        found, count = Found(), self._arguments.latencies
        for number_ in range(self._arguments.rounds):
            throughput.measure_raw(self._server.url(), found)
            throughput.measure_ours_empty(self._plan, found)
            throughput.measure_ours_waiting(self._plan, found)
            throughput.measure_ours_latency(self._plan, found, count, self._marks)
            throughput.measure_peers(peers, found, count)
            print(
                f"round {number_ + 1}, load average {load_average()}", file=sys.stderr, flush=True
            )
        names = [RAW_BARE, RAW_OURS, OURS, *(peer.name for peer in peers)]
        show_table(
            (
                "",
                "empty jobs/s: median (lowest to highest)",
                "of the raw loop",
                "20 ms jobs/s, 20 in flight",
                "200 ms jobs/s, 100 in flight",
                "MB (PSS) then",
                "start after enqueue, idle: p50 / p95 ms",
                "enqueue in bulk, rows/s",
            ),
            [self._throughput_row(name, found) for name in names],
        )
        self._judge_throughput(found, peers)

    def _throughput_row(self, name: str, found: Found) -> tuple[str, ...]:
        waits = found.latency.by_name.get(name)
        start = f"{quantile(waits, 0.5):.1f} / {quantile(waits, 0.95):.1f}" if waits else "-"
        return (
            name,
            found.empty.spread(name),
            ratio(found.empty.median(name), found.empty.median(RAW_BARE)),
            found.short.spread(name),
            found.long.spread(name),
            found.memory.spread(name),
            start,
            found.enqueued.spread(name),
        )

    def _judge_throughput(self, found: Found, peers: list[Peer]) -> None:
        mine = found.empty.median(OURS) or 0.0
        for name in (RAW_BARE, RAW_OURS):
            share = mine / (found.empty.median(name) or 1.0)
            self._aims[f"empty jobs: 0.6 of the {name}"] = (f"{share:.2f}", share >= 0.6)
        best = max((found.empty.median(peer.name) or 0.0 for peer in peers), default=0.0)
        if best:
            self._aims["empty jobs: 5 times the best peer"] = (
                f"{mine / best:.1f}",
                mine >= 5 * best,
            )
        rate, memory = found.long.median(OURS) or 0.0, found.memory.median(OURS) or 0.0
        enough = rate >= 400 and memory <= 200
        said = f"{number(rate)}/s, {number(memory)} MB"
        self._aims["200 ms jobs, 100 in flight: 400/s within 200 MB"] = (said, enough)
        waits = found.latency.by_name[OURS]
        middle, late = quantile(waits, 0.5), quantile(waits, 0.95)
        said = f"{middle:.1f} / {late:.1f} ms"
        self._aims["enqueue to start, idle: 3 ms, p95 8 ms"] = (said, middle <= 3 and late <= 8)

    # the other parts

    def _show_enqueue(self, _peers: list[Peer]) -> None:
        count = self._arguments.enqueue
        found = enqueuing.measure(self._server.url(), self._arguments.rounds, count)
        names = (enqueuing.OURS, enqueuing.INDEXED, enqueuing.BARE)
        rows = [
            (name, found.spread(name), ratio(found.median(name), found.median(enqueuing.INDEXED)))
            for name in names
        ]
        show_table((f"{count:,} jobs in bulk", "rows/s", "of COPY"), rows)
        share = (found.median(enqueuing.OURS) or 0) / (found.median(enqueuing.INDEXED) or 1)
        self._aims["bulk enqueue: half of COPY"] = (f"{share:.2f}", share >= 0.5)

    def _show_claim(self, _peers: list[Peer]) -> None:
        urls = {n: self._server.url(f"claim_{n}") for n in self._arguments.finished}
        for url in urls.values():
            claim_cost.turn_to(url)
            ours.make_queue()
        found = claim_cost.measure(urls, self._arguments.rounds)
        claim_cost.turn_to(self._server.url(self._database))
        least = str(min(urls))
        rows = [
            (f"{n:,}", found.spread(str(n)), ratio(found.median(str(n)), found.median(least)))
            for n in urls
        ]
        show_table(("finished jobs in the table", "a claim of 10, ms", "of the least"), rows)
        worst = max((found.median(str(n)) or 0) / (found.median(least) or 1) for n in urls)
        self._aims["claim cost within 1.3 as the table grows"] = (f"{worst:.2f}", worst <= 1.3)

    def _show_idle(self, peers: list[Peer]) -> None:
        ours.clear_jobs()
        connection.close()
        seconds = self._arguments.idle
        admin = self._server.url("postgres")
        node = Node(workers=self._arguments.workers, threads=self._arguments.threads)
        mine = idling.measure(admin, self._database, node, seconds)
        rows = [(OURS, f"{mine:.2f}")]
        for peer in peers:
            if peer.url.startswith("postgres"):
                database = peer.url.rsplit("/", 1)[1]
                working = peer.working(peer.busy)
                rows.append(
                    (peer.name, f"{idling.measure(admin, database, working, seconds / 4):.2f}")
                )
        show_table(("an idle node", "transactions/s"), rows)
        self._aims["an idle node: under one transaction a second"] = (f"{mine:.2f}", mine < 1)

    def _show_throttle(self, _peers: list[Peer]) -> None:
        rows, strict, least = [], True, 1.0
        for limit, period in RATES:
            for nodes in NODES:
                got = pacing.measure(nodes, limit, period, self._arguments.periods, self._marks)
                strict, least = strict and got.densest <= limit, min(least, got.share)
                rows.append(
                    (f"{limit} per {period:g} s", str(nodes), str(got.densest), f"{got.share:.1%}")
                )
        show_table(("rate", "nodes", "densest window", "share of the allowance"), rows)
        said = f"{'never above' if strict else 'above'}, {least:.1%}"
        self._aims["rates: never above N in any window, 98 % used"] = (
            said,
            strict and least >= 0.98,
        )
