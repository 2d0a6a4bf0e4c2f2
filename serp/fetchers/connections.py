"""requests' transport, with connections that are guarded and go to checked addresses only."""

import logging
import socket
import ssl
from typing import Any

import certifi
from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import Retry, parse_url

from serp.fetchers.sockets import GuardedTlsSocket, open_connection
from serp.types import FetchProblem

POOLS = 32  # hosts whose connections are kept; a source has one or a few


def open_for(connection: HTTPConnection) -> socket.socket:
    """The host stays the name (for Host and SNI); the connection goes to the address checked."""
    problem = FetchProblem.PROXY if connection.proxy else FetchProblem.CONNECT
    return open_connection(connection._dns_host, connection.port, problem)


class GuardedHttpConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return open_for(self)


class GuardedHttpsConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return open_for(self)


class GuardedHttpPool(HTTPConnectionPool):
    ConnectionCls = GuardedHttpConnection


class GuardedHttpsPool(HTTPSConnectionPool):
    ConnectionCls = GuardedHttpsConnection


POOL_CLASSES = {"http": GuardedHttpPool, "https": GuardedHttpsPool}


class GuardedAdapter(HTTPAdapter):
    """Keeps connections, retries nothing, and shares one TLS context between all of them."""

    def __init__(self, *, connections: int, ca_file: str) -> None:
        self.tls = tls_context(ca_file)
        super().__init__(POOLS, connections, Retry(total=0, redirect=False, read=False))

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = POOL_CLASSES

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> PoolManager:
        manager: PoolManager = super().proxy_manager_for(
            proxy, proxy_ssl_context=self.tls, **kwargs
        )
        manager.pool_classes_by_scheme = POOL_CLASSES
        return manager

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        url = parse_url(request.url or "")
        host = {"scheme": url.scheme, "host": url.host, "port": url.port}
        return host, {"ssl_context": self.tls} if url.scheme == "https" else {}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Nothing to do: the context verifies, and loading the authorities again costs 10 ms."""


def tls_context(ca_file: str) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ca_file or certifi.where())
    context.sslsocket_class = GuardedTlsSocket
    return context


def drop_what_holds_urls(record: logging.LogRecord) -> bool:
    """urllib3 logs every URL as it goes over the wire, secrets included."""
    return "%s://%s:%s" not in record.msg and "url=" not in record.msg


logging.getLogger("urllib3.connectionpool").addFilter(drop_what_holds_urls)
logging.getLogger("urllib3.connection").addFilter(drop_what_holds_urls)
