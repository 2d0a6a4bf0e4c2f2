"""The safe fetcher, against real servers on loopback."""

import gzip
import logging
import socket
import struct
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from serp.fetchers.addresses import Address
from serp.fetchers.http import USER_AGENT, HttpFetcher
from serp.fetchers.limits import FetchLimits
from serp.fetchers.sockets import connect
from serp.fetchers.watch import Watch
from serp.types import Cancelled, Exchange, FetchProblem, Request
from tests.serp.fetchers.loopback import (
    Client,
    Script,
    always,
    answer,
    header,
    make_certificates,
    once,
    serving,
)

SECRET = "s3cret-key/with+signs"
# Generous beside what the limits below say, so that a busy machine does not fail a test.
SOON = 10.0


def fetcher(**limits: float) -> HttpFetcher:
    return HttpFetcher(FetchLimits(**limits), allow_private=True)  # type: ignore[arg-type]


def fetch_from(script: Script, **limits: float) -> Exchange:
    with serving(script) as server:
        return fetcher(**limits).fetch(Request(url=f"{server.url}/search?q=x"))


class TestGoodAnswer:
    def test_gives_status_headers_body_and_one_hop(self) -> None:
        with serving(always(answer(b"<p>hi", Content_Type="text/html", X_Thing="a"))) as server:
            exchange = fetcher().fetch(Request(url=f"{server.url}/search?q=x#part"))
        assert (exchange.status, exchange.body, exchange.problem) == (200, b"<p>hi", None)
        assert exchange.headers["content-type"] == "text/html"
        assert exchange.headers["x-thing"] == "a"
        assert exchange.final_url == f"{server.url}/search?q=x"
        assert [hop.status for hop in exchange.hops] == [200]
        assert exchange.wire_bytes == 5
        assert exchange.started_at is not None
        assert exchange.started_at.tzinfo is not None

    def test_says_honestly_who_asks(self) -> None:
        with serving(always(answer())) as server:
            fetcher().fetch(Request(url=server.url))
            HttpFetcher(allow_private=True, user_agent="Mine/1").fetch(Request(url=server.url))
            fetcher().fetch(Request(url=server.url, headers={"user-agent": "Other/2"}))
        agents = [header(request, b"user-agent") for request in server.requests]
        assert agents == [USER_AGENT.encode(), b"Mine/1", b"Other/2"]
        assert USER_AGENT.startswith("Athanor/")

    def test_posts_a_body(self) -> None:
        with serving(always(answer())) as server:
            request = Request(
                url=server.url, method="POST", body=b"q=x", headers={"Content-Type": "a/b"}
            )
            fetcher().fetch(request)
        assert server.requests[0].startswith(b"POST / ")
        assert server.requests[0].endswith(b"\r\n\r\nq=x")

    def test_keeps_the_connection(self) -> None:
        with serving(always(answer())) as server:
            one = fetcher()
            for _ in range(5):
                assert one.fetch(Request(url=server.url)).body == b"hello"
            one.close()
        assert server.connections == 1

    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_asks_once_although_a_kept_connection_was_closed_meanwhile(self, method: str) -> None:
        """The server has seen the request, and only the queue's rate may allow another one."""

        def script(client: Client) -> None:
            client.read_request()
            client.send(answer())
            client.read_request()  # and hang up instead of answering

        with serving(script) as server:
            one = fetcher()
            one.fetch(Request(url=server.url))
            second = one.fetch(
                Request(url=server.url, method=method, body=b"q=x" * (method == "POST"))
            )
        assert second.problem is FetchProblem.TRUNCATED
        assert len(server.requests) == 2

    @pytest.mark.parametrize("status", [400, 403, 404, 429, 500, 503])
    def test_any_status_is_a_complete_answer(self, status: int) -> None:
        exchange = fetch_from(always(answer(b"no", f"{status} No", Retry_After="7")))
        assert (exchange.status, exchange.problem) == (status, None)
        assert exchange.headers["retry-after"] == "7"
        assert exchange.body == b"no"

    def test_reads_chunks(self) -> None:
        chunked = (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        )
        with serving(always(chunked)) as server:
            one = fetcher()
            assert [one.fetch(Request(url=server.url)).body for _ in range(2)] == [b"abcde"] * 2
        assert server.connections == 1

    def test_reads_to_the_end_of_the_connection_where_no_length_is_announced(self) -> None:
        exchange = fetch_from(once(b"HTTP/1.1 200 OK\r\n\r\nall of it"))
        assert (exchange.body, exchange.problem) == (b"all of it", None)

    def test_unpacks_what_came_packed(self) -> None:
        packed = gzip.compress(b"<p>hello" * 100)
        with serving(always(answer(packed, Content_Encoding="gzip"))) as server:
            exchange = fetcher().fetch(Request(url=server.url))
        assert header(server.requests[0], b"accept-encoding") == b"gzip, deflate, br"
        assert exchange.body == b"<p>hello" * 100
        assert exchange.wire_bytes == len(packed)
        assert "content-encoding" not in exchange.headers

    def test_keeps_no_cookies_unless_asked(self) -> None:
        with serving(always(answer(Set_Cookie="a=b"))) as server:
            plain, keeping = fetcher(), HttpFetcher(allow_private=True, keep_cookies=True)
            for one in (plain, plain, keeping, keeping):
                one.fetch(Request(url=server.url))
        assert [header(r, b"cookie") for r in server.requests] == [b"", b"", b"", b"a=b"]

    def test_ignores_proxies_of_the_environment(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, "http://127.0.0.1:1")
        assert fetch_from(always(answer())).status == 200

    def test_header_values_are_text_that_a_database_takes(self) -> None:
        exchange = fetch_from(
            once(b"HTTP/1.1 200 OK\r\nX-Name: caf\xc3\xa9\0\r\nContent-Length: 0\r\n\r\n")
        )
        assert exchange.headers["x-name"] == "café"


