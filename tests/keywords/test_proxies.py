"""Sources asked through proxies of the operator's: real ones, on loopback."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from jobs.models import Attempt, Queue
from keywords.models import KeywordList, PageVisit, Search, Source
from keywords.proxies import Proxy
from keywords.proxy_settings import ProxyMistake, label_of
from keywords.sources import set_source
from serp.practice import PracticeServer
from tests.keywords.rows import job_of, make_list
from tests.keywords.work import work_off

pytestmark = pytest.mark.django_db


class Relay(BaseHTTPRequestHandler):
    """A forward proxy for plain HTTP that wants the password "pa55"."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        if self.headers["Proxy-Authorization"] != "Basic bWU6cGE1NQ==":  # me:pa55
            self.send_error(407)
            return
        self.asked.append(self.path)
        parts = urlsplit(self.path)
        connection = HTTPConnection(parts.netloc, timeout=10)
        connection.request("GET", f"{parts.path}?{parts.query}")
        answer = connection.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        for name in ("Content-Type", "Location", "Retry-After"):
            if value := answer.headers[name]:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base
        """Quiet."""


@contextmanager
def relay() -> Iterator[str]:
    Relay.asked.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Relay) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def working() -> Iterator[str]:
    with relay() as address:
        yield f"http://me:pa55@{address}"


@pytest.fixture
def dead() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


@pytest.fixture(scope="module")
def engine() -> Iterator[PracticeServer]:
    with PracticeServer() as server:
        yield server


def use(engine: PracticeServer, *urls: str) -> Source:
    return set_source("practice", base_url=engine.url, proxies=urls)


def outcome_of(keyword_list: KeywordList) -> str:
    search = keyword_list.keywords.get().latest_search
    assert search is not None
    return search.outcome


def proxy_named(url: str) -> Proxy:
    return Proxy.objects.get(label=label_of(url))


class TestAsking:
    def test_goes_through_the_proxy_and_counts_it(
        self, engine: PracticeServer, working: str
    ) -> None:
        use(engine, working)
        keyword_list = make_list("red shoes")
        work_off()
        assert outcome_of(keyword_list) == "ok"
        assert len(Relay.asked) == 1
        proxy = Proxy.objects.get()
        assert (proxy.ok, proxy.refused, proxy.failed) == (1, 0, 0)
        assert proxy.answered_at is not None

    def test_takes_turns(self, engine: PracticeServer, working: str) -> None:
        with ThreadingHTTPServer(("127.0.0.1", 0), Relay) as other:
            Thread(target=other.serve_forever, daemon=True).start()
            use(engine, working, f"http://me:pa55@127.0.0.1:{other.server_port}")
            make_list(*(f"shoes {number}" for number in range(6)))
            work_off()
            other.shutdown()
        assert list(Proxy.objects.values_list("ok", flat=True)) == [3, 3]

    def test_keeps_the_password_to_itself(self, engine: PracticeServer, working: str) -> None:
        use(engine, working)
        make_list("red shoes")
        work_off()
        kept = [
            *Proxy.objects.values_list("label", "sealed"),
            *PageVisit.objects.values_list(),
            *Attempt.objects.values_list(),
            *Search.objects.values_list("reason", "evidence"),
        ]
        assert "pa55" not in str(kept)
        assert Attempt.objects.get().facts["proxy"] == label_of(working)


class TestFailing:
    def test_of_the_proxy_rests_it_and_another_takes_the_keyword(
        self, engine: PracticeServer, working: str, dead: str
    ) -> None:
        use(engine, dead, working)
        lists = [make_list(f"shoes {number}") for number in range(2)]
        work_off()
        work_off()
        assert [outcome_of(each) for each in lists] == ["ok", "ok"]
        assert {job_of(each.keywords.get()).attempt for each in lists} == {1}
        proxy = proxy_named(dead)
        assert proxy.failed == 1
        assert proxy.rests
        assert Source.objects.get(name="practice").failures == 0
        assert not Queue.objects.get(name="practice").probing

    def test_rests_longer_each_time(self, engine: PracticeServer, dead: str) -> None:
        use(engine, dead)
        make_list("shoes")
        for length in (60, 120):
            Proxy.objects.update(resting_until=None)
            work_off()
            until = Proxy.objects.get().resting_until
            assert until is not None
            left = until - timezone.now()
            assert timedelta(seconds=length - 5) < left <= timedelta(seconds=length)

    def test_of_all_of_them_holds_the_queue_and_asks_nobody_directly(
        self, engine: PracticeServer, dead: str
    ) -> None:
        use(engine, dead)
        make_list("shoes", "boots")
        before = engine.app.log.total
        work_off()
        work_off()
        queue = Queue.objects.get(name="practice")
        assert queue.is_cooling(timezone.now())
        assert queue.cooling_reason.startswith("Its proxy rests")
        assert engine.app.log.total == before
        assert {job_of(k).attempt for k in KeywordList.objects.get().keywords.all()} == {0}

    def test_to_sign_in_is_the_proxys_fault(self, engine: PracticeServer) -> None:
        with relay() as address:
            use(engine, f"http://me:wrong@{address}")
            make_list("shoes")
            work_off()
        assert Proxy.objects.get().failed == 1
        assert "sign-in" in Proxy.objects.get().reason


class TestRefused:
    def test_rests_the_proxy_and_leaves_the_source_open(
        self, engine: PracticeServer, working: str
    ) -> None:
        use(engine, working)
        make_list("shoes fault:captcha")
        work_off()
        proxy = Proxy.objects.get()
        assert (proxy.ok, proxy.refused, proxy.failed) == (0, 1, 0)
        assert proxy.resting_until is not None
        assert proxy.resting_until > timezone.now() + timedelta(minutes=59)
        assert not Queue.objects.get(name="practice").probing


class TestAddresses:
    def test_are_kept_with_their_health(self, engine: PracticeServer) -> None:
        use(engine, "http://a.example:1", "http://b.example:2")
        Proxy.objects.update(ok=7)
        use(engine, "http://b.example:2", "http://c.example:3")
        kept = dict(Proxy.objects.values_list("label", "ok"))
        assert kept == {"b.example:2": 7, "c.example:3": 0}

    @pytest.mark.parametrize("url", ["a:1", "socks5://a:1", "http://", "http://a:x", "http://a/b"])
    def test_are_checked(self, url: str) -> None:
        with pytest.raises(ProxyMistake):
            label_of(url)
