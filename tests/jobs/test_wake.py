"""The bell between threads and the main thread: no ring is lost."""

import select
from typing import Any

from jobs.wake import WakePipe


def is_heard(pipe: WakePipe) -> bool:
    return bool(select.select([pipe], [], [], 0)[0])


class RingsMeanwhile:
    """A socket in whose reading somebody rings, at the worst moment."""

    def __init__(self, pipe: WakePipe, socket: Any) -> None:
        self._pipe, self._socket = pipe, socket

    def recv(self, size: int) -> bytes:
        self._pipe.ring()
        data: bytes = self._socket.recv(size)
        return data

    def fileno(self) -> int:
        return int(self._socket.fileno())


class TestWakePipe:
    def test_a_ring_is_heard_once(self) -> None:
        pipe = WakePipe()
        pipe.ring()
        pipe.ring()
        assert is_heard(pipe)
        pipe.silence()
        assert not is_heard(pipe)

    def test_after_a_ring_in_the_middle_of_silencing_the_next_is_heard(self) -> None:
        pipe = WakePipe()
        socket = pipe._hear
        pipe.ring()
        pipe._hear = RingsMeanwhile(pipe, socket)  # type: ignore[assignment]
        pipe.silence()
        pipe._hear = socket
        pipe.ring()
        assert is_heard(pipe)
