"""What a node's or a worker's row tells at a moment: alive, draining, missing, stuck or stopped."""

from datetime import datetime, timedelta

from jobs.maintenance import STUCK_AFTER
from jobs.models import Node, Worker

# A node beats every ten seconds.
NODE_MISSING_AFTER = timedelta(seconds=25)

# States of a worker whose jobs may be given to others.
LOST = frozenset({"missing", "stuck"})


def name_node_state(node: Node, now: datetime) -> str:
    if node.stopped_at is not None:
        return "stopped"
    if now - node.seen_at > NODE_MISSING_AFTER:
        return "missing"
    return "draining" if node.draining_at is not None else "alive"


def name_worker_state(worker: Worker, now: datetime) -> str:
    if worker.stopped_at is not None:
        return "stopped"
    if worker.missing_since is not None:
        return "missing"
    return "stuck" if now - worker.seen_at > STUCK_AFTER else "alive"
