"""The check page's table: what the upload holds, and what becomes of each row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from keywords.drafts.checks import NEW, Check, CheckedRow
from keywords.drafts.records import Draft
from keywords.told import say
from keywords.uploads.cleaning import CONTROL, make_showable
from keywords.uploads.types import Flaw
from keywords.views.wording import Chip

ROWS_A_PAGE = 100
# Wider tables are shown as far as a screen reaches; columns that mean something come in any case.
MOST_COLUMNS = 12

Words = str | Promise
TILES: dict[str, tuple[Words, Chip]] = {
    NEW: (_("New"), Chip(_("New"), "plus", "good")),
    Flaw.TRACKED: (_("Already tracked"), Chip(_("Tracked"), "history", "empty")),
    Flaw.DUPLICATE: (_("Duplicate in the file"), Chip(_("Duplicate"), "copy", "stopped")),
    Flaw.PROBLEM: (_("With problems"), Chip(_("Problem"), "triangle-alert", "bad")),
    Flaw.OVER: (_("Over the limit"), Chip(_("Over the limit"), "scissors", "warning")),
}
ROLES: list[tuple[str, Words]] = [
    ("keyword", _("Keyword")),
    ("country", _("Country")),
    ("language", _("Language")),
    ("device", _("Device")),
    ("priority", _("Priority")),
    ("tags", _("Tags")),
    ("", _("Ignore")),
]
DELIMITERS: list[tuple[str, str, Words]] = [
    (",", ",", _("comma")),
    (";", ";", _("semicolon")),
    ("\t", "tab", _("tab")),
    ("|", "|", _("bar")),
    ("", "none", _("one column")),
]
ENCODINGS: list[tuple[str, Words]] = [
    ("utf-8", "UTF-8"),
    ("utf-16", "UTF-16"),
    ("cp1252", _("Western (Windows-1252)")),
    ("cp1250", _("Central European (Windows-1250)")),
    ("cp1251", _("Cyrillic (Windows-1251)")),
    ("koi8-r", _("Cyrillic (KOI8-R)")),
    ("cp1253", _("Greek (Windows-1253)")),
    ("cp1254", _("Turkish (Windows-1254)")),
    ("cp1255", _("Hebrew (Windows-1255)")),
    ("cp1256", _("Arabic (Windows-1256)")),
    ("cp1257", _("Baltic (Windows-1257)")),
    ("cp874", _("Thai (Windows-874)")),
    ("shift_jis", _("Japanese (Shift JIS)")),
    ("euc_jp", _("Japanese (EUC-JP)")),
    ("gb18030", _("Chinese (GB18030)")),
    ("big5", _("Chinese (Big5)")),
    ("cp949", _("Korean (CP949)")),
    ("iso8859-1", "ISO 8859-1"),
    ("iso8859-2", "ISO 8859-2"),
    ("iso8859-15", "ISO 8859-15"),
    ("mac_roman", "Mac Roman"),
]


@dataclass(frozen=True)
class Tile:
    kind: str
    label: Words
    count: int
    url: str
    is_current: bool


@dataclass(frozen=True)
class Column:
    place: int
    name: str
    role: str


@dataclass(frozen=True)
class Cell:
    """`value` is what a correction begins with; `was` how the keyword stood before it was cleaned."""

    place: int
    text: str
    value: str
    is_keyword: bool
    can_edit: bool
    was: str = ""


@dataclass(frozen=True)
class Row:
    number: int
    cells: Sequence[Cell]
    chip: Chip
    reason: str


def describe_reading(draft: Draft, check: Check) -> dict[str, Any]:
    """What was found out, and the selects in which it can be changed."""
    imported = check.imported
    is_text = bool(imported.encoding)
    known = [(value, label) for value, label in ENCODINGS]
    if is_text and imported.encoding not in dict(known):
        known.insert(0, (imported.encoding, describe_encoding(imported.encoding)))
    is_spreadsheet = draft.how == "file" and not is_text
    return {
        "encodings": known if is_text else [],
        "encoding_words": describe_encoding(imported.encoding),
        "delimiters": [] if is_spreadsheet else DELIMITERS,
        "delimiter_words": {mark: label for mark, _value, label in DELIMITERS}[imported.delimiter],
        "is_spreadsheet": is_spreadsheet,
        "roles": ROLES,
    }


def describe_encoding(name: str) -> Words:
    if name == "utf-8-sig":
        return _("UTF-8 with BOM")
    return dict(ENCODINGS).get(name, name.upper())


def build_page(check: Check, query: Mapping[str, str]) -> dict[str, Any]:
    show = query.get("show", "")
    show = show if show in TILES else ""
    found = check.find_rows(show)
    page = read_page(query.get("page", ""), len(found))
    start = (page - 1) * ROWS_A_PAGE
    columns = choose_columns(check)
    rows = [build_row(check, row, columns) for row in found[start : start + ROWS_A_PAGE]]
    return {
        "tiles": build_tiles(check, show),
        "show": show,
        "columns": columns,
        "hidden_columns": len(check.columns) - len(columns),
        "rows": rows,
        "row_count": len(found),
        "can_correct": any(cell.can_edit for row in rows for cell in row.cells),
        "newer": link(show, page - 1) if page > 1 else "",
        "older": link(show, page + 1) if start + ROWS_A_PAGE < len(found) else "",
    }


def read_page(said: str, rows: int) -> int:
    last = max((rows - 1) // ROWS_A_PAGE + 1, 1)
    page = int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 1
    return min(max(page, 1), last)


def link(show: str, page: int = 1) -> str:
    said = {"show": show} if show else {}
    return "?" + urlencode({**said, "page": page} if page > 1 else said)


def build_tiles(check: Check, show: str) -> list[Tile]:
    """The limit has a tile only where it is passed."""
    return [
        Tile(
            kind=kind,
            label=label,
            count=check.counts[kind],
            url=link("" if show == kind else kind),
            is_current=show == kind,
        )
        for kind, (label, _chip) in TILES.items()
        if kind != Flaw.OVER or check.counts[kind]
    ]


def choose_columns(check: Check) -> list[Column]:
    columns = [Column(place, *column) for place, column in enumerate(check.columns)]
    return [each for each in columns if each.role or each.place < MOST_COLUMNS]


def build_row(check: Check, row: CheckedRow, columns: Sequence[Column]) -> Row:
    is_whole = len(row.cells) > 0
    can_edit = row.kind == Flaw.PROBLEM
    cells = [build_cell(row, column, can_edit=can_edit) for column in columns] if is_whole else []
    return Row(row.row, cells, TILES[row.kind][1], say(row.reason))


def build_cell(row: CheckedRow, column: Column, *, can_edit: bool) -> Cell:
    raw = row.cells[column.place] if column.place < len(row.cells) else ""
    is_keyword = column.role == "keyword"
    text = row.text if is_keyword and row.text else raw
    return Cell(
        place=column.place,
        text=make_showable(text),
        value=CONTROL.sub("", raw) if can_edit else "",
        is_keyword=is_keyword,
        can_edit=can_edit and bool(column.role),
        was=make_showable(raw) if text != raw else "",
    )
