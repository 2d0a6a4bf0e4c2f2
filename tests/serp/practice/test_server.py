"""The practice engine as a server, over real HTTP."""

import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import requests

from serp.practice import PracticeServer
from serp.practice.faults import NAMED_FAULTS, STATUS_FAULTS
from serp.practice.replies import FAULT_REPLIES


@pytest.fixture
def server() -> Iterator[PracticeServer]:
    with PracticeServer() as running:
        yield running


def get(server: PracticeServer, path: str, **params: str) -> requests.Response:
    return requests.get(server.url + path, params=params, timeout=10, allow_redirects=False)


def control(server: PracticeServer, **orders: object) -> requests.Response:
    return requests.post(f"{server.url}/_control", json=orders, timeout=10)


def logged(server: PracticeServer) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = get(server, "/_log").json()["requests"]
    return entries


class TestPages:
    def test_every_page_says_that_it_is_made_up(self, server: PracticeServer) -> None:
        for path in (
            "/",
            "/search?q=shoes",
            "/challenge",
            "/consent",
            "/click?to=https://a.example/",
        ):
            assert "made up" in get(server, path).text

    def test_keywords_cannot_break_the_page(self, server: PracticeServer) -> None:
        page = get(server, "/search", q='"><script>alert(1)</script>').text
        assert "<script>alert" not in page

    def test_is_healthy(self, server: PracticeServer) -> None:
        assert get(server, "/healthz").json() == {"status": "ok"}

    def test_tells_of_pages_that_are_not_there(self, server: PracticeServer) -> None:
        assert get(server, "/nowhere").status_code == 404

    def test_bears_odd_parameters(self, server: PracticeServer) -> None:
        odd = {"q": "a\0b", "page": "²", "hl": "x" * 99, "gl": "\r\n", "device": "fridge"}
        assert get(server, "/search", **odd).status_code == 200


class TestFaults:
    def test_every_named_fault_has_an_answer(self) -> None:
        assert set(FAULT_REPLIES) == set(NAMED_FAULTS)

    @pytest.mark.parametrize("status", sorted(STATUS_FAULTS))
    def test_statuses(self, server: PracticeServer, status: str) -> None:
        response = get(server, "/search", q=f"fault:{status}")
        assert response.status_code == int(status)
        assert ("Retry-After" in response.headers) is (status == "429")

    def test_a_reset_is_a_reset(self, server: PracticeServer) -> None:
        with pytest.raises(requests.ConnectionError, match="reset"):
            get(server, "/search", q="fault:reset")

    def test_can_be_set_from_the_start(self) -> None:
        with PracticeServer(faults="503=1") as server:
            assert get(server, "/search", q="shoes").status_code == 503

    def test_do_not_touch_other_pages(self) -> None:
        with PracticeServer(faults="503=1") as server:
            assert get(server, "/healthz").status_code == 200


class TestControl:
    def test_changes_faults_while_running(self, server: PracticeServer) -> None:
        assert control(server, faults={"429": 1}, retry_after=3).json()["faults"] == {"429": 1}
        response = get(server, "/search", q="shoes")
        assert (response.status_code, response.headers["Retry-After"]) == (429, "3")
        control(server, faults="")
        assert get(server, "/search", q="shoes").status_code == 200

    def test_delays_answers(self, server: PracticeServer) -> None:
        control(server, latency_ms=300)
        started = time.monotonic()
        get(server, "/search", q="shoes")
        assert time.monotonic() - started >= 0.3

    def test_reset_forgets_everything(self, server: PracticeServer) -> None:
        control(server, faults="503", latency_ms=5)
        get(server, "/search", q="shoes")
        state = control(server, reset=True).json()
        assert (state["faults"], state["latency_ms"], state["total"]) == ({}, 0, 0)
        assert logged(server) == []

    @pytest.mark.parametrize(
        "orders", [{"faults": "plague"}, {"speed": 3}, {"latency_ms": "slow"}, {"faults": 7}]
    )
    def test_refuses_what_makes_no_sense_and_changes_nothing(
        self, server: PracticeServer, orders: dict[str, object]
    ) -> None:
        before = get(server, "/_control").json()
        response = control(server, **orders)
        assert response.status_code == 400
        assert response.json()["error"]
        assert get(server, "/_control").json() == before

    def test_refuses_what_is_no_json(self, server: PracticeServer) -> None:
        assert requests.post(f"{server.url}/_control", data="{", timeout=10).status_code == 400


