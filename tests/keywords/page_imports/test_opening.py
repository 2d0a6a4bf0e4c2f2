"""Every file is opened or told about in one plain sentence; none breaks anything."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keywords.page_imports.opening import open_file
from tests.keywords.page_imports.files import encrypt, make_har, make_mhtml, make_page, make_zip

PAGE = make_page("red shoes")


def problems(name: str, data: bytes) -> list[str]:
    return [opened.problem for opened in open_file(name, data)]


class TestGoodFiles:
    @pytest.mark.parametrize(
        ("name", "data", "count"),
        [
            ("page.html", PAGE, 1),
            ("page", PAGE, 1),
            ("page.html", PAGE.decode().encode("utf-16"), 1),
            ("page.mhtml", make_mhtml("red shoes"), 1),
            ("pages.har", make_har("red shoes", "blue shoes"), 2),
            ("pages.zip", make_zip(**{"a.html": PAGE, "b/c.htm": PAGE, "d.mht": PAGE}), 3),
            ("pages.zip", make_zip(**{"tab.har": make_har("red shoes")}), 1),
        ],
    )
    def test_are_opened(self, name: str, data: bytes, count: int) -> None:
        opened = list(open_file(name, data))
        assert [each.problem for each in opened] == [""] * count
        assert all(each.exchange and each.exchange.body for each in opened)

    def test_leave_out_what_a_browser_saved_beside_them(self) -> None:
        data = make_zip(
            **{
                "shoes.html": PAGE,
                "shoes_files/frame.html": b"<p>",
                "shoes_files/a.js": b"x",
                "picture.png": b"\x89PNG",
                "__MACOSX/._shoes.html": b"x",
                ".DS_Store": b"x",
            }
        )
        assert [opened.name for opened in open_file("pages.zip", data)] == ["shoes.html"]


class TestBadFiles:
    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"", "empty"),
            (b" \r\n\0\0", "empty"),
            (b"\x89PNG\r\n\x1a\n" + bytes(100), "a picture"),
            (b"%PDF-1.7 \xff", "a PDF"),
            (b"\x7fELF" + bytes(100), "a program"),
            (bytes(range(256)) * 20, "no text"),
            (b"\x1f\x8b\x08" + bytes(50), "unpack it first"),
            (b"<p>" + b"x" * 100_000_000, "more than 8 MB"),
            (b"PK\x03\x04 and then nothing", "damaged"),
            (make_zip(**{"picture.png": b"x"}), "holds no page"),
            (make_zip(**{"a.html": b""}), "empty"),
            (make_zip(**{"inner.zip": make_zip(**{"a.html": PAGE})}), "within the zip"),
            (make_zip(**{"inner.html": make_zip(**{"a.html": PAGE})}), "zip within a zip"),
            (encrypt(make_zip(**{"a.html": PAGE})), "password"),
            (make_zip(**{"bomb.html": bytes(50_000_000)}), "far more than a page"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_get_a_sentence(self, data: bytes, words: str) -> None:
        (problem,) = problems("file.html", data)
        assert words in problem
        assert problem.endswith(".")

    def test_a_har_that_is_none(self) -> None:
        assert problems("x.har", b"{}") == ["The HAR file is damaged."]
        assert problems("x.har", b'{"log": {"entries": []}}') == [
            "The HAR file holds no page: save it with its contents."
        ]

    def test_a_zip_that_claims_more_than_it_may_is_left_at_that_point(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("keywords.page_imports.opening.MOST_UNPACKED", len(PAGE) + 1)
        data = make_zip(**{f"{number}.html": PAGE for number in range(3)})
        first, rest = problems("pages.zip", data)
        assert first == ""
        assert "the other 2 files were not opened" in rest

    @settings(max_examples=100, deadline=None)
    @given(st.binary(max_size=300), st.sampled_from(["a.html", "a.har", "a.zip", ""]))
    def test_whatever_it_is(self, data: bytes, name: str) -> None:
        for start in (b"", b"PK\x03\x04", b'{"log": {"entries": [', b"MIME-Version: 1.0\r\n"):
            for opened in open_file(name, start + data):
                assert bool(opened.problem) == (opened.exchange is None)

    @settings(max_examples=50, deadline=None)
    @given(st.integers(0, 10_000), st.integers(0, 255))
    def test_a_zip_with_one_wrong_byte(self, place: int, value: int) -> None:
        data = bytearray(make_zip(**{"a.html": PAGE, "b.html": PAGE}))
        data[place % len(data)] = value
        for opened in open_file("a.zip", bytes(data)):
            assert bool(opened.problem) == (opened.exchange is None)
