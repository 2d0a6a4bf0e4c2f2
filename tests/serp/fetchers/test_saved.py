"""Saved pages as Exchanges."""

import gzip
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser

from serp.fetchers.limits import FetchLimits
from serp.fetchers.saved import read_saved_page
from serp.practice import PracticeServer
from serp.types import FetchProblem

PAGE = b"<html><title>Gr\xc3\xbc\xc3\x9fe</title>"
SAVED = (
    b"<!DOCTYPE html>\n<!-- saved from url=(0042)https://www.google.com/search?q=x&hl=de -->\n"
    + PAGE
)
MHTML = (
    b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://www.bing.com/search?q=x\r\n"
    b"Subject: x\r\nDate: Mon, 2 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----B----"\r\n\r\n\r\n'
    b"------B----\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    b"Content-Location: https://www.bing.com/search?q=3Dx\r\n\r\n"
    b'<html><a href=3D"https://a.example/">Gr=C3=BC=C3=\r\n=9Fe</a>\r\n'
    b"------B----\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBO\r\n"
    b"------B------\r\n"
)


class TestPlainPage:
    def test_counts_as_a_good_answer(self) -> None:
        when = datetime(2026, 11, 2, tzinfo=UTC)
        exchange = read_saved_page(PAGE, url="https://a.example/s?q=x", saved_at=when)
        assert (exchange.status, exchange.body, exchange.problem) == (200, PAGE, None)
        assert (exchange.final_url, exchange.fetcher) == ("https://a.example/s?q=x", "saved")
        assert exchange.started_at == when

    def test_tells_its_address_itself_where_a_browser_noted_it(self) -> None:
        assert read_saved_page(SAVED).final_url == "https://www.google.com/search?q=x&hl=de"
        linked = b'<html><link rel="canonical" href="https://a.example/?q=x&amp;p=2">'
        assert read_saved_page(linked).final_url == "https://a.example/?q=x&p=2"

    def test_without_any_address_has_none(self) -> None:
        assert read_saved_page(PAGE).final_url == "about:blank"
        assert read_saved_page(b"<!-- saved from url=(0011)javascript:alert(1) -->").final_url == (
            "about:blank"
        )

    def test_json_is_told_apart(self) -> None:
        assert (
            read_saved_page(b'\xef\xbb\xbf {"a": 1}').headers["content-type"] == "application/json"
        )
        assert read_saved_page(PAGE).headers["content-type"] == "text/html"
        assert read_saved_page(b"").headers["content-type"] == "text/html"

    def test_too_large_a_file_is_a_problem(self) -> None:
        exchange = read_saved_page(PAGE * 100, limits=FetchLimits(decoded_bytes=100))
        assert (exchange.problem, exchange.body) == (FetchProblem.TOO_LARGE, b"")

    def test_nothing_is_a_page_too(self) -> None:
        assert read_saved_page(b"").body == b""


class TestHttpAnswer:
    def test_keeps_status_and_headers(self) -> None:
        data = (
            b"HTTP/2 429 \r\nRetry-After: 60\r\nDate: Mon, 02 Nov 2026 09:00:00 GMT\r\n"
            b"Content-Type: text/html; charset=utf-8\r\n\r\n" + PAGE
        )
        exchange = read_saved_page(data, url="https://a.example/")
        assert (exchange.status, exchange.body) == (429, PAGE)
        assert exchange.headers["retry-after"] == "60"
        assert exchange.started_at == datetime(2026, 11, 2, 9, tzinfo=UTC)

    def test_the_last_of_several_counts(self) -> None:
        data = b"HTTP/1.1 302 Found\nLocation: /b\n\nHTTP/1.1 200 OK\nX: y\n\n" + PAGE
        exchange = read_saved_page(data)
        assert (exchange.status, exchange.headers, exchange.body) == (200, {"x": "y"}, PAGE)

    @pytest.mark.parametrize("body", [PAGE, gzip.compress(PAGE)], ids=["plain", "packed"])
    def test_unpacks_what_is_still_packed(self, body: bytes) -> None:
        exchange = read_saved_page(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + body)
        assert exchange.body == PAGE
        assert "content-encoding" not in exchange.headers

    def test_a_packed_bomb_is_a_problem(self) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
        exchange = read_saved_page(head + gzip.compress(bytes(50_000_000)))
        assert exchange.problem is FetchProblem.TOO_LARGE

    def test_a_date_without_a_zone_is_in_utc(self) -> None:
        exchange = read_saved_page(b"HTTP/1.1 200 OK\r\nDate: Mon, 02 Nov 2026 09:00:00\r\n\r\n")
        assert exchange.started_at == datetime(2026, 11, 2, 9, tzinfo=UTC)

    def test_headers_without_a_body_are_an_answer(self) -> None:
        assert read_saved_page(b"HTTP/1.1 204 No Content\r\nA: b").status == 204


class TestMhtml:
    def test_gives_the_page_and_its_address(self) -> None:
        exchange = read_saved_page(MHTML)
        assert exchange.body.decode().strip() == '<html><a href="https://a.example/">Grüße</a>'
        assert exchange.final_url == "https://www.bing.com/search?q=x"
        assert exchange.started_at == datetime(2026, 11, 2, 9, tzinfo=UTC)

    def test_without_a_page_is_a_problem(self) -> None:
        exchange = read_saved_page(MHTML.replace(b"text/html", b"text/css"))
        assert exchange.problem is FetchProblem.PROTOCOL

    def test_a_page_that_speaks_of_mhtml_is_a_page(self) -> None:
        page = b"<pre>\nContent-Type: multipart/related\n</pre>\n\n"
        assert read_saved_page(page).body == page

    @pytest.mark.parametrize("cut", range(0, len(MHTML), 37))
    def test_bears_damage(self, cut: int) -> None:
        assert read_saved_page(MHTML[:cut]).fetcher == "saved"


class TestRealBrowser:
    @pytest.mark.browser
    def test_reads_what_chromium_saves(self, browser: Browser) -> None:
        with PracticeServer() as server:
            page = browser.new_page()
            page.goto(f"{server.url}/search?q=garden+chairs")
            titles = page.locator("#hits h3").all_inner_texts()
            snapshot = page.context.new_cdp_session(page).send("Page.captureSnapshot")["data"]
            page.close()
            where = f"{server.url}/search?q=garden+chairs"
        exchange = read_saved_page(snapshot.encode())
        assert exchange.final_url == where
        assert titles
        assert all(title.encode() in exchange.body for title in titles)
