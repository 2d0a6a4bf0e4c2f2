"""The same rows in every kind of file that people upload."""

import io
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

import xlsxwriter

Rows = Sequence[Sequence[str]]
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
ODS_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text")
)


def make_file(suffix: str, rows: Rows) -> bytes:
    """`.xlsx`, `.ods`, `.tsv`, `.csv`, or `.txt` with the first cell of each row alone, as plain lines."""
    match suffix:
        case ".xlsx":
            return make_workbook(rows)
        case ".ods":
            return make_ods(rows)
        case ".txt":
            return "\n".join(row[0] for row in rows[1:]).encode()
        case _:
            between = "\t" if suffix == ".tsv" else ","
            return "\r\n".join(between.join(row) for row in rows).encode()


def make_workbook(rows: Sequence[Sequence[object]]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return file.getvalue()


def make_ods(rows: Rows) -> bytes:
    """As little of a spreadsheet of LibreOffice as is one."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("mimetype", ODS_TYPE)
        archive.writestr("META-INF/manifest.xml", MANIFEST)
        body = "".join(map(write_ods_row, rows))
        archive.writestr("content.xml", CONTENT.format(spaces=ODS_SPACES, rows=body))
    return file.getvalue()


def write_ods_row(row: Sequence[str]) -> str:
    cells = (
        f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'
        for cell in row
    )
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">
<manifest:file-entry manifest:full-path="/" manifest:media-type="{ODS_TYPE}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>
</manifest:manifest>"""
CONTENT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content {spaces}><office:body><office:spreadsheet>
<table:table table:name="Sheet1">{rows}</table:table>
</office:spreadsheet></office:body></office:document-content>"""
