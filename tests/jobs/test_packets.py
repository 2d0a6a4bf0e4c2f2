"""The queue of packets between a node's processes."""

import threading

import pytest

from jobs import packets
from jobs.packets import PacketQueue


class TestGet:
    def test_waits_on_after_its_longest_wait(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(packets, "LONGEST_WAIT", 0.05)
        queue = PacketQueue()
        threading.Timer(0.3, queue.put, [{"late": True}]).start()
        assert queue.get() == {"late": True}

    def test_hands_packets_out_in_order(self) -> None:
        queue = PacketQueue()
        assert queue.empty()
        for item in ("one", "two"):
            queue.put(item)
        assert [queue.get(), queue.get(), queue.qsize()] == ["one", "two", 0]