class TestDeadline:
    def test_holds_against_a_body_that_drips(self) -> None:
        def script(client: Client) -> None:
            client.read_request()
            client.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
            client.drip(b"x" * 5000, 0.05)

        exchange = fetch_from(script, total=1)
        assert exchange.problem is FetchProblem.TIMEOUT
        assert exchange.status == 200
        assert set(exchange.body) == set(b"x")
        assert exchange.seconds < SOON

    def test_holds_against_headers_that_drip(self) -> None:
        def script(client: Client) -> None:
            client.read_request()
            client.drip(b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 5000, 0.05)

        exchange = fetch_from(script, total=1)
        assert (exchange.problem, exchange.status) == (FetchProblem.TIMEOUT, 0)
        assert exchange.seconds < SOON

    def test_holds_against_chunk_sizes_that_drip(self) -> None:
        def script(client: Client) -> None:
            client.read_request()
            client.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            client.drip(b"5;" + b"x" * 5000, 0.05)

        assert fetch_from(script, total=1).problem is FetchProblem.TIMEOUT

    def test_covers_redirects_together(self) -> None:
        def script(client: Client) -> None:
            while client.read_request():
                client.server.stopping.wait(0.4)
                client.send(answer(b"", "302 Found", Location="/again"))

        exchange = fetch_from(script, total=1, redirects=50)
        assert exchange.problem is FetchProblem.TIMEOUT
        assert len(exchange.hops) < 4

    def test_a_silent_server_is_given_up_before_the_deadline(self) -> None:
        exchange = fetch_from(lambda client: client.wait(), total=60, read=0.5)
        assert exchange.problem is FetchProblem.TIMEOUT
        assert "silent" in exchange.problem_detail
        assert exchange.seconds < SOON

    def test_holds_during_the_tls_handshake(self) -> None:
        with serving(lambda client: client.wait()) as server:
            url = server.url.replace("http:", "https:")
            exchange = fetcher(total=1).fetch(Request(url=url))
        assert exchange.problem is FetchProblem.TIMEOUT
        assert exchange.seconds < SOON

    def test_holds_while_a_large_body_is_sent(self) -> None:
        request = Request(url="", method="POST", body=b"x" * 50_000_000)
        with serving(lambda client: client.wait()) as server:
            request = Request(url=server.url, method="POST", body=request.body)
            exchange = fetcher(total=1).fetch(request)
        assert exchange.problem is FetchProblem.TIMEOUT

    def test_holds_while_connecting(self) -> None:
        with socket.socket() as full:
            full.bind(("127.0.0.1", 0))
            full.listen(0)
            crowd = [socket.socket() for _ in range(4)]
            for one in crowd:  # fill the queue: further connections get no answer
                one.setblocking(False)
                one.connect_ex(full.getsockname())
            url = f"http://127.0.0.1:{full.getsockname()[1]}/"
            exchange = fetcher(connect=0.5, total=60).fetch(Request(url=url))
            for one in crowd:
                one.close()
        assert exchange.problem is FetchProblem.CONNECT
        assert exchange.seconds < SOON


