"""What holds for any upload whatever."""

import csv
import io
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from keywords.uploads import Import, UploadError, read_file, read_list, read_text
from keywords.uploads.cleaning import clean_text

ALPHABET = st.sampled_from(list("ab\"',;|\t \n\r\0\x07\u200b\u200dé\ufeffİ漢😀=-"))
messy = st.text(ALPHABET, max_size=200)


def assert_complete(imported: Import, rows: int | None = None) -> None:
    assert imported.rows == len(imported.accepted) + len(imported.skipped)
    numbers = [row.row for row in imported.accepted] + [row.row for row in imported.skipped]
    assert len(numbers) == len(set(numbers))
    highest = imported.rows + imported.has_header
    assert sorted(numbers) == [n for n in range(1, highest + 1) if n in set(numbers)]
    assert len(numbers) in {highest, highest - 1}
    assert rows is None or imported.rows == rows
    for row in imported.accepted:
        assert 0 < len(row.text) <= 255
        assert row.text == clean_text(row.text)
    for skipped in imported.skipped:
        assert skipped.reason
        assert "\0" not in skipped.text


@given(messy)
@settings(max_examples=300, deadline=None)
def test_every_row_of_a_messy_file_is_accounted_for(text: str) -> None:
    with suppress(UploadError):
        assert_complete(read_file(text.encode(), "x.csv", max_keywords=5))


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(UploadError):
        assert_complete(read_file(data, "x", max_keywords=5))


@given(messy)
@settings(max_examples=200, deadline=None)
def test_every_row_of_a_messy_paste_is_accounted_for(text: str) -> None:
    with suppress(UploadError):
        assert_complete(read_text(text, max_keywords=5))


@given(
    st.lists(st.text(max_size=20), min_size=1, max_size=20).filter(
        lambda texts: any(map(str.strip, texts))
    )
)
def test_every_text_of_a_list_is_accounted_for(texts: list[str]) -> None:
    assert_complete(read_list(texts, max_keywords=5), rows=len(texts))


words = (
    st.text(st.sampled_from(list('ab ",;é漢')), min_size=1, max_size=12).map(str.strip).filter(bool)
)


@given(st.lists(words, min_size=1, max_size=30, unique_by=lambda text: clean_text(text).lower()))
@settings(deadline=None)
def test_what_a_csv_writer_wrote_comes_back(texts: list[str]) -> None:
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerow(["keyword", "country"])
    writer.writerows([text, "de"] for text in texts)
    imported = read_file(file.getvalue().encode(), "x.csv", max_keywords=100)
    assert [row.text for row in imported.accepted] == [clean_text(text) for text in texts]
