"""Answers as engines give them, for tests of what is read in them."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

from serp.types import Exchange, Hop, Request

ROOT = Path(__file__).parents[3]
CORPUS = Path(os.environ.get("ATHANOR_CORPUS", ROOT.parent / "shared" / "serp-corpus"))


def exchange(
    body: bytes | str | object,
    *,
    status: int = 200,
    url: str = "https://api.example/search?q=x&format=json",
    content_type: str = "",
    **headers: str,
) -> Exchange:
    """A complete answer; anything but bytes and text is sent as JSON."""
    if not isinstance(body, bytes | str):
        body, content_type = json.dumps(body), content_type or "application/json"
    data = body.encode() if isinstance(body, str) else body
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Exchange(
        request=Request(url=url),
        hops=(Hop(url=url, status=status),),
        status=status,
        headers={"content-type": content_type or "text/html; charset=utf-8", **named},
        body=data,
        started_at=datetime(2026, 11, 1, tzinfo=UTC),
    )


def corpus_files(pattern: str) -> list[Path]:
    return sorted(CORPUS.glob(pattern))
