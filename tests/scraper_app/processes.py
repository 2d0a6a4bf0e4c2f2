"""Waiting for processes, and finding those of one data folder."""

import socket
import time
from collections.abc import Callable
from pathlib import Path

import psutil


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find_processes(data_dir: Path) -> list[psutil.Process]:
    """Everything alive that was started with this DATA_DIR, and its server."""
    return [process for process in psutil.process_iter() if belongs(process, data_dir)]


def belongs(process: psutil.Process, data_dir: Path) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return bool(process.environ().get("DATA_DIR") == str(data_dir))
    except psutil.Error:
        return False
