"""What one attempt found, as rows: cleaned, capped and packed by the thread that fetched it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from keywords.measuring import Measures
from keywords.models import ResultLink
from keywords.payloads import Payload
from keywords.saved_pages import PackedPage, pack_page
from serp.engines.registry import get_engine
from serp.types import Ad, Exchange, OrganicResult, Reading, Serp, Target

Block = ResultLink.Block
AD_BLOCKS = {"top": Block.AD_TOP, "bottom": Block.AD_BOTTOM, "right": Block.AD_RIGHT}

# Hostile or broken pages only: real ones stay far below.
MOST_LINKS = 2000
LONGEST_URL = 8000
LONGEST_TEXT = 5000
LONGEST_HEADER = 2000
MOST_HEADERS = 100
MOST_ENTRIES = 200  # of related searches, questions, features
LARGEST_INT = 2**31 - 1
LARGEST_BIGINT = 2**63 - 1
# Session secrets of whoever answered.
SECRET_HEADERS = {"set-cookie", "set-cookie2"}

# (block, rank, absolute_rank, title, url, href_raw, opaque, domain, display_url, snippet)
LinkRow = tuple[str, int, int | None, str, str, str, bool, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`search` and `visit` are columns of their tables."""

    payload: Payload
    search: Mapping[str, Any]
    visit: Mapping[str, Any] = field(default_factory=dict)
    links: tuple[LinkRow, ...] = ()
    page: PackedPage | None = None
    is_good: bool = False
    is_refusal: bool = False
    is_fault: bool = False
    is_misread: bool = False
    was_asked: bool = True  # a request was made
    cool_down: float = 0.0  # seconds
    holds: bool = False  # the source, until its key changes
    blames_proxy: bool = False
    proxy_rest: float = 0.0  # seconds
    measures: Measures = field(default_factory=Measures)


def describe_search(
    payload: Payload, exchange: Exchange | None, reading: Reading
) -> dict[str, Any]:
    verdict = reading.verdict
    return {
        "outcome": verdict.outcome.value,
        "reason": cut(verdict.reason, 500),
        "evidence": cut(verdict.evidence, 1000),
        "engine": payload.source.engine,
        "parser_version": cut(parser_version_of(payload, reading), 50),
        **describe_exchange(exchange),
        **describe_serp(reading.serp),
    }


def parser_version_of(payload: Payload, reading: Reading) -> str:
    """What read the page; where nothing was read, the engine's."""
    if reading.serp is not None and reading.serp.parser_version:
        return reading.serp.parser_version
    return get_engine(payload.source.engine).parser_version


def describe_exchange(exchange: Exchange | None) -> dict[str, Any]:
    if exchange is None:
        return {"fetched_at": None, "seconds": None, "http_status": None}
    return {
        "fetched_at": ended_at(exchange),
        "seconds": exchange.seconds,
        "http_status": exchange.status or None,
    }


def ended_at(exchange: Exchange) -> datetime | None:
    if exchange.started_at is None:
        return None
    return exchange.started_at + timedelta(seconds=exchange.seconds)


def describe_serp(serp: Serp | None) -> dict[str, Any]:
    """Counts are None where there is no page to be trusted."""
    counts = ("ads_top", "ads_bottom", "ads_total", "organic_total", "links_total", "total_results")
    if serp is None:
        return {
            **dict.fromkeys(counts),
            "stats_raw": "",
            "related_searches": [],
            "people_also_ask": [],
            "features": {},
            "layout": "",
        }
    total = serp.total_results
    return {
        "ads_top": len(serp.ads_in("top")),
        "ads_bottom": len(serp.ads_in("bottom")),
        "ads_total": len(serp.ads),
        "organic_total": len(serp.organic),
        "links_total": min(serp.links_total, LARGEST_INT),
        "total_results": total if total is not None and 0 <= total <= LARGEST_BIGINT else None,
        "stats_raw": cut(serp.stats_raw, 500),
        "related_searches": clean_json(serp.related_searches),
        "people_also_ask": clean_json(serp.people_also_ask),
        "features": clean_json(serp.features),
        "layout": cut(serp.layout, 100),
    }


