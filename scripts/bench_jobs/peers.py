"""The peers: how each is installed, filled, run and asked how much is left. Each as its own documents
recommend for throughput, and durable; django-q2 also as it comes."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg

from scripts.bench_jobs.redis import Redis

PROGRAMS = Path(__file__).with_name("programs")
PATIENCE = 120  # seconds after which a peer is taken to hang


class Stuck(Exception):
    """A peer does not get on; the sentence says which."""


@dataclass(frozen=True)
class Setting:
    """`words` follow `work`; so many processes of it are started."""

    words: tuple[str, ...]
    processes: int = 1
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Peer:
    name: str
    program: str
    python: Path
    url: str
    marks: Path
    count_left: Callable[[], int]
    busy: Setting  # for empty jobs
    in_flight: Callable[[int], Setting | None]  # so many jobs that wait; None: it cannot
    empty_jobs: int  # as many as take it two seconds or three
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, *words: str) -> str:
        answer = subprocess.run(
            self._command(*words), check=False, capture_output=True, text=True, env=self._environ()
        )
        if answer.returncode != 0:
            lines = answer.stderr.strip().splitlines() or ["it says nothing"]
            raise Stuck(f"{self.name}: {words[0]} fails: {lines[-1]}")
        return answer.stdout

    def fill(self, count: int, seconds: float) -> float:
        """Jobs enqueued a second."""
        return count / float(self.run("fill", str(count), str(seconds)))

    @contextmanager
    def working(self, setting: Setting) -> Iterator[list[subprocess.Popen[bytes]]]:
        workers = [
            subprocess.Popen(
                self._command("work", *setting.words),
                env={**self._environ(), **setting.environment},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            for _ in range(setting.processes)
        ]
        try:
            yield workers
        finally:
            for worker in workers:
                stop(worker)

    def rate_until_empty(self, count: int) -> float:
        """Jobs a second, from the first look at which one had ended."""
        until = time.monotonic() + PATIENCE
        began, first = 0.0, 0
        while (left := self.count_left()) > 0:
            now = time.monotonic()
            if not began and left < count:
                began, first = now, left
            if now > until:
                raise Stuck(f"{self.name}: {left} of {count} jobs are left after {PATIENCE} s")
            time.sleep(0.02)
        return first / max(time.monotonic() - began, 0.001)

    def latencies(self, count: int) -> list[float]:
        """Milliseconds from the call that enqueues to the job's first line."""
        self.marks.unlink(missing_ok=True)
        self.run("latency", str(count))
        time.sleep(1.0)
        return [float(line) * 1000 for line in self.marks.read_text().split()]

    def _command(self, *words: str) -> list[str]:
        return [str(self.python), str(PROGRAMS / f"{self.program}.py"), *words]

    def _environ(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        mine = {"BENCH_URL": self.url, "BENCH_MARKS": str(self.marks)}
        return {**kept, **mine, **self.environment}


def stop(worker: subprocess.Popen[bytes]) -> None:
    """Asked first; then all of its session."""
    family = [psutil.Process(worker.pid), *psutil.Process(worker.pid).children(recursive=True)]
    worker.send_signal(signal.SIGTERM)
    try:
        worker.wait(8)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
    for process in family:
        if process.is_running():
            process.kill()


def megabytes(workers: Sequence[subprocess.Popen[bytes]]) -> float:
    """Proportional set size of all processes: a page that n of them share counts 1/n in each."""
    heads = [psutil.Process(worker.pid) for worker in workers]
    family = [process for head in heads for process in (head, *head.children(recursive=True))]
    return float(sum(process.memory_full_info().pss for process in family)) / 2**20


def count_rows(url: str, sql: str) -> Callable[[], int]:
    connection = psycopg.connect(url, autocommit=True)

    def count() -> int:
        row = connection.execute(sql).fetchone()
        return int(row[0]) if row else 0

    return count


def make_postgres_peers(
    python: Path, marks: Path, create: Callable[[str], str], modules: Callable[[str], bool]
) -> Iterator[Peer]:
    """`create` makes a database and returns its URL; `modules` tells whether one can be imported."""
    if modules("oban"):
        yield _make_oban(python, marks, create("oban"))
    yield _make_procrastinate(python, marks, create("procrastinate"))
    for tuned in (True, False):
        yield _make_django_q2(python, marks, create(f"django_q2_{tuned}"), tuned=tuned)


def _make_oban(python: Path, marks: Path, url: str) -> Peer:
    left = "SELECT count(*) FROM oban_jobs WHERE state IN ('available', 'executing', 'scheduled')"
    peer = Peer(
        name="oban, Python 0.7 (1 process, limit 100)",
        program="oban_program",
        python=python,
        url=url,
        marks=marks,
        count_left=count_rows(url, left),
        busy=Setting(("100",)),
        in_flight=lambda n: Setting((str(n),)),
        empty_jobs=3000,
    )
    peer.run("install")
    return peer


def _make_procrastinate(python: Path, marks: Path, url: str) -> Peer:
    left = "SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')"
    peer = Peer(
        name="procrastinate 3.10 (4 processes of 10)",
        program="procrastinate_program",
        python=python,
        url=url,
        marks=marks,
        count_left=count_rows(url, left),
        busy=Setting(("10",), processes=4),
        in_flight=lambda n: Setting((str(n),)),
        empty_jobs=1500,
    )
    peer.run("install")
    return peer


def _make_django_q2(python: Path, marks: Path, url: str, *, tuned: bool) -> Peer:
    how = "tuned: save_limit -1, bulk 100, kept connections, 4 workers" if tuned else "as it comes"
    peer = Peer(
        name=f"django-q2 1.11, its ORM broker ({how})",
        program="django_q2_program",
        python=python,
        url=url,
        marks=marks,
        count_left=count_rows(url, "SELECT count(*) FROM django_q_ormq"),
        busy=Setting(("4",)),
        in_flight=lambda n: Setting((str(n),)) if tuned and n <= 20 else None,
        empty_jobs=2000 if tuned else 60,
        environment={"BENCH_TUNED": "1"} if tuned else {},
    )
    peer.run("install")
    return peer


def make_celery(python: Path, marks: Path, redis: Redis) -> Peer:
    return Peer(
        name="Celery 5.7 on Redis (late acknowledgement, 4 processes)",
        program="celery_program",
        python=python,
        url=redis.url,
        marks=marks,
        count_left=lambda: redis.ask_number("LLEN celery") + redis.ask_number("HLEN unacked"),
        busy=Setting(("4",), environment={"BENCH_PREFETCH": "64"}),
        in_flight=lambda n: Setting((str(n), "threads"), environment={"BENCH_PREFETCH": "1"}),
        empty_jobs=2000,
    )
