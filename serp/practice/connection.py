"""HTTP/1.1 for the practice engine, on asyncio's protocols: small, quick, and able to misbehave."""

import asyncio
import socket
import struct
from http import HTTPStatus
from urllib.parse import unquote

from serp.practice.app import PracticeApp
from serp.practice.replies import Delivery, Reply

LONGEST_REQUEST = 1024 * 1024
DRIP_SECONDS = 0.2  # between two bytes


class Connection(asyncio.Protocol):
    """One client. Requests are answered one after the other."""

    def __init__(self, app: PracticeApp, open_connections: set["Connection"]) -> None:
        self.app = app
        self.open_connections = open_connections
        self.loop = asyncio.get_running_loop()
        self.transport: asyncio.Transport
        self.buffer = b""
        self.busy = False
        self.keep_alive = True
        self.timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.open_connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.note_end()
        self.open_connections.discard(self)
        if self.timer:
            self.timer.cancel()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if len(self.buffer) > LONGEST_REQUEST:
            self.transport.abort()
        elif not self.busy:
            self.take_request()

    def take_request(self) -> None:
        """Answer the first whole request of the buffer, if there is one."""
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        try:
            method, target, self.keep_alive, length = read_head(head.decode("latin-1"))
        except ValueError:
            self.transport.abort()
            return
        if len(rest) < length:
            return
        self.buffer = rest[length:]
        self.note_begin()
        reply = self.app.answer(method, target, rest[:length])
        if reply.delay:
            self.timer = self.loop.call_later(reply.delay, self.send, reply)
        else:
            self.send(reply)

    def send(self, reply: Reply) -> None:
        head = render_head(reply, keep_alive=self.keep_alive)
        match reply.delivery:
            case Delivery.WHOLE:
                self.transport.write(head + reply.body)
                self.finish()
            case Delivery.DRIP:
                self.transport.write(head)
                self.drip(reply.body, 0)
            case Delivery.DRIP_HEADERS:
                self.drip(head + reply.body, 0)
            case Delivery.HALF:
                self.transport.write(head + reply.body[: len(reply.body) // 2])
                self.transport.close()
            case Delivery.RAW:
                self.transport.write(reply.body)
                self.transport.close()
            case Delivery.RESET:
                self.reset()
            case Delivery.SILENT:
                pass

    def drip(self, data: bytes, position: int) -> None:
        self.transport.write(data[position : position + 1])
        if position + 1 >= len(data):
            self.finish()
        else:
            self.timer = self.loop.call_later(DRIP_SECONDS, self.drip, data, position + 1)

    def note_begin(self) -> None:
        self.busy = True
        self.app.in_flight += 1

    def note_end(self) -> None:
        """The answer is out, or nobody waits for it any more."""
        self.app.in_flight -= self.busy
        self.busy = False

    def finish(self) -> None:
        self.note_end()
        if not self.keep_alive:
            self.transport.close()
        elif self.buffer:
            self.take_request()

    def reset(self) -> None:
        """Close so that the kernel sends RST rather than FIN."""
        sock = self.transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


def read_head(head: str) -> tuple[str, str, bool, int]:
    """Method, target, whether the connection stays, and the length of the body."""
    request_line, *lines = head.split("\r\n")
    method, target, version = request_line.split(" ")
    if not unquote(target).startswith("/"):
        raise ValueError("no path")
    headers = {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    keep_alive = version == "HTTP/1.1" and headers.get("connection", "").lower() != "close"
    return method, target, keep_alive, int(headers.get("content-length", 0))


def render_head(reply: Reply, *, keep_alive: bool) -> bytes:
    reason = HTTPStatus(reply.status).phrase if reply.status else "None"
    lines = [f"HTTP/1.1 {reply.status} {reason}", "Server: athanor-practice"]
    lines += [f"{name}: {value}" for name, value in reply.headers.items()]
    if "Content-Type" not in reply.headers:
        lines.append("Content-Type: text/html; charset=utf-8")
    lines += [f"Content-Length: {len(reply.body)}", "Cache-Control: no-store"]
    lines.append(f"Connection: {'keep-alive' if keep_alive else 'close'}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")
