"""Jobs per second, memory and latency: rounds in which every contestant has its turn."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scripts.bench_jobs import ours, peers, raw
from scripts.bench_jobs.figures import Rounds
from scripts.bench_jobs.node import Node
from scripts.bench_jobs.peers import Peer, Stuck

OURS = "**Athanor**"
RAW_BARE = "raw loop, a bare table"
RAW_OURS = "raw loop, our table with its indexes and constraints"
RAW_JOBS, OUR_JOBS = 40_000, 40_000
SHORT, LONG = 0.02, 0.2  # seconds
SHORT_IN_FLIGHT, LONG_IN_FLIGHT = 20, 100


@dataclass
class Found:
    empty: Rounds = field(default_factory=Rounds)
    short: Rounds = field(default_factory=Rounds)
    long: Rounds = field(default_factory=Rounds)
    memory: Rounds = field(default_factory=Rounds)
    latency: Rounds = field(default_factory=Rounds)
    enqueued: Rounds = field(default_factory=Rounds)


@dataclass(frozen=True)
class Plan:
    """How our node is set: workers (processes) and threads of each."""

    empty: tuple[int, int] = (2, 8)
    short: tuple[int, int] = (2, 10)
    long: tuple[int, int] = (1, 100)


def measure_raw(url: str, found: Found) -> None:
    raw.fill_bare(url, RAW_JOBS)
    found.empty.add(RAW_BARE, raw.run_bare(url, RAW_JOBS))
    ours.clear_jobs()
    ours.fill(RAW_JOBS, "bench.empty")
    found.empty.add(RAW_OURS, raw.run_ours(url, RAW_JOBS))


def measure_ours_empty(plan: Plan, found: Found) -> None:
    ours.clear_jobs()
    ours.fill(OUR_JOBS, "bench.empty")
    with Node(workers=plan.empty[0], threads=plan.empty[1]):
        ours.wait_until_drained()
    found.empty.add(OURS, ours.rate_of_run())


def measure_ours_latency(plan: Plan, found: Found, count: int, marks: Path) -> None:
    ours.clear_jobs()
    with Node(workers=plan.empty[0], threads=plan.empty[1]):
        time.sleep(2)
        for waited in ours.latencies(count, marks):
            found.latency.add(OURS, waited)


def measure_ours_waiting(plan: Plan, found: Found) -> None:
    for setting, seconds, count, into in (
        (plan.short, SHORT, 4000, found.short),
        (plan.long, LONG, 2000, found.long),
    ):
        ours.clear_jobs()
        ours.fill(count, "bench.sleep", {"seconds": seconds})
        with Node(workers=setting[0], threads=setting[1]) as node:
            if into is found.long:
                time.sleep(1.5)
                found.memory.add(OURS, node.megabytes())
            ours.wait_until_drained()
        into.add(OURS, ours.rate_of_run())


def measure_peers(all_peers: Sequence[Peer], found: Found, count: int) -> None:
    for peer in all_peers:
        started = time.monotonic()
        for measure in (measure_peer_empty, measure_peer_waiting):
            try:
                measure(peer, found, count)
            except (Stuck, ValueError) as problem:
                print(f"- {problem}", file=sys.stderr, flush=True)
        print(f"  {peer.name}: {time.monotonic() - started:.0f} s", file=sys.stderr, flush=True)


def measure_peer_empty(peer: Peer, found: Found, count: int) -> None:
    found.enqueued.add(peer.name, peer.fill(peer.empty_jobs, 0))
    with peer.working(peer.busy):
        found.empty.add(peer.name, peer.rate_until_empty(peer.empty_jobs))
        time.sleep(1)
        for waited in peer.latencies(count):
            found.latency.add(peer.name, waited)


def measure_peer_waiting(peer: Peer, found: Found, _count: int) -> None:
    for in_flight, seconds, jobs, into in (
        (SHORT_IN_FLIGHT, SHORT, 1200, found.short),
        (LONG_IN_FLIGHT, LONG, 700, found.long),
    ):
        setting = peer.in_flight(in_flight)
        if setting is None:
            continue
        peer.fill(jobs, seconds)
        with peer.working(setting) as workers:
            rate = peer.rate_until_empty(jobs)
            if into is found.long:
                found.memory.add(peer.name, peers.megabytes(workers))
        into.add(peer.name, rate)