class TestCancelling:
    @pytest.mark.parametrize(
        "before_silence", [b"", b"HTTP/1.1 200 OK\r\n", answer(b"x" * 10, Content_Length="99")]
    )
    def test_ends_a_fetch_that_waits(self, before_silence: bytes) -> None:
        def script(client: Client) -> None:
            client.read_request()
            client.send(before_silence)
            client.wait()

        cancelled = threading.Event()

        def check() -> None:
            if cancelled.is_set():
                raise Cancelled

        with serving(script) as server:
            threading.Timer(0.5, cancelled.set).start()
            started = time.monotonic()
            with pytest.raises(Cancelled):
                fetcher().fetch(Request(url=server.url), check=check)
        assert time.monotonic() - started < SOON

    def test_does_not_begin_where_it_was_cancelled_before(self) -> None:
        def check() -> None:
            raise Cancelled

        with serving(always(answer())) as server, pytest.raises(Cancelled):
            fetcher().fetch(Request(url=server.url), check=check)
        assert server.connections == 0

    def test_is_asked_at_least_every_half_second_while_waiting(self) -> None:
        moments: list[float] = []
        with serving(lambda client: client.wait()) as server:
            request = Request(url=server.url)
            fetcher(total=2).fetch(request, check=lambda: moments.append(time.monotonic()))
        assert len(moments) >= 5


class TestBrokenAnswer:
    def test_less_than_announced_is_truncated_and_kept(self) -> None:
        exchange = fetch_from(once(answer(b"half", Content_Length="800")))
        assert exchange.problem is FetchProblem.TRUNCATED
        assert (exchange.status, exchange.body) == (200, b"half")

    @pytest.mark.parametrize("cut", [b"5\r\nab", b"5\r\nabcde\r\n", b"5\r\nabcde", b""])
    def test_chunks_that_end_early_are_truncated(self, cut: bytes) -> None:
        head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        assert fetch_from(once(head + cut)).problem is FetchProblem.TRUNCATED

    def test_a_gzip_that_ends_early_is_truncated(self) -> None:
        packed = gzip.compress(b"word " * 5000 + bytes(range(256)))
        exchange = fetch_from(once(answer(packed[:-20], Content_Encoding="gzip")))
        assert exchange.problem is FetchProblem.TRUNCATED
        assert exchange.body.startswith(b"word word")

    def test_a_reset_is_truncated(self) -> None:
        def script(client: Client) -> None:
            client.read_request()
            linger = struct.pack("ii", 1, 0)
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

        assert fetch_from(script).problem is FetchProblem.TRUNCATED

    def test_an_end_without_any_answer_is_truncated(self) -> None:
        exchange = fetch_from(once(b""))
        assert (exchange.problem, exchange.status) == (FetchProblem.TRUNCATED, 0)

    @pytest.mark.parametrize(
        "data",
        [
            b"\x16\x03\x01 what\r\n\r\n",
            b"HTTP/1.1 two-hundred OK\r\n\r\n",
            b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
            b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
            answer(b"not gzip at all", Content_Encoding="gzip"),
            answer(b"what", Content_Encoding="rot13"),
            b"HTTP/1.1 200 OK\r\nContent-Length: 3, 4\r\n\r\nabcd",
        ],
    )
    def test_what_is_not_http_is_a_problem_of_protocol(self, data: bytes) -> None:
        assert fetch_from(once(data)).problem is FetchProblem.PROTOCOL

    def test_a_refused_port_is_a_problem_of_connecting(self) -> None:
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            url = f"http://127.0.0.1:{unused.getsockname()[1]}/?key=x"
            exchange = fetcher().fetch(Request(url=url))
        assert exchange.problem is FetchProblem.CONNECT
        assert "refused" in exchange.problem_detail
        assert exchange.hops == ()

    def test_an_unknown_name_is_a_problem_of_names(self) -> None:
        exchange = fetcher().fetch(Request(url="http://no-such-host.invalid/"))
        assert exchange.problem is FetchProblem.DNS
        assert "no-such-host.invalid" in exchange.problem_detail


