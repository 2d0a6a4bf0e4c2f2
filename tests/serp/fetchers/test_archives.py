"""Zip and HAR files of saved pages."""

import base64
import io
import json
import zipfile

import pytest

from serp.fetchers.archives import SavedPage, read_saved_file
from serp.fetchers.limits import FetchLimits
from serp.types import FetchProblem

PAGE = b"<html><title>a page</title>"


def make_zip(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def make_har(*entries: object) -> bytes:
    return json.dumps({"log": {"version": "1.2", "entries": entries}}).encode()


def entry(**content: object) -> dict[str, object]:
    return {
        "startedDateTime": "2026-11-02T10:00:00.000Z",
        "request": {"method": "GET", "url": "https://a.example/s?q=x"},
        "response": {
            "status": 200,
            "headers": [{"name": "Content-Encoding", "value": "br"}, {"name": "X-A", "value": "b"}],
            "content": {"mimeType": "text/html; charset=iso-8859-1", **content},
        },
    }


def read(name: str, data: bytes) -> list[SavedPage]:
    return list(read_saved_file(name, data))


class TestZip:
    def test_gives_every_page_under_its_name(self) -> None:
        data = make_zip(**{"a.html": PAGE, "in/b.HTM": PAGE, "c.png": b"x", "__MACOSX/a.html": b""})
        pages = read("pages.zip", data)
        assert [page.name for page in pages] == ["a.html", "in/b.HTM"]
        assert {page.exchange.body for page in pages} == {PAGE}

    def test_one_bomb_does_not_hurt_the_others(self) -> None:
        data = make_zip(**{"bomb.html": bytes(100_000_000), "good.html": PAGE})
        bomb, good = read("pages.zip", data)
        assert bomb.exchange.problem is FetchProblem.TOO_LARGE
        assert good.exchange.body == PAGE

    def test_damage_is_told_of_the_page_that_has_it(self) -> None:
        data = make_zip(**{"a.html": PAGE * 50, "b.html": PAGE})
        place = data.index(b"a.html") + 10
        broken, good = read("pages.zip", data[:place] + b"\xff\xff\xff" + data[place + 3 :])
        assert broken.exchange.problem is FetchProblem.PROTOCOL
        assert good.exchange.body == PAGE

    @pytest.mark.parametrize("cut", [4, 50, 120])
    def test_a_damaged_archive_is_told(self, cut: int) -> None:
        (page,) = read("pages.zip", make_zip(**{"a.html": PAGE * 50})[:cut])
        assert page.exchange.problem is FetchProblem.PROTOCOL

    def test_an_empty_archive_holds_nothing(self) -> None:
        assert read("pages.zip", make_zip()) == []


class TestHar:
    def test_gives_the_pages(self) -> None:
        packed = entry(text=base64.b64encode(PAGE).decode(), encoding="base64")
        data = make_har(entry(text="<p>ü"), entry(mimeType="image/png", text=""), packed)
        first, second = read("net.har", data)
        assert (first.name, second.name) == ("net.har#1", "net.har#3")
        assert first.exchange.body == "<p>ü".encode()
        assert first.exchange.final_url == "https://a.example/s?q=x"
        assert first.exchange.headers == {"x-a": "b", "content-type": "text/html; charset=utf-8"}
        assert first.exchange.started_at is not None
        assert second.exchange.body == PAGE

    def test_leaves_out_entries_without_an_answer(self) -> None:
        assert (
            read(
                "net.har",
                make_har(
                    {},
                    entry(),
                    "x",
                    {**entry(), "response": {"content": []}},
                    entry(text=1, encoding="base64"),
                ),
            )
            == []
        )

    @pytest.mark.parametrize("data", [b"", b"{}", b"[", b'{"log": 3}', b"\xff"])
    def test_damage_is_told(self, data: bytes) -> None:
        (page,) = read("net.har", data)
        assert page.exchange.problem is FetchProblem.PROTOCOL


class TestPlainFile:
    def test_is_one_page(self) -> None:
        (page,) = read("a.html", PAGE)
        assert (page.name, page.exchange.body) == ("a.html", PAGE)

    def test_caps_hold(self) -> None:
        (page,) = read_saved_file("a.html", PAGE, FetchLimits(decoded_bytes=3))
        assert page.exchange.problem is FetchProblem.TOO_LARGE
