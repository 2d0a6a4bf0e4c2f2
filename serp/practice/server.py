"""Running the practice engine: in a thread for tests and `make demo`, or as a process of its own."""

import asyncio
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from serp.practice.app import PracticeApp
from serp.practice.connection import Connection

BACKLOG = 1024
START_SECONDS = 10.0
SETTLE_SECONDS = 0.01  # in which the loop does what it had begun


class PracticeServer:
    """`start` returns when it listens. Port 0 takes a free one; `url` tells which."""

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        faults: str = "",
        log_path: str | Path | None = None,
        latency: float = 0.0,
    ) -> None:
        self.host = host
        self.port = port
        self.app = PracticeApp(
            faults=faults, log_path=Path(log_path) if log_path else None, latency=latency
        )
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._started = threading.Event()
        self._failure: OSError | None = None

    @property
    def url(self) -> str:
        """Without a slash at the end."""
        return f"http://{self.host}:{self.port}"

    def start(self) -> Self:
        """Raises OSError where the port is taken."""
        self._thread = threading.Thread(target=self._run, name="practice", daemon=True)
        self._thread.start()
        self._started.wait(START_SECONDS)
        if self._failure:
            raise self._failure
        return self

    def stop(self) -> None:
        """Ends open connections too."""
        loop, thread = self._loop, self._thread
        if loop and thread and thread.is_alive():
            loop.call_soon_threadsafe(loop.stop)
            thread.join(START_SECONDS)
        self._loop = self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def _run(self) -> None:
        loop = asyncio.new_event_loop()
        connections: set[Connection] = set()
        try:
            server = loop.run_until_complete(
                loop.create_server(
                    lambda: Connection(self.app, connections), self.host, self.port, backlog=BACKLOG
                )
            )
            self.port = server.sockets[0].getsockname()[1]
            self._loop = loop
            self._started.set()
            loop.run_forever()
            loop.run_until_complete(hang_up(server, connections))
        except OSError as error:
            self._failure = error
        finally:
            self._started.set()
            loop.close()
            self.app.log.close()


async def hang_up(server: asyncio.Server, connections: set[Connection]) -> None:
    """End every connection, those too that were accepted a moment ago."""
    server.close()
    await asyncio.sleep(SETTLE_SECONDS)
    for connection in list(connections):
        connection.transport.abort()
    await asyncio.sleep(SETTLE_SECONDS)
