"""Sitelinks: further pages of a result's own site, linked from its box."""

from urllib.parse import urldefrag, urlsplit

from serp.document import Node, is_hidden
from serp.types import Sitelink, Target
from serp.urls import read_target

MOST_SITELINKS = 20
MOST_LINKS = 60  # of a box that are looked at
LONGEST_TITLE = 120


def read_sitelinks(
    box: Node, heading: Node, main: Target, base_url: str, end: int = 0
) -> tuple[Sitelink, ...]:
    """Links after the title that lead to other pages of the same domain, each page once.

    `end` is where the box ends, if that is before its own end.
    """
    if not main.url or not main.domain:
        return ()
    seen = {_page_of(main.url)}
    own_host = urlsplit(base_url).hostname  # the engine's: "similar pages", translations
    found: list[Sitelink] = []
    for anchor in box.links()[:MOST_LINKS]:
        if anchor.index < heading.index or (end and anchor.index >= end):
            continue
        if _is_breadcrumb(anchor):
            continue
        sitelink = _read_one(anchor, main, base_url)
        page = _page_of(sitelink.target.url or "") if sitelink else ""
        host = urlsplit(page).hostname or ""
        if sitelink and page not in seen and host != own_host and not host.startswith("translate."):
            seen.add(page)
            found.append(sitelink)
    return tuple(found[:MOST_SITELINKS])


def _read_one(anchor: Node, main: Target, base_url: str) -> Sitelink | None:
    target = read_target(anchor.get("href"), base_url)
    if target.domain != main.domain or not target.url or _is_same_video(target.url, main.url or ""):
        return None
    title = _title_of(anchor)
    return Sitelink(title=title, target=target) if 1 < len(title) <= LONGEST_TITLE else None


def _is_breadcrumb(anchor: Node) -> bool:
    around = anchor.parent
    return is_hidden(anchor) or (
        around is not None and (around.name == "cite" or "\u203a" in around.text[:200])
    )


def _title_of(anchor: Node) -> str:
    headings = anchor.named("h2", "h3", "h4")
    return headings[0].text if headings else anchor.text


def _is_same_video(url: str, main: str) -> bool:
    """A moment of the video that the result itself is."""
    return url.startswith(f"{main}&")


def _page_of(url: str) -> str:
    return urldefrag(url).url.removesuffix("/")
