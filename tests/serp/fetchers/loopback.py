"""Servers written by hand on real sockets, each as ill-mannered as its script."""

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Script = Callable[["Client"], None]


@dataclass
class Client:
    """One accepted connection."""

    socket: socket.socket
    server: "LoopbackServer"
    buffer: bytes = b""

    def read_request(self) -> bytes:
        """The next whole request, b"" when the client is gone."""
        while b"\r\n\r\n" not in self.buffer:
            data = self.socket.recv(65536)
            if not data:
                return b""
            self.buffer += data
        request, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        length = header(request, b"content-length")
        while len(self.buffer) < int(length or 0):
            self.buffer += self.socket.recv(65536)
        self.buffer, body = self.buffer[int(length or 0) :], self.buffer[: int(length or 0)]
        self.server.requests.append(request + b"\r\n\r\n" + body)
        return request

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def drip(self, data: bytes, seconds: float) -> None:
        for index in range(len(data)):
            if self.server.stopping.wait(seconds):
                return
            self.send(data[index : index + 1])

    def wait(self) -> None:
        """Say nothing until the test is over."""
        self.server.stopping.wait(30)


@dataclass
class LoopbackServer:
    script: Script
    tls: ssl.SSLContext | None = None
    host: str = "127.0.0.1"
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0
    stopping: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        self.listener = socket.socket(family)
        self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((self.host, 0))
        self.listener.listen(128)
        self.port: int = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        scheme = "https" if self.tls else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}"

    def _accept(self) -> None:
        while not self.stopping.is_set():
            try:
                accepted, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(accepted,), daemon=True).start()

    def _serve(self, accepted: socket.socket) -> None:
        try:
            if self.tls:
                accepted = self.tls.wrap_socket(accepted, server_side=True)
            with accepted:
                self.script(Client(accepted, self))
        except OSError:
            accepted.close()  # the client gave up, as some tests want it to


@contextmanager
def serving(
    script: Script, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> Iterator[LoopbackServer]:
    server = LoopbackServer(script, tls, host)
    try:
        yield server
    finally:
        server.stopping.set()
        server.listener.close()


def header(request: bytes, name: bytes) -> bytes:
    for line in request.split(b"\r\n")[1:]:
        key, _, value = line.partition(b":")
        if key.strip().lower() == name:
            return value.strip()
    return b""


def answer(body: bytes = b"hello", status: str = "200 OK", **headers: str) -> bytes:
    """A whole answer; `Content_Type="x"` becomes `Content-Type: x`."""
    fields = {"Content-Length": str(len(body))} | {
        n.replace("_", "-"): v for n, v in headers.items()
    }
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in fields.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def always(data: bytes) -> Script:
    """Answer every request of the connection with the same bytes."""

    def script(client: Client) -> None:
        while client.read_request():
            client.send(data)

    return script


def once(data: bytes) -> Script:
    """Answer one request, then close."""

    def script(client: Client) -> None:
        client.read_request()
        client.send(data)

    return script


@dataclass(frozen=True)
class Certificates:
    authority: Path
    context: ssl.SSLContext


def make_certificates(folder: Path, host: str = "127.0.0.1") -> Certificates:
    """An authority of our own, and a server context with a certificate that it signed."""
    authority_key, key = (
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP256R1()),
    )
    authority = sign("Test authority", authority_key, "Test authority", authority_key, None)
    leaf = sign("Test server", key, "Test authority", authority_key, host)
    paths = [folder / name for name in ("authority.pem", "server.pem", "server.key")]
    pem = serialization.Encoding.PEM
    paths[0].write_bytes(authority.public_bytes(pem))
    paths[1].write_bytes(leaf.public_bytes(pem))
    paths[2].write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(paths[1], paths[2])
    return Certificates(paths[0], context)


def sign(
    subject: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    host: str | None,
) -> x509.Certificate:
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
    )
    if host is not None:
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(issuer_key, hashes.SHA256())
