"""One seed: start, break, wait, judge."""

import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection

from scripts.chaos import workload
from scripts.chaos.engines import Engine, practice_engines
from scripts.chaos.nodes import DRAIN_SECONDS, ChaosNode
from scripts.chaos.plan import PAUSE, choose_faults
from scripts.chaos.postgres import ChaosPostgres
from scripts.chaos.verdicts import count_repeated, find_violations
from scripts.chaos.workload import insist

NODES = 2
# A node whose head was killed ends within its drain, a little later on a busy machine.
ENDS_WITHIN = DRAIN_SECONDS + 20.0
PROBES_WITHIN = 60.0


@dataclass(slots=True)
class Report:
    seed: int
    faults: Counter[str] = field(default_factory=Counter)
    jobs: int = 0
    seconds: float = 0.0
    requests: int = 0
    repeated: int = 0
    violations: list[str] = field(default_factory=list)


class Arena:
    """The database, the engines and the nodes of one seed."""

    def __init__(
        self,
        postgres: ChaosPostgres,
        engines: Mapping[str, Engine],
        folder: Path,
        environment: Mapping[str, str],
    ) -> None:
        self.postgres = postgres
        self.engines = engines
        self._log = folder / "nodes.log"
        self._environment = environment
        self.nodes: list[ChaosNode] = []

    def living(self) -> list[ChaosNode]:
        return [node for node in self.nodes if node.is_running and not node.was_asked_to_end]

    def start_node(self) -> None:
        self.nodes.append(ChaosNode(self._environment, self._log))

    def fill_up(self) -> None:
        while len(self.living()) < NODES:
            self.start_node()

    def strike(self, kind: str, dice: random.Random) -> bool:
        """Whether there was something to strike."""
        match kind:
            case "postgres restart":
                self.postgres.restart()
            case "postgres kill":
                self.postgres.kill()
            case "cut":
                insist(lambda: cut_connections(dice))
            case "drain":
                self.start_node()  # the new version comes first
                dice.choice(self.living()[:-1]).drain()
            case "node":
                dice.choice(self.living()).kill_all()
            case _:
                node = dice.choice(self.living())
                return insist(lambda: node.kill(kind, dice))
        return True


def run_seed(
    number: int,
    *,
    keywords: int,
    seconds: float,
    postgres: ChaosPostgres,
    folder: Path,
    environment: Mapping[str, str],
    pause: tuple[float, float] = PAUSE,
) -> Report:
    dice = random.Random(number)
    report = Report(number)
    began = time.monotonic()
    with practice_engines(folder) as engines:
        report.jobs = workload.start_keywords(keywords, engines, dice)
        with nodes_of(Arena(postgres, engines, folder, environment)) as arena:
            try:
                break_things(arena, choose_faults(dice, pause), dice, report, began + seconds)
                report.seconds = time.monotonic() - began
                report.violations = judge(arena, report)
            except Exception as error:  # the other seeds are still worth running
                report.violations.append(f"the suite itself broke: {error!r}")
    asked = [entry for engine in engines.values() for entry in engine.requests()]
    report.requests = sum(1 for entry in asked if not entry["keyword"].startswith("probe"))
    report.repeated = count_repeated(asked)
    return report


@contextmanager
def nodes_of(arena: Arena) -> Iterator[Arena]:
    try:
        arena.fill_up()
        yield arena
    finally:
        for node in arena.nodes:
            node.kill_all()
        connection.close()


def break_things(
    arena: Arena,
    faults: Iterator[tuple[str, float]],
    dice: random.Random,
    report: Report,
    until: float,
) -> None:
    """Until every job has finished, or the time is up."""
    for kind, pause in faults:
        if wait_until_done(min(time.monotonic() + pause, until)) or time.monotonic() >= until:
            return
        workload.hurry_the_last(few=report.jobs // 100)
        arena.fill_up()
        if arena.strike(kind, dice):
            report.faults[kind] += 1


def wait_until_done(until: float) -> bool:
    while workload.count_unfinished():
        if time.monotonic() >= until:
            return False
        time.sleep(0.2)
    return True


def judge(arena: Arena, report: Report) -> list[str]:
    found = insist(lambda: find_violations(report.jobs, arena.engines))
    if not report.violations and not found:
        found += check_nodes_work(arena)
    return found + check_nodes_end(arena)


def check_nodes_work(arena: Arena) -> list[str]:
    """Each node that has not ended takes jobs."""
    settle_heads(arena)
    wanted = {node.pid for node in arena.living()}
    until = time.monotonic() + PROBES_WITHIN
    url = arena.engines["free"].url
    while missing := wanted - insist(workload.find_probed_nodes):
        if time.monotonic() > until:
            return [f"node {pid} looks alive and takes no jobs" for pid in sorted(missing)]
        insist(lambda: workload.start_probes(2 * len(wanted), url))
        time.sleep(5)
    insist(workload.cancel_probes)
    return []


def settle_heads(arena: Arena) -> None:
    """Nodes whose sentinel was killed a moment ago are about to end."""
    until = time.monotonic() + ENDS_WITHIN
    while any(len(node.processes()) < 2 for node in arena.living()):
        if time.monotonic() > until:
            return
        time.sleep(0.2)


def check_nodes_end(arena: Arena) -> list[str]:
    """Those that were killed have ended with all their processes; the others end when asked."""
    for node in arena.living():
        node.drain()
    until = time.monotonic() + ENDS_WITHIN
    while time.monotonic() < until and any(node.processes() for node in arena.nodes):
        time.sleep(0.2)
    left = {node.pid: node.processes() for node in arena.nodes if node.processes()}
    return [f"node {pid} left {processes}" for pid, processes in left.items()]


def cut_connections(dice: random.Random) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() ORDER BY pid"
        )
        pids = [row[0] for row in cursor.fetchall()]
        chosen = dice.sample(pids, (len(pids) + 1) // 2)
        cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) pid", [chosen])
    return bool(chosen)
