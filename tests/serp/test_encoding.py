# ruff: noqa: RUF001 (texts as engines write them)
import pytest

from serp.encoding import decode_page

TEXT = "<p>Ungefähr – größer</p>"


class TestDecodePage:
    @pytest.mark.parametrize(
        ("body", "content_type"),
        [
            (TEXT.encode(), ""),
            (TEXT.encode(), "text/html; charset=utf-8"),
            (TEXT.encode("windows-1252"), "text/html; charset=ISO-8859-1"),
            (TEXT.encode("windows-1252"), ""),
            (b"\xef\xbb\xbf" + TEXT.encode(), "text/html; charset=ISO-8859-1"),
            (TEXT.encode("utf-16"), ""),
            (TEXT.encode("utf-16-le"), ""),
            (TEXT.encode(), "text/html; charset=no-such-thing"),
            (TEXT.encode(), "text/html; charset=base64"),
        ],
    )
    def test_finds_the_characters(self, body: bytes, content_type: str) -> None:
        assert decode_page(body, content_type) == TEXT

    def test_bytes_outweigh_a_meta_that_lies(self) -> None:
        page = '<meta charset="utf-8"><p>Größe – für alle'
        assert decode_page(page.encode("windows-1252")) == page

    def test_a_meta_names_what_is_not_utf8(self) -> None:
        page = '<meta charset="shift_jis"><p>検索結果'
        assert decode_page(page.encode("shift_jis")) == page

    def test_a_page_cut_within_a_character_stays_utf8(self) -> None:
        assert decode_page("größer ü".encode()[:-1]).startswith("größer ")

    def test_what_cannot_be_read_is_replaced(self) -> None:
        assert decode_page(b"", "text/html; charset=utf-8") == ""
        assert decode_page(b"\x81\xff\x00")
