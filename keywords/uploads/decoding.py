"""Bytes to text: BOM, strict UTF-8, UTF-16 by its zero bytes, then a guess, then the user's choice."""

import codecs
import unicodedata

import chardet

from keywords.uploads.types import UploadError

BOMS = (
    # UTF-32's begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What files of other kinds begin with, and what they are.
BINARY_SIGNS = (
    (b"\x89PNG\r\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90\x00", "a program"),
    (b"SQLite format 3\x00", "an SQLite database"),
)
SAMPLE = 64 * 1024
# chardet's own scale: below it, it only guesses among Western encodings.
LEAST_CONFIDENCE = 0.03
LIKELIEST = "cp1252"
MOST_CONTROLS = 0.1  # of the characters, for a text


def refuse_binary(data: bytes) -> None:
    """Raises UploadError for files that are known to be no text."""
    for sign, kind in BINARY_SIGNS:
        if data.startswith(sign):
            raise UploadError(f"This file is {kind}, not a list of keywords.")


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text, without a BOM, and the name of its encoding. Raises UploadError."""
    if encoding:
        return decode_as(data, encoding), encoding
    name = find_encoding(data)
    text = decode_as(data, name)
    refuse_noise(text)
    return text, name


def decode_as(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except LookupError:
        raise UploadError(f"There is no encoding named {encoding!r}.") from None
    except (UnicodeError, ValueError):
        raise UploadError(f"This file is not written in {encoding}.") from None


def find_encoding(data: bytes) -> str:
    for bom, name in BOMS:
        if data.startswith(bom):
            return name
    if is_decodable(data, "utf-8") and not find_wide_encoding(data):
        return "utf-8"
    return find_wide_encoding(data) or guess_encoding(data)


def find_wide_encoding(data: bytes) -> str:
    """UTF-16 without a BOM, seen by zero bytes on one side of each pair; "" where it is not."""
    sample = data[:SAMPLE]
    if len(data) % 2 or len(sample) < 4:
        return ""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    most = 0.4 * len(sample) / 2
    if odd > most and even < 0.1 * odd:
        return "utf-16-le"
    if even > most and odd < 0.1 * even:
        return "utf-16-be"
    return ""


def guess_encoding(data: bytes) -> str:
    found = chardet.detect(data[:SAMPLE], encoding_era=chardet.EncodingEra.MODERN_WEB)
    guessed = found["encoding"] if found["confidence"] >= LEAST_CONFIDENCE else None
    for name in (guessed, LIKELIEST):
        if name and is_decodable(data, name):
            return codecs.lookup(name).name
    # It takes every byte; the control characters that it makes are reported row by row.
    return "iso8859-1"


def is_decodable(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


def refuse_noise(text: str) -> None:
    sample = text[:SAMPLE]
    controls = sum(unicodedata.category(character) == "Cc" for character in sample)
    controls -= sum(sample.count(space) for space in "\t\r\n\x0b\x0c")
    if controls > MOST_CONTROLS * len(sample):
        raise UploadError("This file holds no text: it is binary, or in an unknown encoding.")
