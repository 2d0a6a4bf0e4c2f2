"""The practice engine's adapter, with the server and the fetcher that belong to it."""

from collections.abc import Iterator

import pytest

from serp.engines.registry import get_engine
from serp.errors import BadQuery
from serp.fetchers.http import HttpFetcher
from serp.fetchers.limits import FetchLimits
from serp.practice import PracticeServer
from serp.practice.content import Asked, Content, make_content
from serp.types import EngineOptions, Outcome, Query, Reading

ENGINE = get_engine("practice")

VERDICTS = {
    "400": Outcome.BAD_REQUEST,
    "403": Outcome.BLOCKED,
    "429": Outcome.RATE_LIMITED,
    "451": Outcome.BLOCKED,
    "500": Outcome.SERVER_ERROR,
    "503": Outcome.SERVER_ERROR,
    "captcha": Outcome.BLOCKED,
    "challenge": Outcome.BLOCKED,
    "shell": Outcome.JS_REQUIRED,
    "consent": Outcome.CONSENT,
    "drip": Outcome.NETWORK,
    "drip-headers": Outcome.NETWORK,
    "silent": Outcome.NETWORK,
    "delay": Outcome.NETWORK,
    "truncated": Outcome.NETWORK,
    "bomb": Outcome.NETWORK,
    "layout": Outcome.LAYOUT_CHANGED,
    "loop": Outcome.NETWORK,
    "elsewhere": Outcome.NETWORK,
    "blank": Outcome.LAYOUT_CHANGED,
    "nothing": Outcome.EMPTY,
    "decoy": Outcome.DEGRADED,
    "garbage": Outcome.NETWORK,
    "reset": Outcome.NETWORK,
}


@pytest.fixture(scope="module")
def server() -> Iterator[PracticeServer]:
    with PracticeServer() as running:
        yield running


def search(server: PracticeServer, query: Query) -> Reading:
    fetcher = HttpFetcher(FetchLimits(total=1.5), allow_private=True)
    request = ENGINE.build(query, EngineOptions(base_url=server.url))
    return ENGINE.read(fetcher.fetch(request), query)


def questions() -> Iterator[Content]:
    for number in range(60):
        asked = Asked(keyword=f"blue widget {number}", page=1 + number % 3, language="de")
        yield make_content(asked)


class TestVerdicts:
    @pytest.mark.parametrize("fault", VERDICTS)
    def test_each_fault_is_told_for_what_it_is(self, server: PracticeServer, fault: str) -> None:
        reading = search(server, Query(text=f"shoes fault:{fault}"))
        assert reading.verdict.outcome is VERDICTS[fault]
        assert reading.verdict.reason
        worth_keeping = {Outcome.EMPTY, Outcome.DEGRADED}
        assert (reading.serp is not None) is (reading.verdict.outcome in worth_keeping)

    def test_the_wish_of_a_429_is_told(self, server: PracticeServer) -> None:
        assert search(server, Query(text="fault:429")).verdict.retry_after == 5

    def test_a_fault_passes(self, server: PracticeServer) -> None:
        query = Query(text="shoes fault:503x1")
        outcomes = [search(server, query).verdict.outcome for _ in range(2)]
        assert outcomes == [Outcome.SERVER_ERROR, Outcome.OK]


class TestParsing:
    def test_everything_on_the_page_is_found(self, server: PracticeServer) -> None:
        for content in questions():
            asked = content.asked
            query = Query(text=asked.keyword, page=asked.page, language=asked.language)
            reading = search(server, query)
            assert reading.serp is not None
            if content.found_nothing:
                assert reading.verdict.outcome is Outcome.EMPTY
                continue
            serp = reading.serp
            assert reading.verdict.outcome is Outcome.OK
            assert [(r.title, r.target.url, r.snippet, r.display_url) for r in serp.organic] == [
                (e.title, e.url, e.snippet, e.display_url) for e in content.organic
            ]
            for block, entries in (("top", content.top_ads), ("bottom", content.bottom_ads)):
                assert [(a.title, a.target.url) for a in serp.ads_in(block)] == [
                    (e.title, e.url) for e in entries
                ]
            assert serp.related_searches == content.related
            assert serp.people_also_ask == content.questions
            assert serp.stats_raw == content.stats.replace("\u202f", " ")
            assert (serp.total_results is None) is (content.stats == "")
            assert serp.query_echo == asked.keyword

    def test_ranks_count_organic_results_and_blocks(self, server: PracticeServer) -> None:
        content = next(c for c in questions() if len(c.top_ads) == 2 and c.bottom_ads)
        serp = search(
            server, Query(text=content.asked.keyword, page=content.asked.page, language="de")
        ).serp
        assert serp is not None
        assert [ad.absolute_rank for ad in serp.ads_in("top")] == [1, 2]
        assert [(r.rank, r.absolute_rank) for r in serp.organic][:2] == [(1, 3), (2, 4)]
        after = 3 + len(serp.organic) + bool(serp.people_also_ask)
        assert serp.ads_in("bottom")[0].absolute_rank == after
        assert serp.ads_in("bottom")[0].position == 1

    def test_all_links_are_counted(self, server: PracticeServer) -> None:
        serp = search(server, Query(text="garden chairs")).serp
        assert serp is not None
        assert serp.links_total == len(serp.links) >= len(serp.organic) + len(serp.ads)

    def test_reads_anything_without_raising(self, server: PracticeServer) -> None:
        assert search(server, Query(text='<b>"&\u202e\U0001f600')).serp is not None


class TestBuilding:
    def test_asks_with_every_wish(self) -> None:
        query = Query(text="ä b", country="at", language="de", device="mobile", page=3)
        request = ENGINE.build(query, EngineOptions(base_url="http://127.0.0.1:9/"))
        assert request.url == (
            "http://127.0.0.1:9/search?q=%C3%A4+b&page=3&hl=de&gl=at&device=mobile"
        )

    def test_refuses_an_empty_query(self) -> None:
        with pytest.raises(BadQuery):
            ENGINE.build(Query(text="  "), EngineOptions())

    def test_says_that_it_is_made_up(self) -> None:
        assert ENGINE.made_up
