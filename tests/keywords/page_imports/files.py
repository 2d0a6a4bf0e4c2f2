"""Files as users have them: pages of the practice engine, saved in every way."""

import io
import json
import zipfile
from urllib.parse import quote_plus

from serp.practice.content import Asked, make_content
from serp.practice.markup import render


def make_page(keyword: str, *, address: str = "") -> bytes:
    html = render(make_content(Asked(keyword=keyword)))
    comment = f"<!-- saved from url=(0042){address} -->" if address else ""
    return html.replace("<html", f"{comment}<html", 1).encode()


def make_mhtml(keyword: str) -> bytes:
    address = f"http://127.0.0.1/search?q={quote_plus(keyword)}"
    head = (
        f"From: <Saved by Blink>\r\nSnapshot-Content-Location: {address}\r\n"
        "Date: Sun, 1 Nov 2026 08:00:00 -0000\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; type="text/html"; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return head.encode() + make_page(keyword) + b"\r\n--b--\r\n"


def make_har(*keywords: str) -> bytes:
    entries = [
        {
            "startedDateTime": f"2026-11-0{number}T08:00:00.000Z",
            "request": {"url": "http://127.0.0.1/search"},
            "response": {
                "status": 200,
                "headers": [],
                "content": {"mimeType": "text/html", "text": make_page(keyword).decode()},
            },
        }
        for number, keyword in enumerate(keywords, start=1)
    ]
    picture = {"mimeType": "image/png", "text": "AAAA", "encoding": "base64"}
    entries.append({**entries[0], "response": {"status": 200, "headers": [], "content": picture}})
    return json.dumps({"log": {"entries": entries}}).encode()


def make_zip(**members: bytes) -> bytes:
    """Names may hold anything: pass them with `**{...}`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def encrypt(data: bytes) -> bytes:
    """Says of every member that it has a password, as a zip with one does."""
    flagged = bytearray(data)
    for sign, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = flagged.find(sign)
        while at >= 0:
            flagged[at + place] |= 1
            at = flagged.find(sign, at + 4)
    return bytes(flagged)