class TestTooLarge:
    def test_an_announced_length_over_the_cap_is_not_read(self) -> None:
        exchange = fetch_from(once(answer(Content_Length="99999999")), wire_bytes=1000)
        assert exchange.problem is FetchProblem.TOO_LARGE

    def test_an_endless_body_is_cut(self) -> None:
        def script(client: Client) -> None:
            client.read_request()
            client.send(b"HTTP/1.1 200 OK\r\n\r\n")
            while not client.server.stopping.is_set():
                client.send(b"x" * 65536)

        exchange = fetch_from(script, wire_bytes=100_000)
        assert exchange.problem is FetchProblem.TOO_LARGE
        assert exchange.wire_bytes < 300_000

    def test_endless_headers_are_cut(self) -> None:
        def script(client: Client) -> None:
            client.read_request()
            while not client.server.stopping.is_set():
                client.send(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)

        assert fetch_from(script, wire_bytes=1000).problem is FetchProblem.TOO_LARGE

    def test_a_bomb_is_not_unpacked(self) -> None:
        bomb = gzip.compress(bytes(60_000_000))
        exchange = fetch_from(once(answer(bomb, Content_Encoding="gzip")), decoded_bytes=1_000_000)
        assert exchange.problem is FetchProblem.TOO_LARGE
        assert exchange.wire_bytes == len(bomb)
        assert exchange.body == b""

    def test_the_cap_on_decoded_bytes_holds_without_packing_too(self) -> None:
        exchange = fetch_from(once(answer(b"x" * 2000)), decoded_bytes=1000)
        assert exchange.problem is FetchProblem.TOO_LARGE
        assert len(exchange.body) == 1000


