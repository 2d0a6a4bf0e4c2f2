"""What a claim costs as finished jobs gather in the table."""

import time
from collections.abc import Sequence
from uuid import uuid4

import psycopg
from django.db import connection

from jobs.claiming import Claimer
from jobs.models import Node, Worker
from scripts.bench_jobs import ours
from scripts.bench_jobs.figures import Rounds

CLAIMS = 200  # a round
BATCH = 10  # jobs a claim

FINISHED = """
INSERT INTO jobs_job (kind, queue_id, owner, priority, turn, scheduled_at, state, attempt, max_attempts, args,
    error, created_at, started_at, finished_at, changed_at)
SELECT 'bench.empty', (SELECT id FROM jobs_queue WHERE name = 'bench'), n %% 50, 5, n, at, 'completed',
    1, 5, '{}', '', at, at, at, at
FROM generate_series(1, %s) n, LATERAL (SELECT now() - n * interval '0.05 s') AS t(at)
"""


def measure(urls: dict[int, str], rounds: int) -> Rounds:
    """`urls`: of a database for each number of finished jobs. Milliseconds a claim, by that number."""
    found = Rounds()
    claimers = {}
    for finished, url in urls.items():
        fill(url, finished)
        turn_to(url)
        ours.fill(CLAIMS * BATCH * rounds, "bench.empty")
        claimers[finished] = make_claimer()
    for _ in range(rounds):
        for finished, url in urls.items():
            turn_to(url)
            found.add(str(finished), claim_often(claimers[finished]))
    return found


def fill(url: str, count: int) -> None:
    with psycopg.connect(url, autocommit=True) as other:
        for start in range(0, count, 1_000_000):
            other.execute(FINISHED, [min(1_000_000, count - start)])
        other.execute("VACUUM ANALYZE jobs_job")


def turn_to(url: str) -> None:
    """Django's connection, to another database of the same server."""
    connection.close()
    connection.settings_dict["NAME"] = url.rsplit("/", 1)[1]


def make_claimer() -> Claimer:
    node = Node.objects.create(id=uuid4(), host="bench", pid=1)
    worker = Worker.objects.create(node=node, host="bench", machine="bench", pid=1)
    return Claimer(worker_id=worker.pk, node_id=node.pk)


def claim_often(claimer: Claimer) -> float:
    """Milliseconds of one: the median of many."""
    times = []
    for _ in range(CLAIMS):
        started = time.perf_counter()
        starts, _ = claimer.claim_due(free=BATCH, running={})
        times.append(time.perf_counter() - started)
        assert len(starts) == BATCH
    return median_of(times) * 1000


def median_of(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]
