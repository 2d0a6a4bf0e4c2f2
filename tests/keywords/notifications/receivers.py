"""Receivers on loopback: a web server that keeps what is posted to it, and a mail server that keeps mail."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Received:
    """`statuses` are answered in turn, then 204. `port` is 0 until it listens."""

    port: int = 0
    statuses: list[int] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"


@contextmanager
def receive_webhooks() -> Iterator[Received]:
    received = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            received.bodies.append(self.rfile.read(length))
            received.headers.append({name.lower(): value for name, value in self.headers.items()})
            self.send_response(received.statuses.pop(0) if received.statuses else 204)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silent."""

    with serving(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as port:
        received.port = port
        yield received


class _Mail(socketserver.StreamRequestHandler):
    """As much of SMTP as a client needs that has something to deliver."""

    received: Received

    def handle(self) -> None:
        self.say("220 here")
        while line := self.rfile.readline().strip():
            command = line[:4].upper()
            if command == b"DATA":
                self.say("354 go on")
                self.received.bodies.append(b"".join(iter(self.rfile.readline, b".\r\n")))
            self.say("221 bye" if command == b"QUIT" else "250 fine")

    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def receive_mail() -> Iterator[Received]:
    received = Received()
    handler = type("Handler", (_Mail,), {"received": received})
    with serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)) as port:
        received.port = port
        yield received


@contextmanager
def serving(server: socketserver.TCPServer) -> Iterator[int]:
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