class TestLog:
    def test_remembers_requests_with_their_time(self, server: PracticeServer) -> None:
        before = time.time()
        get(server, "/search", q="shoes", page="2")
        get(server, "/search", q="fault:429")
        first, second = logged(server)
        assert before <= first["time"] <= second["time"] <= time.time()
        assert (first["keyword"], first["page"], first["status"]) == ("shoes", 2, 200)
        assert (second["status"], second["fault"]) == (429, "429")

    def test_counts_requests_in_flight_and_forgets_those_that_were_left(
        self, server: PracticeServer
    ) -> None:
        control(server, latency_ms=300)
        for _ in range(2):
            with suppress(requests.Timeout):
                requests.get(f"{server.url}/search?q=left", timeout=0.05)
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda word: get(server, "/search", q=word), ("a", "b", "c")))
        assert sorted(entry["in_flight"] for entry in logged(server)[2:]) == [1, 2, 3]

    def test_can_be_cut_by_time(self, server: PracticeServer) -> None:
        get(server, "/search", q="shoes")
        assert get(server, "/_log", since=str(time.time() + 60)).json()["requests"] == []

    def test_is_appended_to_a_file(self, tmp_path: Path) -> None:
        path = tmp_path / "log.jsonl"
        for keyword in ("größe", "fault:503"):
            with PracticeServer(log_path=path) as server:
                get(server, "/search", q=keyword)
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        assert [(line["keyword"], line["status"]) for line in lines] == [
            ("größe", 200),
            ("fault:503", 503),
        ]


class TestServer:
    def test_serves_many_slow_requests_at_once(self, server: PracticeServer) -> None:
        control(server, latency_ms=1000)
        with ThreadPoolExecutor(120) as pool:
            started = time.monotonic()
            answers = list(pool.map(lambda n: get(server, "/search", q=f"k{n}"), range(120)))
        assert {answer.status_code for answer in answers} == {200}
        assert time.monotonic() - started < 60  # one after the other they would take 120 s

    def test_keeps_connections_and_takes_requests_in_a_row(self, server: PracticeServer) -> None:
        request = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        last = request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
        with socket.create_connection((server.host, server.port), timeout=10) as sock:
            sock.sendall(request + request + last)
            received = b"".join(iter(lambda: sock.recv(65536), b""))
        assert received.count(b"HTTP/1.1 200 OK") == 3

    def test_hangs_up_on_endless_requests(self, server: PracticeServer) -> None:
        with socket.create_connection((server.host, server.port), timeout=10) as sock:
            with suppress(ConnectionError):
                sock.sendall(b"x" * 3_000_000)
            with suppress(ConnectionError):
                assert sock.recv(100) == b""

    def test_takes_requests_in_pieces(self, server: PracticeServer) -> None:
        body = b'{"latency_ms": 3}'
        head = b"POST /_control HTTP/1.0\r\nContent-Length: %d\r\n\r\n" % len(body)
        with socket.create_connection((server.host, server.port), timeout=10) as sock:
            for piece in (head[:20], head[20:], body[:5], body[5:]):
                sock.sendall(piece)
                time.sleep(0.05)
            received = b"".join(iter(lambda: sock.recv(65536), b""))
        assert b'"latency_ms": 3' in received

    def test_hangs_up_on_what_is_not_http(self, server: PracticeServer) -> None:
        with socket.create_connection((server.host, server.port), timeout=10) as sock:
            sock.sendall(b"what\r\n\r\n")
            assert sock.recv(100) == b""
        with socket.create_connection((server.host, server.port), timeout=10) as sock:
            sock.sendall(b"GET http://x/ HTTP/1.1\r\n\r\n")
            assert sock.recv(100) == b""

    def test_stops_with_connections_open(self) -> None:
        others = set(threading.enumerate())  # a fixture of wider scope may serve beside this one
        server = PracticeServer().start()
        with socket.create_connection((server.host, server.port), timeout=10) as sock:
            sock.sendall(b"GET /search?q=fault:silent HTTP/1.1\r\n\r\n")
            server.stop()
            with suppress(ConnectionResetError):
                assert sock.recv(100) == b""
        left = set(threading.enumerate()) - others
        assert "practice" not in {thread.name for thread in left}

    def test_says_when_its_port_is_taken(self, server: PracticeServer) -> None:
        with pytest.raises(OSError, match="address already in use"):
            PracticeServer(port=server.port).start()


class TestCommand:
    def test_runs_until_it_is_told_to_stop(self) -> None:
        command = [sys.executable, "-m", "serp.practice", "--port", "0", "--faults", "503"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            url = line.split(" at ")[1].split()[0]
            assert requests.get(f"{url}/search?q=x", timeout=10).status_code == 503
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0

    def test_refuses_unknown_faults(self) -> None:
        command = [sys.executable, "-m", "serp.practice", "--port", "0", "--faults", "plague"]
        finished = subprocess.run(command, capture_output=True, text=True, check=False)
        assert finished.returncode == 2
        assert "captcha" in finished.stderr
