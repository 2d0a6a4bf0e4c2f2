"""What the practice engine sends back, good answers and faults, as data."""

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from functools import cache, lru_cache
from html import escape
from urllib.parse import urlencode

from serp.practice.content import Asked, Content, make_content
from serp.practice.markup import document, render, render_other_layout

BOMB_BYTES = 64 * 1024 * 1024
LATE = 5.0  # seconds of the fault "delay"


class Delivery(Enum):
    """How the bytes go out."""

    WHOLE = auto()
    DRIP = auto()  # the body byte by byte
    DRIP_HEADERS = auto()  # everything byte by byte
    HALF = auto()  # the first half of the body, then the end
    RAW = auto()  # the body alone, without status and headers
    RESET = auto()
    SILENT = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delivery: Delivery = Delivery.WHOLE
    delay: float = 0.0


@lru_cache(maxsize=512)
def good_reply(asked: Asked) -> Reply:
    return Reply(body=render(make_content(asked)).encode())


def fault_reply(fault: str, asked: Asked, retry_after: float) -> Reply:
    if fault.isdigit():
        return status_reply(int(fault), asked, retry_after)
    return FAULT_REPLIES[fault](asked)


def status_reply(status: int, asked: Asked, retry_after: float) -> Reply:
    headers = {"Retry-After": f"{retry_after:g}"} if status == 429 else {}
    body = f"<h1>{status}</h1><p>The practice engine answers with this status on purpose.</p>"
    return Reply(status=status, headers=headers, body=document(asked, str(status), body).encode())


def redirect(location: str) -> Reply:
    return Reply(status=302, headers={"Location": location})


def search_path(asked: Asked) -> str:
    return "/search?" + urlencode({"q": asked.keyword, "page": asked.page})


def to_challenge(asked: Asked) -> Reply:
    return redirect("/challenge?" + urlencode({"continue": search_path(asked)}))


def to_consent(asked: Asked) -> Reply:
    return redirect("/consent?" + urlencode({"continue": search_path(asked)}))


def challenge_reply(asked: Asked) -> Reply:
    body = """<form id="challenge-form" method="post" action="/challenge">
<h1>Are you human?</h1><p>Type the letters of the picture that this page does not have.</p>
<input name="answer" aria-label="Letters"><button>Go on</button></form>"""
    return Reply(status=403, body=document(asked, "Are you human?", body).encode())


def challenge_page(asked: Asked) -> Reply:
    """What a captcha shows after its redirect: status 200, as many engines do."""
    return replace(challenge_reply(asked), status=200)


def consent_page(asked: Asked) -> Reply:
    body = """<form id="consent-form" method="post" action="/consent">
<h1>Before you go on</h1><p>We would like to keep cookies.</p><button>Reject all</button> <button>Accept all</button></form>"""
    return Reply(body=document(asked, "Before you go on", body).encode())


def shell_reply(asked: Asked) -> Reply:
    body = """<noscript id="needs-script">Please turn on JavaScript to see the results.</noscript>
<script>document.cookie = "practice=1"; location.reload();</script>"""
    return Reply(body=document(asked, "Practice search", body).encode())


def layout_reply(asked: Asked) -> Reply:
    return Reply(body=render_other_layout(make_content(asked)).encode())


def nothing_reply(asked: Asked) -> Reply:
    return Reply(body=render(Content(asked=asked)).encode())


def decoy_reply(asked: Asked) -> Reply:
    return Reply(body=render(make_content(asked, decoys=True)).encode())


@cache
def bomb() -> bytes:
    return gzip.compress(b" " * BOMB_BYTES, mtime=0)


def bomb_reply(asked: Asked) -> Reply:
    return Reply(headers={"Content-Encoding": "gzip"}, body=bomb())


def page_with(**changes: object) -> Callable[[Asked], Reply]:
    def reply(asked: Asked) -> Reply:
        return replace(good_reply(asked), **changes)  # type: ignore[arg-type]

    return reply


def always(reply: Reply) -> Callable[[Asked], Reply]:
    return lambda asked: reply


FAULT_REPLIES: dict[str, Callable[[Asked], Reply]] = {
    "captcha": to_challenge,
    "challenge": challenge_reply,
    "shell": shell_reply,
    "consent": to_consent,
    "drip": page_with(delivery=Delivery.DRIP),
    "drip-headers": page_with(delivery=Delivery.DRIP_HEADERS),
    "silent": always(Reply(status=0, delivery=Delivery.SILENT)),
    "delay": page_with(delay=LATE),
    "truncated": page_with(delivery=Delivery.HALF),
    "bomb": bomb_reply,
    "layout": layout_reply,
    "loop": lambda asked: redirect(search_path(asked)),
    "elsewhere": always(redirect("http://elsewhere.example/")),
    "blank": always(Reply()),
    "nothing": nothing_reply,
    "decoy": decoy_reply,
    "garbage": always(Reply(status=0, body=b"\x00\x01 hello\r\n\r\n", delivery=Delivery.RAW)),
    "reset": always(Reply(status=0, delivery=Delivery.RESET)),
}


def home_page(asked: Asked) -> Reply:
    return Reply(body=document(asked, "Practice search", "<p>Ask anything.</p>").encode())


def click_page(asked: Asked, target: str) -> Reply:
    body = f"<p>A made-up advertisement for <code>{escape(target)}</code>.</p>"
    return Reply(body=document(asked, "Made up", body).encode())


def json_reply(value: object, status: int = 200) -> Reply:
    return Reply(
        status=status,
        headers={"Content-Type": "application/json"},
        body=json.dumps(value, ensure_ascii=False).encode(),
    )
