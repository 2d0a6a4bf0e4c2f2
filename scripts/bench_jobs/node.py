"""A worker node of the product as the benchmark runs it: `manage.py qcluster`, a process of its own."""

import os
import signal
import subprocess
import sys
import time
from types import TracebackType
from typing import Self

import psutil
from django.db import connection

from scripts.bench_jobs.server import ROOT

START_SECONDS = 60


class Node:
    """Leaving the `with` block drains it."""

    def __init__(self, *, workers: int, threads: int) -> None:
        self.workers, self.threads = workers, threads

    def __enter__(self) -> Self:
        environment = {
            **os.environ,
            "WORKERS": str(self.workers),
            "THREADS": str(self.threads),
            "PYTHONPATH": str(ROOT),
        }
        present = count_workers()
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "qcluster"], cwd=ROOT, env=environment
        )
        until = time.monotonic() + START_SECONDS
        while count_workers() < present + self.workers:
            if time.monotonic() > until or self.process.poll() is not None:
                raise RuntimeError("the node does not start")
            time.sleep(0.1)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(40)
        except subprocess.TimeoutExpired:
            for process in self.family():
                process.kill()

    def family(self) -> list[psutil.Process]:
        head = psutil.Process(self.process.pid)
        return [head, *head.children(recursive=True)]

    def cpu_seconds(self) -> float:
        return sum(sum(process.cpu_times()[:2]) for process in self.family())

    def megabytes(self) -> float:
        """Proportional set size: a page that n processes share counts 1/n in each."""
        return float(sum(process.memory_full_info().pss for process in self.family())) / 2**20


def count_workers() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM jobs_worker WHERE stopped_at IS NULL")
        return int(cursor.fetchone()[0])
