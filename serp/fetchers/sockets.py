"""Sockets that ask the watch of their fetch between any two reads, and while they wait.

The ordinary socket timeout restarts with every byte, so that a server which drips bytes, of headers
or of the body, can hold a client for ever. These sockets block for a slice at most, and go on only
while the watch agrees; http.client and urllib3 above them notice nothing.
"""

import errno
import os
import select
import socket
import ssl
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from serp.fetchers.addresses import Address, find_addresses
from serp.fetchers.watch import SLICE, FetchStopped, Watch, current_watch
from serp.types import FetchProblem

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer


class GuardedSocket(socket.socket):
    """A TCP socket under the watch."""

    def settimeout(self, value: float | None, /) -> None:
        super().settimeout(SLICE)  # whatever others want: the watch keeps the time

    def recv_into(self, buffer: "WriteableBuffer", nbytes: int = 0, flags: int = 0, /) -> int:
        watch = current_watch()
        receive = super().recv_into
        return watch.count(watch.repeat(lambda: receive(buffer, nbytes, flags)))

    def sendall(self, data: "ReadableBuffer", flags: int = 0, /) -> None:
        watch = current_watch()
        send = super().send
        left = memoryview(data).cast("B")
        while left:
            left = left[watch.repeat(partial(send, left, flags)) :]


class GuardedTlsSocket(ssl.SSLSocket):
    """The same for TLS, handshake included; an SSLContext makes these by its `sslsocket_class`."""

    def settimeout(self, value: float | None, /) -> None:
        super().settimeout(SLICE)

    def do_handshake(self, block: bool = False) -> None:
        shake = super().do_handshake
        current_watch().repeat(shake)

    def recv_into(
        self, buffer: "WriteableBuffer", nbytes: int | None = None, flags: int = 0
    ) -> int:
        watch = current_watch()
        receive = super().recv_into
        return watch.count(watch.repeat(lambda: receive(buffer, nbytes, flags)))

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """What TLS inside TLS reads with, behind a proxy that is itself asked over https."""
        watch = current_watch()
        receive = super().recv
        data = watch.repeat(lambda: receive(buflen, flags))
        watch.count(len(data))
        return data

    def send(self, data: "ReadableBuffer", flags: int = 0) -> int:
        send = super().send
        return current_watch().repeat(lambda: send(data, flags))


def open_connection(host: str, port: int, problem: FetchProblem) -> GuardedSocket:
    """A connection to the first permitted address that answers.

    Raises FetchStopped with `problem` where nobody does.
    """
    watch = current_watch()
    give_up_at = monotonic() + watch.limits.connect
    failure = "it has no address"
    for address in find_addresses(host, port, watch):
        try:
            return connect(address, watch, give_up_at)
        except OSError as error:
            failure = describe(error)
    raise FetchStopped(problem, f"No connection to {host}, port {port}: {failure}.") from None


def connect(address: Address, watch: Watch, give_up_at: float) -> GuardedSocket:
    sock = GuardedSocket(address.family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        code = sock.connect_ex(address.sockaddr)
        if code == errno.EINPROGRESS:
            code = wait_until_connected(sock, watch, give_up_at)
        if code:
            raise OSError(code, os.strerror(code))
        sock.settimeout(SLICE)
    except BaseException:
        sock.close()
        raise
    return sock


def wait_until_connected(sock: socket.socket, watch: Watch, give_up_at: float) -> int:
    """0, or the error number. Raises FetchStopped and what the caller's check raises."""
    poll = select.poll()
    poll.register(sock, select.POLLOUT)
    while True:
        watch.tick()
        if poll.poll(SLICE * 1000):
            return sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if monotonic() >= give_up_at:
            return errno.ETIMEDOUT


def describe(error: OSError) -> str:
    """The system's words for it, which name no URL."""
    return (error.strerror or type(error).__name__).lower()
