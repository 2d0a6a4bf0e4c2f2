"""A Redis of our own on a socket, as durable as Redis gets without waiting for the disk at each command."""

import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Self


class Redis:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._socket = folder / "redis.sock"

    @staticmethod
    def is_installed() -> bool:
        return shutil.which("redis-server") is not None

    @property
    def url(self) -> str:
        return f"redis+socket://{self._socket}"

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        words = ["--port", "0", "--unixsocket", str(self._socket), "--dir", str(self._folder)]
        words += ["--appendonly", "yes", "--save", "", "--loglevel", "warning"]
        self._process = subprocess.Popen(["redis-server", *words], stdout=subprocess.DEVNULL)
        until = time.monotonic() + 10
        while not self._socket.exists():
            if time.monotonic() > until:
                raise RuntimeError("redis-server does not start")
            time.sleep(0.05)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._process.terminate()
        self._process.wait(10)

    def ask_number(self, command: str) -> int:
        """For commands that answer with a number, such as LLEN."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(self._socket))
            connection.sendall(f"{command}\r\n".encode())
            return int(connection.recv(64).decode().strip().lstrip(":"))
