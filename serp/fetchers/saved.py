"""Saved pages as Exchanges, so that they take the same way as fetched ones.

Known forms: plain HTML (a browser's "save page", which notes its address in a comment), an HTTP answer
with its status line and headers in front, and MHTML. `archives.py` opens zip and HAR.
"""

import email.message
import email.policy
import re
from datetime import UTC, datetime
from email.parser import BytesParser
from email.utils import parsedate_to_datetime

from serp.fetchers.decoding import decode
from serp.fetchers.limits import FetchLimits
from serp.fetchers.watch import FetchStopped
from serp.types import Exchange, FetchProblem, Hop, Request

UNKNOWN_URL = "about:blank"
STATUS_LINE = re.compile(rb"\AHTTP/\d(?:\.\d)? (\d{3})[^\r\n]*\r?\n")
HEADERS_END = re.compile(rb"\r?\n\r?\n")
SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+)\s*-->", re.IGNORECASE)
CANONICAL = re.compile(
    rb"<link[^>]{1,200}rel=[\"']?canonical[\"']?[^>]{1,200}href=[\"']?([^\"'\s>]+)", re.IGNORECASE
)
MHTML = re.compile(rb"^content-type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)
MHTML_WITHIN = 8192
URL_WITHIN = 8192


def read_saved_page(
    data: bytes,
    *,
    url: str = "",
    saved_at: datetime | None = None,
    limits: FetchLimits | None = None,
) -> Exchange:
    """The Exchange that a saved file stands for; a file that cannot be read has a problem. Never raises.

    `url` is where the page was, if the user knows; otherwise the file may tell. What an "HTTP answer"
    says of itself (status, headers) is believed; every other file counts as a good answer.
    """
    limits = limits or FetchLimits()
    if len(data) > limits.decoded_bytes:
        return failed(url, FetchProblem.TOO_LARGE, "The file is larger than is read.")
    try:
        if STATUS_LINE.match(data):
            return read_http_answer(data, url, saved_at, limits)
        if is_mhtml(data):
            return read_mhtml(data, url, saved_at)
    except FetchStopped as stop:
        return failed(url, stop.problem, stop.detail)
    except (ValueError, LookupError):
        return failed(url, FetchProblem.PROTOCOL, "The file could not be read.")
    headers = {"content-type": guess_content_type(data)}
    return saved_exchange(data, url or find_url(data), headers, saved_at)


def saved_exchange(
    body: bytes,
    url: str,
    headers: dict[str, str],
    saved_at: datetime | None,
    status: int = 200,
) -> Exchange:
    url = url or UNKNOWN_URL
    return Exchange(
        request=Request(url=url),
        hops=(Hop(url=url, status=status, location=headers.get("location", "")),),
        status=status,
        headers=headers,
        body=body,
        started_at=saved_at,
        wire_bytes=len(body),
        fetcher="saved",
    )


def failed(url: str, problem: FetchProblem, detail: str) -> Exchange:
    request = Request(url=url or UNKNOWN_URL)
    return Exchange(request=request, problem=problem, problem_detail=detail, fetcher="saved")


def guess_content_type(data: bytes) -> str:
    start = data[:URL_WITHIN].lstrip(b"\xef\xbb\xbf \t\r\n")
    return "application/json" if start.startswith((b"{", b"[")) else "text/html"


def find_url(data: bytes) -> str:
    """The address that the page itself tells; "" where it does not."""
    start = data[:URL_WITHIN]
    found = SAVED_FROM.search(start) or CANONICAL.search(start)
    url = found[1].decode("ascii", "ignore") if found else ""
    return url.replace("&amp;", "&") if url.startswith(("http://", "https://")) else ""


def read_http_answer(
    data: bytes, url: str, saved_at: datetime | None, limits: FetchLimits
) -> Exchange:
    """As `curl -i` writes it; the last of several answers counts, as after a redirect."""
    head, body = split_head(data)
    while STATUS_LINE.match(body):
        head, body = split_head(body)
    status_line = STATUS_LINE.match(head + b"\n")
    assert status_line is not None
    headers = read_headers(head)
    encoding = headers.pop("content-encoding", "")
    if encoding and not looks_decoded(body):
        body, _ = decode(body, encoding, limits)
    when = saved_at or read_date(headers.get("date", ""))
    return saved_exchange(body, url or find_url(body), headers, when, int(status_line[1]))


def split_head(data: bytes) -> tuple[bytes, bytes]:
    end = HEADERS_END.search(data)
    return (data[: end.start()], data[end.end() :]) if end else (data, b"")


def read_headers(head: bytes) -> dict[str, str]:
    lines = head.decode("utf-8", "replace").splitlines()[1:]
    fields = (line.partition(":") for line in lines if ":" in line)
    return {name.strip().lower(): value.strip() for name, _, value in fields}


def looks_decoded(body: bytes) -> bool:
    """Tools write the plain page under the headers of the packed one."""
    return body.lstrip()[:1] in (b"<", b"{", b"[")


def read_date(date: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(date)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def is_mhtml(data: bytes) -> bool:
    head, _ = split_head(data.lstrip()[:MHTML_WITHIN])
    return bool(MHTML.search(head)) and not head.lstrip().startswith(b"<")


def read_mhtml(data: bytes, url: str, saved_at: datetime | None) -> Exchange:
    """The root document of the archive: its first HTML part."""
    message = BytesParser(policy=email.policy.default).parsebytes(data.lstrip())
    part = next((p for p in message.walk() if p.get_content_type() == "text/html"), None)
    if part is None:
        return failed(url, FetchProblem.PROTOCOL, "The MHTML file holds no page.")
    body = part.get_payload(decode=True)
    where = url or text_header(message, "snapshot-content-location")
    headers = {"content-type": text_header(part, "content-type") or "text/html"}
    return saved_exchange(
        body if isinstance(body, bytes) else b"",
        where or text_header(part, "content-location"),
        headers,
        saved_at or read_date(text_header(message, "date")),
    )


def text_header(part: email.message.Message, name: str) -> str:
    return " ".join(str(part.get(name, "")).split())
