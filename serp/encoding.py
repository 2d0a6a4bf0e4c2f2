"""Which characters the bytes of a page stand for."""

import codecs
import re

_META = re.compile(
    rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:.-]{2,40})", re.IGNORECASE
)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:.-]{2,40})", re.IGNORECASE)
_META_WITHIN = 4096
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# As browsers do: these labels mean windows-1252.
_LATIN = {"iso8859-1", "ascii", "latin_1"}


def decode_page(body: bytes, content_type: str = "") -> str:
    """The page's characters; what cannot be read becomes U+FFFD. Never raises.

    The order: byte order mark, what the HTTP header says, UTF-8 if that is what the bytes are, what
    a <meta> says, windows-1252. Meta tags come late because servers convert pages without them.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    for encoding in _candidates(body, content_type):
        text = _decode_if_fits(body, encoding)
        if text is not None:
            return text
    return body.decode("windows-1252", "replace")


def _candidates(body: bytes, content_type: str) -> list[str]:
    header = _HEADER.search(content_type)
    meta = _META.search(body[:_META_WITHIN])
    named = [
        header[1] if header else "",
        "utf-8",
        meta[1].decode("ascii") if meta else "",
        _guess_utf16(body),
    ]
    return [encoding for name in named if (encoding := _known_encoding(name))]


def _known_encoding(name: str) -> str:
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    if not getattr(info, "_is_text_encoding", True):
        return ""
    return "windows-1252" if info.name in _LATIN else info.name


def _guess_utf16(body: bytes) -> str:
    start = body[:200]
    if start.count(0) * 3 < len(start) or not start:
        return ""
    return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"


def _decode_if_fits(body: bytes, encoding: str) -> str | None:
    """None where the bytes are plainly something else; a few broken characters are forgiven."""
    if encoding == "utf-8" and b"\0" in body[:200] and _guess_utf16(body):
        return None
    try:
        return body.decode(encoding)
    except UnicodeError:
        text = body.decode(encoding, "replace")
    if encoding != "utf-8":
        return text
    broken = text.count("\ufffd")
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    return (
        text
        if broken * 10 <= foreign or (foreign < 20 and broken == 1 and text.endswith("\ufffd"))
        else None
    )
