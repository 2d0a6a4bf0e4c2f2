"""What `up` runs: the web server, a worker node and the practice engine, in the order in which they are stopped."""

import socket
import sys
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from django.db import connection

from scraper_app.child import Child
from scraper_app.environment import BASE_DIR, Environment

LOOPBACK = "127.0.0.1"
# Longer than any page should take, shorter than anybody would wait for a stop.
WEB_DRAIN_SECONDS = 10


def build_children(environment: Environment) -> list[Child]:
    """The practice engine moves to a free port where another installation has its usual one; all
    children are told."""
    practice_port = choose_port(environment.practice_port)
    shared = {"PRACTICE_PORT": str(practice_port)}
    return [
        build_web(environment, shared),
        build_node(shared),
        build_practice(practice_port, shared),
    ]


def build_web(environment: Environment, shared: dict[str, str]) -> Child:
    words = {
        "--bind": f"{bracket(environment.host)}:{environment.port}",
        "--worker-class": "gthread",
        "--workers": str(environment.web_workers),
        "--threads": str(environment.web_threads),
        "--timeout": "60",
        "--graceful-timeout": str(WEB_DRAIN_SECONDS),
        "--max-requests": "20000",
        "--max-requests-jitter": "2000",
        "--log-level": "warning",
        "--worker-tmp-dir": choose_memory_dir(),
    }
    flat = [word for pair in words.items() for word in pair]
    # Loaded once and forked: a start takes half the time, and the workers share the memory.
    command = [sys.executable, "-m", "gunicorn", "--preload", "--no-control-socket", *flat]
    return Child(
        name="web",
        command=[*command, "--chdir", str(BASE_DIR), "scraper_app.wsgi"],
        is_ready=lambda: answers(visit_host(environment.host), environment.port),
        environment=shared,
    )


def build_node(shared: dict[str, str]) -> Child:
    started_at = ask_database_time()
    return Child(
        name="node",
        command=[sys.executable, str(BASE_DIR / "manage.py"), "qcluster"],
        is_ready=lambda: has_reported_since(started_at),
        environment=shared,
    )


def build_practice(port: int, shared: dict[str, str]) -> Child:
    return Child(
        name="practice engine",
        command=[sys.executable, "-m", "serp.practice", "--port", str(port)],
        is_ready=lambda: listens(LOOPBACK, port),
        environment=shared,
    )


def bracket(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def visit_host(host: str) -> str:
    """An address at which this machine reaches a server bound to `host`."""
    return {"0.0.0.0": LOOPBACK, "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound


def choose_memory_dir() -> str:
    """gunicorn's workers touch a file each second: on a slow disk that alone can stall them."""
    memory = Path("/dev/shm")  # noqa: S108 - gunicorn makes an unguessable name in it
    return str(memory if memory.is_dir() else "/tmp")  # noqa: S108


def choose_port(wanted: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, wanted))
        except OSError:
            probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def answers(host: str, port: int) -> bool:
    http = HTTPConnection(host, port, timeout=5)
    try:
        http.request("GET", "/healthz")
        return http.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        http.close()


def ask_database_time() -> str:
    """The database's clock, since nodes report by it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()::text")
        return str(cursor.fetchone()[0])


def has_reported_since(moment: str) -> bool:
    with connection.cursor() as cursor:
        query = "SELECT EXISTS (SELECT FROM jobs_node WHERE seen_at > %s AND stopped_at IS NULL)"
        cursor.execute(query, [moment])
        return bool(cursor.fetchone()[0])
