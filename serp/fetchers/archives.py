"""Many saved pages in one file: a zip of them, or the HAR of a browser's network tab."""

import base64
import binascii
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from serp.fetchers.limits import FetchLimits
from serp.fetchers.saved import failed, read_saved_page, saved_exchange
from serp.types import Exchange, FetchProblem

PAGE_ENDINGS = frozenset({".html", ".htm", ".mhtml", ".mht", ".http", ".json", ".txt", ""})
MOST_PAGES = 10_000
PAGE_TYPES = ("text/html", "application/xhtml", "application/json")


@dataclass(frozen=True, slots=True)
class SavedPage:
    """One page of an archive, under the name by which the user knows it."""

    name: str
    exchange: Exchange


def read_saved_file(
    name: str, data: bytes, limits: FetchLimits | None = None
) -> Iterator[SavedPage]:
    """Every page of a file: one of a plain page, many of a zip or a HAR. Never raises."""
    limits = limits or FetchLimits()
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        yield from read_zip(name, data, limits)
    elif name.lower().endswith(".har"):
        yield from read_har(name, data)
    else:
        yield SavedPage(name, read_saved_page(data, limits=limits))


def read_zip(name: str, data: bytes, limits: FetchLimits) -> Iterator[SavedPage]:
    """Each member is unpacked alone and only up to the cap, whatever size it claims."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = [m for m in archive.infolist() if is_page_name(m.filename)]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        yield SavedPage(name, failed("", FetchProblem.PROTOCOL, "The zip file is damaged."))
        return
    for member in members[:MOST_PAGES]:
        yield SavedPage(member.filename, read_member(archive, member, limits))


def is_page_name(name: str) -> bool:
    path = PurePosixPath(name)
    hidden = any(part.startswith((".", "__MACOSX")) for part in path.parts)
    return not name.endswith("/") and not hidden and path.suffix.lower() in PAGE_ENDINGS


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: FetchLimits) -> Exchange:
    try:
        with archive.open(member) as file:
            data = file.read(limits.decoded_bytes + 1)
    except (
        zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError, EOFError, ValueError,
    ):  # fmt: skip
        detail = "The file could not be unpacked: it is damaged or has a password."
        return failed("", FetchProblem.PROTOCOL, detail)
    return read_saved_page(data, limits=limits)


def read_har(name: str, data: bytes) -> Iterator[SavedPage]:
    """The entries that hold a page; scripts, pictures and the like are left out."""
    try:
        har = json.loads(data.decode("utf-8-sig"))
        entries = list(har["log"]["entries"])
    except (ValueError, KeyError, TypeError, RecursionError):
        yield SavedPage(name, failed("", FetchProblem.PROTOCOL, "The HAR file is damaged."))
        return
    for number, entry in enumerate(entries[:MOST_PAGES], 1):
        try:
            exchange = read_har_entry(entry)
        except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
            continue  # an entry that is no answer: aborted, or from a cache
        if exchange is not None:
            yield SavedPage(f"{name}#{number}", exchange)


def read_har_entry(entry: dict[str, dict[str, object]]) -> Exchange | None:
    answer = entry["response"]
    content = answer["content"]
    if not isinstance(content, dict):
        raise TypeError("content is no object")
    if not str(content.get("mimeType", "")).lower().startswith(PAGE_TYPES):
        return None
    text = str(content["text"])
    body = base64.b64decode(text) if content.get("encoding") == "base64" else text.encode()
    pairs = answer.get("headers")
    headers = {
        str(pair["name"]).lower(): str(pair["value"])
        for pair in (pairs if isinstance(pairs, list) else [])
    }
    headers.pop("content-encoding", None)  # HAR keeps the body decoded
    if content.get("encoding") != "base64":
        headers["content-type"] = f"{content['mimeType']}".partition(";")[0] + "; charset=utf-8"
    return saved_exchange(
        body,
        str(entry["request"]["url"]),
        headers,
        datetime.fromisoformat(str(entry["startedDateTime"])),
        int(str(answer["status"])),
    )
