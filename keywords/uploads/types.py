"""What an upload is made of."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

# How an import names "no columns": each line is one keyword.
NO_DELIMITER = ""
DELIMITERS = ("\t", ",", ";", "|")


class UploadError(Exception):
    """The whole upload cannot be used; str(e) is one plain sentence for the user."""


class Flaw(StrEnum):
    """Why a row becomes no keyword, in kinds that the check page shows apart."""

    PROBLEM = "problem"
    DUPLICATE = "duplicate"  # of another row of the upload
    TRACKED = "tracked"  # in another list already
    OVER = "over"  # behind the limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """How the user wants an upload read; None: find out. `roles` say which column, from 0, is what."""

    encoding: str | None = None
    delimiter: str | None = None
    has_header: bool | None = None
    roles: Mapping[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """One row of a table as it stands in the file. `problem` says why its cells cannot be trusted."""

    row: int
    cells: tuple[str, ...]
    problem: str = ""

    @property
    def is_blank(self) -> bool:
        return not any(cell and not cell.isspace() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class AcceptedRow:
    """A keyword to be. Empty options and a priority of None leave it to the list."""

    row: int
    text: str
    country: str = ""  # ISO 3166 alpha-2, lower case
    language: str = ""  # BCP 47
    device: str = ""  # "desktop" or "mobile"
    priority: int | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that became no keyword. `text` can be stored and shown: control characters are pictures."""

    row: int
    text: str
    reason: str
    flaw: Flaw = Flaw.PROBLEM


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One upload, read and checked. `rows` counts the rows of data, without the header:
    always len(accepted) + len(skipped)."""

    how: str  # "file", "paste" or "api"
    filename: str = ""
    encoding: str = ""  # "" for spreadsheets and text that came as text
    delimiter: str = NO_DELIMITER
    has_header: bool = False
    rows: int
    accepted: tuple[AcceptedRow, ...]
    skipped: tuple[Skipped, ...]
    ignored_columns: tuple[str, ...] = ()  # columns whose cells mean nothing to us

    def describe(self) -> Mapping[str, object]:
        """What `KeywordList.imported` keeps."""
        return {
            "how": self.how,
            "filename": self.filename,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "has_header": self.has_header,
            "rows": self.rows,
            "accepted": len(self.accepted),
            "skipped": len(self.skipped),
            "ignored_columns": list(self.ignored_columns),
        }

    def count_reasons(self) -> Counter[str]:
        return Counter(skipped.reason for skipped in self.skipped)