class TestSecrets:
    def request(self, url: str) -> Request:
        return Request(
            url=url,
            secret_params={"api_key": SECRET},
            secret_headers={"Authorization": f"Bearer {SECRET}"},
        )

    def assert_untold(self, exchange: Exchange) -> None:
        kept = (exchange.hops, exchange.final_url, exchange.problem_detail, exchange.headers)
        for spelling in (SECRET, "s3cret-key%2Fwith%2Bsigns", "s3cret-key/with%2Bsigns"):
            assert spelling not in repr(kept)
            assert spelling.encode() not in exchange.body

    def test_are_sent_and_not_kept(self, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        body = f"your key is {SECRET}".encode()
        with serving(always(answer(body, X_Key=SECRET))) as server:
            exchange = fetcher().fetch(self.request(f"{server.url}/search?q=x"))
        sent = server.requests[0]
        assert sent.startswith(b"GET /search?q=x&api_key=s3cret-key%2Fwith%2Bsigns HTTP")
        assert header(sent, b"authorization") == f"Bearer {SECRET}".encode()
        self.assert_untold(exchange)
        assert "s3cret" not in caplog.text
        assert exchange.body == b"your key is [secret]"

    @pytest.mark.parametrize(
        "script", [once(b""), once(b"garbage\r\n\r\n"), once(answer(Content_Length="99"))]
    )
    def test_are_in_no_problem(self, script: Script, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        with serving(script) as server:
            exchange = fetcher().fetch(self.request(server.url))
        assert exchange.problem_detail
        self.assert_untold(exchange)
        assert "s3cret" not in caplog.text

    def test_go_along_on_a_redirect_to_the_same_host(self) -> None:
        def script(client: Client) -> None:
            while request := client.read_request():
                if request.startswith(b"GET /first"):
                    client.send(answer(b"", "302 Found", Location=f"/second?api_key={SECRET}"))
                else:
                    client.send(answer())

        with serving(script) as server:
            exchange = fetcher().fetch(self.request(f"{server.url}/first"))
        assert server.requests[1].startswith(b"GET /second?api_key=s3cret-key%2Fwith%2Bsigns HTTP")
        assert b"Bearer" in server.requests[1]
        self.assert_untold(exchange)
        assert exchange.final_url.startswith(f"{server.url}/second")

    def test_too_short_to_be_told_apart_are_not_masked(self) -> None:
        with serving(always(answer(b"a page with a"))) as server:
            request = Request(url=server.url, secret_params={"k": "a"})
            assert fetcher().fetch(request).body == b"a page with a"
            assert server.requests[0].startswith(b"GET /?k=a HTTP")

    def test_do_not_go_to_another_port(self) -> None:
        with (
            serving(always(answer())) as other,
            serving(always(answer(b"", "302 Found", Location=f"{other.url}/?q=x"))) as server,
        ):
            exchange = fetcher().fetch(self.request(server.url))
        assert exchange.status == 200
        assert b"s3cret" not in b"".join(other.requests)

    def test_do_not_go_where_the_server_repeats_them(self) -> None:
        with serving(always(answer())) as other:
            location = f"{other.url}/?api_key={SECRET}"
            with serving(always(answer(b"", "302 Found", Location=location))) as server:
                exchange = fetcher().fetch(self.request(server.url))
        assert b"s3cret" not in b"".join(other.requests)
        self.assert_untold(exchange)


class TestRedirects:
    def test_are_followed_and_written_down(self) -> None:
        def script(client: Client) -> None:
            while request := client.read_request():
                step = request.split()[1]
                places = {b"/a": "/b?x=1", b"/b?x=1": "c#frag"}
                place = places.get(step)
                client.send(answer(b"", "302 Found", Location=place) if place else answer())

        with serving(script) as server:
            exchange = fetcher().fetch(Request(url=f"{server.url}/a"))
        assert [(hop.url.removeprefix(server.url), hop.status) for hop in exchange.hops] == [
            ("/a", 302),
            ("/b?x=1", 302),
            ("/c", 200),
        ]
        assert exchange.hops[0].location == "/b?x=1"
        assert exchange.final_url == f"{server.url}/c"
        assert exchange.body == b"hello"

    def test_without_end_are_given_up(self) -> None:
        with serving(always(answer(b"", "301 Moved", Location="/again"))) as server:
            exchange = fetcher().fetch(Request(url=server.url))
        assert exchange.problem is FetchProblem.TOO_MANY_REDIRECTS
        assert len(exchange.hops) == 4
        assert len(server.requests) == 4

    @pytest.mark.parametrize(
        "location",
        [
            "http://other.example/",
            "http://169.254.169.254/latest/meta-data/",
            "file:///etc/passwd",
            "ftp://127.0.0.1/",
            "//other.example/x",
            "http://user:pass@127.0.0.1/",
            "http://127.0.0.1:bad/",
            "http://[::1/",
        ],
    )
    def test_to_another_site_are_written_down_and_not_followed(self, location: str) -> None:
        exchange = fetch_from(always(answer(b"", "302 Found", Location=location)))
        assert exchange.problem is FetchProblem.FORBIDDEN_REDIRECT
        assert [hop.location for hop in exchange.hops] == [location]
        assert exchange.status == 302

    def test_to_a_refusal_host_are_a_complete_answer(self) -> None:
        location = "https://consent.engine.example/ml?continue=x"
        with serving(always(answer(b"moved", "302 Found", Location=location))) as server:
            request = Request(url=server.url, refusal_hosts=frozenset({"engine.example"}))
            exchange = fetcher().fetch(request)
        assert (exchange.problem, exchange.status, exchange.body) == (None, 302, b"moved")
        assert exchange.hops[-1].location == location

    @pytest.mark.parametrize(("status", "method"), [("303 Other", b"GET"), ("307 Same", b"POST")])
    def test_keep_or_change_the_method_as_their_status_says(
        self, status: str, method: bytes
    ) -> None:
        def script(client: Client) -> None:
            while request := client.read_request():
                first = request.split()[1] == b"/"
                client.send(answer(b"", status, Location="/next") if first else answer())

        with serving(script) as server:
            fetcher().fetch(Request(url=server.url, method="POST", body=b"q=x"))
        assert server.requests[1].split()[0] == method
        assert server.requests[1].endswith(b"q=x") is (method == b"POST")

    def test_from_https_to_http_are_not_followed(self, tmp_path: Path) -> None:
        certificates = make_certificates(tmp_path)
        script = always(answer(b"", "302 Found", Location="http://127.0.0.1/"))
        with serving(script, tls=certificates.context) as server:
            one = HttpFetcher(allow_private=True, ca_file=str(certificates.authority))
            exchange = one.fetch(Request(url=server.url))
        assert exchange.problem is FetchProblem.FORBIDDEN_REDIRECT


class TestAddresses:
    @pytest.mark.parametrize(
        "host",
        [
            "127.0.0.1",
            "localhost",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "127.1",
            "0.0.0.0",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]",
            "[fe80::1]",
            "[fd00::1]",
            "[ff02::1]",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.0.192",
        ],
    )
    def test_private_ones_are_refused_without_a_connection(self, host: str) -> None:
        with serving(always(answer())) as server:
            exchange = HttpFetcher().fetch(Request(url=f"http://{host}:{server.port}/"))
        assert exchange.problem is FetchProblem.FORBIDDEN_ADDRESS
        assert (exchange.status, exchange.hops, server.connections) == (0, (), 0)

    @pytest.mark.parametrize("host", ["169.254.169.254", "[fd00:ec2::254]", "100.100.100.200"])
    def test_those_of_metadata_services_are_refused_even_where_private_ones_are_allowed(
        self, host: str
    ) -> None:
        exchange = fetcher().fetch(Request(url=f"http://{host}/"))
        assert exchange.problem is FetchProblem.FORBIDDEN_ADDRESS

    def test_the_address_that_is_connected_to_is_checked(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A name that is public when asked first, and loopback a moment later."""
        answers = iter(["93.184.216.34", "127.0.0.1", "127.0.0.1"])
        asked: list[str] = []
        real = socket.getaddrinfo

        def rebinding(host: str, port: int, *args: object, **kwargs: object) -> object:
            if host != "rebind.example":
                return real(host, port, *args, **kwargs)  # type: ignore[arg-type]
            if kwargs.get("flags"):
                raise socket.gaierror
            asked.append(next(answers))
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (asked[-1], port))]

        connected: list[object] = []

        def refuse(address: Address, *_: object) -> None:
            connected.append(address.sockaddr[0])
            raise ConnectionRefusedError

        monkeypatch.setattr(socket, "getaddrinfo", rebinding)
        monkeypatch.setattr("serp.fetchers.sockets.connect", refuse)
        one = HttpFetcher()
        first = one.fetch(Request(url="http://rebind.example/"))
        second = one.fetch(Request(url="http://rebind.example/"))
        assert (first.problem, second.problem) == (
            FetchProblem.CONNECT,
            FetchProblem.FORBIDDEN_ADDRESS,
        )
        assert connected == ["93.184.216.34"]
        assert asked == ["93.184.216.34", "127.0.0.1"]

    @pytest.mark.parametrize(
        "url",
        [
            "ftp://example.com/",
            "file:///etc/passwd",
            "example.com/search",
            "http://",
            "http://user:pw@example.com/",
            "http://example.com:port/",
            "http://exa mple.com/",
            "http://[::1/",
            "",
        ],
    )
    def test_what_is_no_web_address_is_refused(self, url: str) -> None:
        assert fetcher().fetch(Request(url=url)).problem is FetchProblem.FORBIDDEN_ADDRESS

    def test_https_can_be_demanded(self) -> None:
        one = HttpFetcher(allow_private=True, https_only=True)
        exchange = one.fetch(Request(url="http://127.0.0.1/"))
        assert exchange.problem is FetchProblem.FORBIDDEN_ADDRESS

    def test_ipv6_works(self) -> None:
        with serving(always(answer()), host="::1") as server:
            assert fetcher().fetch(Request(url=server.url)).body == b"hello"

    def test_the_name_stays_in_the_host_header(self) -> None:
        with serving(always(answer())) as server:
            fetcher().fetch(Request(url=f"http://localhost:{server.port}/"))
        assert header(server.requests[0], b"host") == f"localhost:{server.port}".encode()

    def test_a_slow_resolver_does_not_hold_up_the_deadline(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked = threading.Event()

        def slow(host: str, port: int, *_: object, flags: int = 0, **__: object) -> object:
            if not flags:
                asked.wait(20)
            raise socket.gaierror

        monkeypatch.setattr(socket, "getaddrinfo", slow)
        exchange = fetcher(total=1).fetch(Request(url="http://slow.example/"))
        asked.set()
        assert exchange.problem is FetchProblem.TIMEOUT
        assert exchange.seconds < SOON

    def test_a_guarded_socket_is_of_no_use_outside_a_fetch(self) -> None:
        with serving(always(answer())) as server:
            address = Address(socket.AF_INET, ("127.0.0.1", server.port))
            watch = Watch(FetchLimits(), None, allow_private=True)
            with (
                connect(address, watch, time.monotonic() + 5) as guarded,
                pytest.raises(RuntimeError, match="outside a fetch"),
            ):
                guarded.sendall(b"x")


class TestTls:
    def test_works_with_a_known_authority(self, tmp_path: Path) -> None:
        certificates = make_certificates(tmp_path)
        with serving(always(answer()), tls=certificates.context) as server:
            one = HttpFetcher(allow_private=True, ca_file=str(certificates.authority))
            bodies = [one.fetch(Request(url=server.url)).body for _ in range(3)]
        assert bodies == [b"hello"] * 3
        assert server.connections == 1

    def test_refuses_an_unknown_authority(self, tmp_path: Path) -> None:
        certificates = make_certificates(tmp_path)
        with serving(always(answer()), tls=certificates.context) as server:
            exchange = fetcher().fetch(Request(url=f"{server.url}/?key=abc"))
        assert exchange.problem is FetchProblem.TLS
        assert "certificate" in exchange.problem_detail
        assert "abc" not in exchange.problem_detail

    def test_refuses_a_certificate_for_another_host(self, tmp_path: Path) -> None:
        certificates = make_certificates(tmp_path, host="127.0.0.9")
        with serving(always(answer()), tls=certificates.context) as server:
            one = HttpFetcher(allow_private=True, ca_file=str(certificates.authority))
            exchange = one.fetch(Request(url=server.url))
        assert exchange.problem is FetchProblem.TLS

    def test_a_server_without_tls_is_a_problem_of_tls(self) -> None:
        def script(client: Client) -> None:
            client.send(b"HTTP/1.1 400 Bad\r\n\r\n")
            client.wait()

        with serving(script) as server:
            exchange = fetcher().fetch(Request(url=server.url.replace("http:", "https:")))
        assert exchange.problem is FetchProblem.TLS

    def test_the_deadline_holds_for_a_body_that_drips(self, tmp_path: Path) -> None:
        def script(client: Client) -> None:
            client.read_request()
            client.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
            client.drip(b"x" * 5000, 0.05)

        certificates = make_certificates(tmp_path)
        with serving(script, tls=certificates.context) as server:
            limits = FetchLimits(total=1)
            one = HttpFetcher(limits, allow_private=True, ca_file=str(certificates.authority))
            exchange = one.fetch(Request(url=server.url))
        assert exchange.problem is FetchProblem.TIMEOUT
        assert exchange.body.startswith(b"x")


class TestProxies:
    def test_requests_go_through_the_proxy(self) -> None:
        with serving(always(answer(b"by proxy"))) as proxy:
            one = HttpFetcher(proxies={"http": proxy.url}, allow_private_proxies=True)
            exchange = one.fetch(Request(url="http://engine.example/search?q=x"))
        assert exchange.body == b"by proxy"
        assert proxy.requests[0].startswith(b"GET http://engine.example/search?q=x HTTP/1.1")

    def test_a_proxy_on_a_private_address_is_refused_unless_allowed(self) -> None:
        with serving(always(answer())) as proxy:
            one = HttpFetcher(proxies={"http": proxy.url})
            exchange = one.fetch(Request(url="http://engine.example/"))
        assert exchange.problem is FetchProblem.FORBIDDEN_ADDRESS
        assert proxy.connections == 0

    @pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "localhost", "db.internal"])
    def test_private_pages_are_refused_behind_a_proxy_too(self, host: str) -> None:
        with serving(always(answer())) as proxy:
            one = HttpFetcher(proxies={"http": proxy.url}, allow_private_proxies=True)
            exchange = one.fetch(Request(url=f"http://{host}/"))
        assert exchange.problem is FetchProblem.FORBIDDEN_ADDRESS
        assert proxy.connections == 0

    def test_a_proxy_that_does_not_answer_is_a_problem_of_the_proxy(self) -> None:
        one = HttpFetcher(proxies={"http": "http://127.0.0.1:1"}, allow_private_proxies=True)
        assert one.fetch(Request(url="http://engine.example/")).problem is FetchProblem.PROXY

    def test_a_refused_tunnel_is_a_problem_of_the_proxy(self) -> None:
        with serving(once(answer(b"", "407 Proxy Authentication Required"))) as proxy:
            one = HttpFetcher(proxies={"https": proxy.url}, allow_private_proxies=True)
            exchange = one.fetch(Request(url="https://engine.example/"))
        assert exchange.problem is FetchProblem.PROXY
        assert proxy.requests[0].startswith(b"CONNECT engine.example:443")

    def test_a_tunnel_carries_tls(self, tmp_path: Path) -> None:
        certificates = make_certificates(tmp_path)

        def tunnel(client: Client) -> None:
            client.read_request()
            client.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with certificates.context.wrap_socket(client.socket, server_side=True) as inner:
                Client(inner, client.server).read_request()
                inner.sendall(answer(b"through"))

        with serving(tunnel) as proxy:
            one = HttpFetcher(
                proxies={"https": proxy.url},
                allow_private=True,
                ca_file=str(certificates.authority),
            )
            exchange = one.fetch(Request(url="https://127.0.0.1/"))
        assert exchange.body == b"through"

    def test_the_proxy_itself_may_be_asked_over_https(self, tmp_path: Path) -> None:
        certificates = make_certificates(tmp_path)

        def relay(source: socket.socket, target: socket.socket) -> None:
            with suppress(OSError):
                while data := source.recv(65536):
                    target.sendall(data)
                target.shutdown(socket.SHUT_WR)

        def tunnel(client: Client) -> None:
            client.read_request()
            client.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with socket.create_connection(("127.0.0.1", site.port)) as onward:
                outwards = threading.Thread(target=relay, args=(client.socket, onward), daemon=True)
                outwards.start()
                relay(onward, client.socket)

        def late(client: Client) -> None:
            client.read_request()
            client.server.stopping.wait(1)  # several slices: waiting is no failure
            client.send(answer(b"through"))

        with (
            serving(late, tls=certificates.context) as site,
            serving(tunnel, tls=certificates.context) as proxy,
        ):
            one = HttpFetcher(
                proxies={"https": proxy.url},
                allow_private=True,
                ca_file=str(certificates.authority),
            )
            exchange = one.fetch(Request(url=site.url))
        assert (exchange.problem_detail, exchange.body) == ("", b"through")


class TestManyThreads:
    def test_share_one_fetcher_without_mixing_answers(self) -> None:
        def script(client: Client) -> None:
            while request := client.read_request():
                client.send(answer(request.split()[1]))

        with serving(script) as server, ThreadPoolExecutor(32) as pool:
            one = fetcher()
            paths = [f"/{number}" for number in range(640)]
            urls = [Request(url=f"{server.url}{path}") for path in paths]
            bodies = [exchange.body.decode() for exchange in pool.map(one.fetch, urls)]
        assert bodies == paths
        assert server.connections <= 64

    def test_one_cancelled_fetch_leaves_the_others_alone(self) -> None:
        def script(client: Client) -> None:
            while client.read_request():
                client.server.stopping.wait(0.5)
                client.send(answer())

        def check() -> None:
            if threading.current_thread().name.endswith("_0"):
                raise Cancelled

        def run(request: Request) -> str:
            try:
                return str(one.fetch(request, check=check).status)
            except Cancelled:
                return "cancelled"

        with serving(script) as server, ThreadPoolExecutor(8, "fetch") as pool:
            one = fetcher()
            outcomes = set(pool.map(run, [Request(url=server.url)] * 16))
        assert outcomes == {"200", "cancelled"}
