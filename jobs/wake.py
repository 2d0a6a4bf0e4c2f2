"""What a worker's main thread sleeps on: Postgres' notifications, its own threads, signals, a time."""

import contextlib
import select
import signal
import socket
from typing import NamedTuple

from django.db import connection

from jobs.wakeup import CANCEL_CHANNEL, WAKE_CHANNEL


class WakePipe:
    """A bell that threads and signals ring. Ringing it twice before it is heard costs nothing."""

    def __init__(self) -> None:
        self._hear, self._strike = socket.socketpair()
        self._hear.setblocking(False)
        self._strike.setblocking(False)
        self._rung = False

    def ring(self) -> None:
        if not self._rung:
            self._rung = True
            self._send()

    def _send(self) -> None:
        with contextlib.suppress(BlockingIOError):  # it rings already
            self._strike.send(b"\0")

    def listen_to_signals(self) -> None:
        """Main thread only. Signals end a sleep, whatever their handlers do."""
        signal.set_wakeup_fd(self._strike.fileno(), warn_on_full_buffer=False)

    def fileno(self) -> int:
        return self._hear.fileno()

    def silence(self) -> None:
        """Call it before looking for what was announced, so that no announcement is missed.

        The flag is cleared last: cleared first, a ring between the two steps would set it again and
        have its byte taken away, and no later ring would be heard.
        """
        with contextlib.suppress(BlockingIOError):
            self._hear.recv(4096)
        self._rung = False


class Heard(NamedTuple):
    channel: str
    queue_id: int | None = None


class Ears:
    """Hears what Postgres announces on this process' one connection, asleep or between queries."""

    def __init__(self) -> None:
        self._heard: set[Heard] = set()

    def listen(self) -> None:
        """Once for each new connection."""
        with connection.cursor() as cursor:
            cursor.execute(f"LISTEN {WAKE_CHANNEL}; LISTEN {CANCEL_CHANNEL}")
        connection.connection.add_notify_handler(
            lambda note: self._note(note.channel, note.payload)
        )

    def sleep(self, pipe: WakePipe, timeout: float) -> set[Heard]:
        """Sleeps at most `timeout` seconds, not at all where something was announced meanwhile.

        Returns what was said. Raises OperationalError where the connection is gone.
        """
        if self._heard:
            timeout = 0
        ready, _, _ = select.select([pipe, connection.connection], [], [], max(timeout, 0))
        if pipe in ready:
            pipe.silence()
        if connection.connection in ready:
            self._take()
        heard, self._heard = self._heard, set()
        return heard

    def _take(self) -> None:
        pgconn = connection.connection.pgconn
        pgconn.consume_input()
        while (note := pgconn.notifies()) is not None:
            self._note(note.relname.decode(), note.extra.decode())

    def _note(self, channel: str, payload: str) -> None:
        self._heard.add(Heard(channel, int(payload) if payload.isdecimal() else None))
