"""Workbooks, told by their content."""

import io
import zipfile

import pytest
import xlsxwriter

from keywords.uploads import UploadError, read_file
from tests.keywords.uploads.files import make_ods, make_workbook


class TestSpreadsheets:
    def test_reads_a_workbook_whatever_its_name(self) -> None:
        data = make_workbook([["Keyword", "Country"], ["red shoes", "DE"], [2024, "us"], ["", ""]])
        imported = read_file(data, "keywords.csv", max_keywords=10)
        assert [(row.text, row.country) for row in imported.accepted] == [
            ("red shoes", "de"),
            ("2024", "us"),
        ]
        assert imported.has_header

    def test_reads_an_open_document(self) -> None:
        data = make_ods([["Keyword", "Country"], ["größe & schuhe", "de"]])
        (row,) = read_file(data, "keywords.ods", max_keywords=10).accepted
        assert (row.text, row.country) == ("größe & schuhe", "de")

    def test_keeps_the_numbers_of_rows(self) -> None:
        imported = read_file(make_workbook([[], ["x"], [], ["y"]]), "x.xlsx", max_keywords=10)
        assert [row.row for row in imported.accepted] == [2, 4]
        assert [skipped.row for skipped in imported.skipped] == [1, 3]

    def test_refuses_a_sheet_with_far_corners(self) -> None:
        """A few bytes that stand for 17 thousand million cells."""
        file = io.BytesIO()
        with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
            sheet = workbook.add_worksheet()
            sheet.write(0, 0, "a")
            sheet.write(1_048_575, 16_383, "z")
        with pytest.raises(UploadError, match=r"cannot be read|rows are read at most"):
            read_file(file.getvalue(), "x.xlsx", max_keywords=10)

    def test_refuses_an_empty_one(self) -> None:
        with pytest.raises(UploadError, match="empty"):
            read_file(make_workbook([]), "x.xlsx", max_keywords=10)

    def test_refuses_a_broken_one(self) -> None:
        with pytest.raises(UploadError, match="cannot be read"):
            read_file(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "x.xls", max_keywords=10)

    def test_tells_a_workbook_from_an_archive(self) -> None:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("keywords.csv", "a\nb\n")
        with pytest.raises(UploadError, match="ZIP archive"):
            read_file(file.getvalue(), "x.zip", max_keywords=10)
