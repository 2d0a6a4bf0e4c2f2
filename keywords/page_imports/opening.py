"""Files of saved pages, opened: each page as an exchange, or one plain sentence about why not. Never raises."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from serp.fetchers.archives import MOST_PAGES, read_har
from serp.fetchers.limits import FetchLimits
from serp.fetchers.saved import read_saved_page
from serp.types import Exchange

MIB = 1024 * 1024
LIMITS = FetchLimits()
MOST_UNPACKED = 512 * MIB
LARGEST_HAR = 256 * MIB
# Real pages shrink tenfold; what shrinks more than that, and is large besides, is no page.
HIGHEST_RATIO = 200
SUSPICIOUS_SIZE = MIB
PAGE_ENDINGS = frozenset(
    {".html", ".htm", ".xhtml", ".mhtml", ".mht", ".http", ".json", ".txt", ""}
)
ARCHIVE_ENDINGS = frozenset({".zip", ".gz", ".tgz", ".tar", ".7z", ".rar", ".bz2", ".xz", ".zst"})
ZIP_SIGNS = (b"PK\x03\x04", b"PK\x05\x06")
KNOWN_SIGNS = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a gzip archive: unpack it first",
    b"7z\xbc\xaf": "a 7z archive: unpack it, or make it a zip",
    b"Rar!": "a RAR archive: unpack it, or make it a zip",
    b"\xd0\xcf\x11\xe0": "an Office document",
    b"SQLite format": "a database",
    b"MZ": "a program",
    b"\x7fELF": "a program",
    b"wOF2": "a font",
}


@dataclass(frozen=True, slots=True)
class Opened:
    """One page of a file, or what hinders. Exactly one of both is there."""

    name: str
    exchange: Exchange | None = None
    problem: str = ""


def open_file(name: str, data: bytes) -> Iterator[Opened]:
    """Every page of a file: one of a plain page, many of a zip or a HAR."""
    if data.startswith(ZIP_SIGNS):
        yield from open_zip(name, data)
    elif problem := find_problem(data):
        yield Opened(name, problem=problem)
    elif name.lower().endswith(".har"):
        yield from open_har(name, data)
    else:
        yield open_page(name, data)


def find_problem(data: bytes) -> str:
    """What speaks against a file that should be a page; "" for nothing."""
    if not data.strip(b"\0 \t\r\n"):
        return "The file is empty."
    for sign, kind in KNOWN_SIGNS.items():
        if data.startswith(sign):
            return f"This is no web page but {kind}."
    if data.startswith(ZIP_SIGNS):
        return "This is a zip within a zip: unpack it first, or import it by itself."
    if is_binary(data):
        return "This is no web page: it is no text at all."
    return ""


def is_binary(data: bytes) -> bool:
    """UTF-16 has NULs too, but says so or has them in every second place."""
    start = data[:4096]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")) or b"<\0" in start or b"\0<" in start:
        return False
    control = sum(1 for byte in start if byte < 9 or 13 < byte < 27)
    return control > len(start) / 50


def open_page(name: str, data: bytes) -> Opened:
    if len(data) > LIMITS.decoded_bytes:
        return Opened(
            name,
            problem=f"The page has more than {LIMITS.decoded_bytes // MIB} MB, and no results page has.",
        )
    exchange = read_saved_page(data, limits=LIMITS)
    if exchange.problem is not None:
        return Opened(name, problem=exchange.problem_detail)
    return Opened(name, exchange)


def open_har(name: str, data: bytes) -> Iterator[Opened]:
    if len(data) > LARGEST_HAR:
        yield Opened(name, problem=f"The HAR file has more than {LARGEST_HAR // MIB} MB.")
        return
    found = False
    for page in read_har(name, data):
        found = True
        if page.exchange.problem is not None:
            yield Opened(page.name, problem=page.exchange.problem_detail)
        elif page.exchange.body:
            yield Opened(page.name, page.exchange)
    if not found:
        yield Opened(name, problem="The HAR file holds no page: save it with its contents.")


def open_zip(name: str, data: bytes) -> Iterator[Opened]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = [member for member in archive.infolist() if is_asked_for(member.filename)]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        yield Opened(name, problem="The zip file is damaged.")
        return
    if not members:
        yield Opened(
            name, problem="The zip file holds no page: no .html, .mhtml, .har or the like."
        )
    unpacked = 0
    for number, member in enumerate(members):
        unpacked += member.file_size
        if number >= MOST_PAGES or unpacked > MOST_UNPACKED:
            yield Opened(name, problem=tell_rest(len(members) - number, number >= MOST_PAGES))
            return
        yield from open_member(archive, member)


def tell_rest(left: int, by_number: bool) -> str:
    most = f"{MOST_PAGES:,} pages" if by_number else f"{MOST_UNPACKED // MIB} MB of pages"
    return f"A zip file may hold {most}: the other {left:,} files were not opened."


def is_asked_for(name: str) -> bool:
    """Pages, and archives, of which it must be said that they are not opened. What a browser saved
    beside a page (pictures, scripts, frames, in a folder of their own) is passed over."""
    path = PurePosixPath(name)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    beside = any(
        part.endswith(("_files", "-Dateien", "_fichiers", "_archivos")) for part in path.parts[:-1]
    )
    ending = path.suffix.lower()
    is_known = ending in PAGE_ENDINGS or ending in ARCHIVE_ENDINGS or ending == ".har"
    return not name.endswith("/") and not hidden and not beside and is_known


def open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[Opened]:
    """Unpacked alone and only up to the cap, whatever size it claims."""
    name = member.filename
    if problem := find_member_problem(member):
        yield Opened(name, problem=problem)
        return
    try:
        with archive.open(member) as file:
            data = file.read(LIMITS.decoded_bytes + 1)
    except Exception:  # zipfile raises whatever the damage leads it to
        yield Opened(name, problem="The file could not be unpacked: it is damaged.")
        return
    if problem := find_problem(data):
        yield Opened(name, problem=problem)
    elif name.lower().endswith(".har"):
        yield from open_har(name, data)
    else:
        yield open_page(name, data)


def find_member_problem(member: zipfile.ZipInfo) -> str:
    if member.flag_bits & 1:
        return "The file has a password: make the zip without one."
    if PurePosixPath(member.filename).suffix.lower() in ARCHIVE_ENDINGS:
        return "This is an archive within the zip: unpack it first, or import it by itself."
    large = member.file_size > SUSPICIOUS_SIZE
    if large and member.file_size > HIGHEST_RATIO * max(member.compress_size, 1):
        return "The file unpacks to far more than a page could: it was not opened."
    return ""
