"""Who asked what, and when: the witness of throttling, of limits and of work done twice."""

import json
from collections import deque
from pathlib import Path
from typing import BinaryIO

REMEMBERED = 200_000


class RequestLog:
    """The last requests in memory; all of them in a file, one JSON line each, where one is named."""

    def __init__(self, path: Path | None = None) -> None:
        self.entries: deque[dict[str, object]] = deque(maxlen=REMEMBERED)
        self.total = 0
        # Unbuffered: a line is in the file before its answer is on the wire.
        self._file: BinaryIO | None = path.open("ab", buffering=0) if path else None

    def add(
        self, *, time: float, keyword: str, page: int, status: int, fault: str, in_flight: int = 1
    ) -> None:
        """`time` is the Unix time of arrival; `status` is 0 where no status is ever sent;
        `in_flight` counts the requests that were being answered then, this one included."""
        entry: dict[str, object] = {
            "time": round(time, 6),
            "keyword": keyword,
            "page": page,
            "status": status,
            "fault": fault,
            "in_flight": in_flight,
        }
        self.entries.append(entry)
        self.total += 1
        if self._file:
            self._file.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")

    def clear(self) -> None:
        self.entries.clear()
        self.total = 0

    def close(self) -> None:
        if self._file:
            self._file.close()
            self._file = None
