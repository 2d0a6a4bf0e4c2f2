"""The list that visitors may look at: a few keywords, asked of the practice engine's page maker within this
process, judged and parsed by its real engine. Nothing is fetched and nothing is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from keywords.evidence import make_mark
from keywords.findings import LinkRow, describe_serp, list_links
from keywords.models import ResultLink, Search
from serp.engines.registry import get_engine
from serp.marking import MarkedPage, mark_page
from serp.practice.content import Asked
from serp.practice.replies import Reply, fault_reply, good_reply
from serp.types import EngineOptions, Exchange, Query, Reading

ENGINE = "practice"
HTML = "text/html; charset=utf-8"
LANGUAGE = "en"
RETRY_AFTER = 120.0  # seconds, of the one that is refused for asking too often
# keyword -> the fault that it meets, as serp.practice.faults names them; "" for a good answer.
KEYWORDS = {
    "standing desk": "",
    "trail running shoes": "",
    "espresso machine with grinder": "",
    "noise cancelling headphones": "challenge",
    "carry-on suitcase": "",
    "waterproof hiking jacket": "",
    "left-handed banjo capo": "nothing",
    "electric cargo bike": "",
    "ergonomic office chair": "layout",
    "cast iron skillet": "",
    "down sleeping bag": "429",
    "mirrorless camera for travel": "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """`search` and `links` are like those of a keyword that was searched, but stand in no table."""

    number: int  # from 1
    keyword: str
    search: Search
    links: Sequence[ResultLink]
    body: bytes

    def links_in(self, blocks: Sequence[str]) -> list[ResultLink]:
        """In the order of the page."""
        found = [link for link in self.links if link.block in blocks]
        return sorted(found, key=lambda link: (link.absolute_rank or 0, link.rank))


@cache
def make_samples() -> tuple[Sample, ...]:
    """The same in every process: the page maker's dice fall alike for the same keyword."""
    return tuple(
        make_sample(number, keyword, fault)
        for number, (keyword, fault) in enumerate(KEYWORDS.items(), start=1)
    )


def make_sample(number: int, keyword: str, fault: str) -> Sample:
    asked = Asked(keyword=keyword, language=LANGUAGE)
    reply = fault_reply(fault, asked, RETRY_AFTER) if fault else good_reply(asked)
    reading = read_reply(keyword, reply)
    search = Search(
        pk=number,
        outcome=reading.verdict.outcome.value,
        reason=reading.verdict.reason,
        evidence=reading.verdict.evidence,
        engine=ENGINE,
        parser_version=get_engine(ENGINE).parser_version,
        http_status=reply.status,
        **describe_serp(reading.serp),
    )
    links = [make_link(search, row) for row in list_links(reading.serp)]
    return Sample(number=number, keyword=keyword, search=search, links=links, body=reply.body)


def read_reply(keyword: str, reply: Reply) -> Reading:
    """As if the reply had come over the network."""
    engine, query = get_engine(ENGINE), Query(text=keyword, language=LANGUAGE)
    headers = {"content-type": HTML} | {
        name.lower(): value for name, value in reply.headers.items()
    }
    exchange = Exchange(
        request=engine.build(query, EngineOptions()),
        status=reply.status,
        headers=headers,
        body=reply.body,
    )
    return engine.read(exchange, query)


def make_link(search: Search, row: LinkRow) -> ResultLink:
    block, rank, absolute_rank, title, url, href_raw, opaque, domain, display_url, snippet = row
    return ResultLink(
        search=search,
        block=block,
        rank=rank,
        absolute_rank=absolute_rank,
        title=title,
        url=url,
        href_raw=href_raw,
        opaque=opaque,
        domain=domain,
        display_url=display_url,
        snippet=snippet,
    )


@lru_cache(maxsize=len(KEYWORDS))
def mark_sample(number: int) -> MarkedPage:
    """Its page with what the parser saw marked on it."""
    sample = make_samples()[number - 1]
    seen = [block for block in ResultLink.Block if block != ResultLink.Block.OTHER]
    marks = [
        make_mark(link.block, link.rank, link.title, link.href_raw)
        for link in sample.links_in(seen)
    ]
    return mark_page(sample.body, HTML, marks)