def list_links(serp: Serp | None) -> tuple[LinkRow, ...]:
    """Ads, organic results, and each other link of the page."""
    if serp is None:
        return ()
    rows = [ad_row(ad) for ad in serp.ads[:MOST_LINKS]]
    rows += [organic_row(result) for result in serp.organic[:MOST_LINKS]]
    return (*rows, *other_rows(serp))


def ad_row(ad: Ad) -> LinkRow:
    return link_row(
        AD_BLOCKS[ad.block],
        ad.position,
        ad.absolute_rank,
        ad.target,
        title=ad.title,
        display_url=ad.display_url,
        snippet=ad.snippet,
    )


def organic_row(result: OrganicResult) -> LinkRow:
    return link_row(
        Block.ORGANIC,
        result.rank,
        result.absolute_rank,
        result.target,
        title=result.title,
        display_url=result.display_url,
        snippet=result.snippet,
    )


def other_rows(serp: Serp) -> Iterator[LinkRow]:
    """Each ad and result takes one of the page's links away, so that all rows together are the
    page's links."""
    targets = [ad.target for ad in serp.ads] + [result.target for result in serp.organic]
    shown = Counter(target.href_raw for target in targets)
    for rank, target in enumerate(serp.links[:MOST_LINKS], start=1):
        if shown[target.href_raw] > 0:
            shown[target.href_raw] -= 1
        else:
            yield link_row(Block.OTHER, rank, None, target)


def link_row(
    block: Block,
    rank: int,
    absolute_rank: int | None,
    target: Target,
    *,
    title: str = "",
    display_url: str = "",
    snippet: str = "",
) -> LinkRow:
    return (
        block.value,
        rank,
        absolute_rank,
        cut(title, LONGEST_TEXT),
        cut(target.url or "", LONGEST_URL),
        cut(target.href_raw, LONGEST_URL),
        target.opaque,
        cut(target.domain, 255),
        cut(display_url, LONGEST_TEXT),
        cut(snippet, LONGEST_TEXT),
    )


def describe_visit(exchange: Exchange | None) -> dict[str, Any]:
    """Nothing where nothing was asked."""
    if exchange is None:
        return {}
    return {
        "final_url": cut(exchange.final_url, LONGEST_URL),
        "hops": [
            {
                "url": cut(hop.url, LONGEST_URL),
                "status": hop.status,
                "location": cut(hop.location, LONGEST_URL),
            }
            for hop in exchange.hops
        ],
        "headers": describe_headers(exchange.headers),
        "wire_bytes": min(exchange.wire_bytes, LARGEST_INT),
        "fetcher": cut(exchange.fetcher, 20),
        "problem": exchange.problem.value if exchange.problem else "",
        "problem_detail": cut(exchange.problem_detail, 500),
    }


def describe_headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {
        cut(name, 200): cut(value, LONGEST_HEADER)
        for name, value in list(headers.items())[:MOST_HEADERS]
        if name not in SECRET_HEADERS
    }


def pack_body(exchange: Exchange | None) -> PackedPage | None:
    if exchange is None or not exchange.body:
        return None
    return pack_page(exchange.body, cut(exchange.headers.get("content-type", ""), 200))


def cut(text: str, length: int) -> str:
    """As Postgres takes it: no NUL, no lone surrogate, not too long."""
    text = text[:length]
    if text.isascii():
        return text.replace("\x00", "\ufffd") if "\x00" in text else text
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def clean_json(value: object) -> Any:
    """Plain JSON values that jsonb takes, and not too many of them."""
    match value:
        case str():
            return cut(value, LONGEST_TEXT)
        case Mapping():
            pairs = list(value.items())[:MOST_ENTRIES]
            return {cut(str(key), 200): clean_json(entry) for key, entry in pairs}
        case list() | tuple():
            return [clean_json(entry) for entry in value[:MOST_ENTRIES]]
        case bool() | int() | None:
            return value
        case float():
            return value if value - value == 0 else None  # neither NaN nor infinite
        case _:
            return cut(str(value), LONGEST_TEXT)
