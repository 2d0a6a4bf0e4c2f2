"""Pages written by us in the shape of real ones, each for one thing that can happen."""

from pathlib import Path

from serp.types import Exchange, Hop, Request

FOLDER = Path(__file__).parent


def page_body(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def answer(
    body: bytes,
    *,
    url: str = "https://www.google.com/search?q=kettle",
    status: int = 200,
    location: str = "",
    headers: dict[str, str] | None = None,
) -> Exchange:
    return Exchange(
        request=Request(url="https://www.google.com/search?q=kettle"),
        hops=(Hop(url=url, status=status, location=location),),
        status=status,
        headers=headers or {"content-type": "text/html; charset=utf-8"},
        body=body,
    )
