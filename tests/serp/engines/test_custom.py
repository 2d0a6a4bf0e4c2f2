"""The engine that users declare: what they may write, what is asked, what is read and believed."""

from collections.abc import Iterator
from typing import Any

import pytest

from serp.engines.registry import configure_engine, get_engine
from serp.errors import BadQuery
from serp.fetchers.http import HttpFetcher
from serp.fetchers.limits import FetchLimits
from serp.practice import PracticeServer
from serp.types import Engine, EngineOptions, Outcome, Query, Reading
from tests.serp.pages import answer, page_body

ADDRESS = "https://archive.example/search?P=kettle"
ARCHIVE: dict[str, Any] = {
    "search_url": "https://archive.example/search?P={query}&lang={language}",
    "paging": {"parameter": "topdoc", "first": 0, "step": 25, "last": 8},
    "selectors": {
        "result": "td",
        "title": "b > a",
        "snippet": "small",
        "ad": "tr.promoted",
        "stats": ".summary",
        "related": ".more a",
        "empty": "#nothing",
    },
}


def archive(**changes: object) -> Engine:
    return configure_engine("custom", EngineOptions(settings={**ARCHIVE, **changes}))


def choose(**selectors: str) -> Engine:
    return archive(selectors={**ARCHIVE["selectors"], **selectors})


def read(engine: Engine, page: str) -> Reading:
    return engine.read(answer(page_body(f"custom/{page}.html"), url=ADDRESS), Query(text="kettle"))


class TestReading:
    def test_results_ads_stats_and_related(self) -> None:
        reading = read(archive(), "results")
        serp = reading.serp
        assert serp is not None
        assert [(one.title, one.target.url, one.snippet) for one in serp.organic] == [
            ("Red kettles", "https://archive.example/files/red.html", "All about red kettles."),
            ("Blue kettles", "https://kettles.example/blue", "All about blue kettles."),
        ]
        assert serp.organic[0].display_url == "archive.example/files/red.html"
        assert [(ad.title, ad.block) for ad in serp.ads] == [("Kettle sale", "top")]
        assert [one.absolute_rank for one in serp.organic] == [2, 3]
        assert serp.total_results == 1204
        assert serp.related_searches == ("teapot",)

    @pytest.mark.parametrize(
        ("page", "outcome"),
        [
            ("results", Outcome.OK),
            ("nothing", Outcome.EMPTY),
            ("changed", Outcome.LAYOUT_CHANGED),
            ("login", Outcome.LAYOUT_CHANGED),
            ("captcha", Outcome.BLOCKED),
            ("shell", Outcome.JS_REQUIRED),
        ],
    )
    @pytest.mark.parametrize("told_by", ["selector", "text"])
    def test_verdicts(self, page: str, outcome: Outcome, told_by: str) -> None:
        by_text = archive(
            selectors={**ARCHIVE["selectors"], "empty": ""}, empty_text="no documents MATCH"
        )
        reading = read(by_text if told_by == "text" else archive(), page)
        assert reading.verdict.outcome is outcome
        assert (reading.serp is not None) == outcome.is_good

    def test_without_a_word_for_nothing_a_page_without_results_is_not_empty(self) -> None:
        assert read(choose(empty=""), "nothing").verdict.outcome is Outcome.LAYOUT_CHANGED

    def test_nothing_found_is_not_believed_beside_a_number_of_results(self) -> None:
        page = page_body("custom/changed.html").replace(b" hidden", b"")
        reading = archive().read(answer(page, url=ADDRESS), Query(text="kettle"))
        assert reading.verdict.outcome is Outcome.LAYOUT_CHANGED

    def test_nothing_found_is_not_believed_beside_headed_links(self) -> None:
        page = page_body("custom/nothing.html").replace(
            b"</body>", b"<h3><a href='/x'>Kettle</a></h3>" * 5
        )
        reading = archive().read(answer(page, url=ADDRESS), Query(text="kettle"))
        assert reading.verdict.outcome is Outcome.LAYOUT_CHANGED

    def test_results_are_looked_for_in_the_frame_only_as_declared(self) -> None:
        assert read(choose(frame="table.hits"), "results").verdict.outcome is Outcome.OK
        gone = read(choose(frame="#gone"), "results").verdict
        assert gone.outcome is Outcome.LAYOUT_CHANGED

    def test_the_link_may_stand_beside_the_title_and_in_an_attribute(self) -> None:
        page = b'<div class="hit"><h4>Red</h4><p>Text</p><span class="go" data-to="/red">more</span></div>'
        engine = archive(selectors={"result": ".hit", "title": "h4", "url": ".go@data-to"})
        serp = engine.read(answer(page, url=ADDRESS), Query(text="kettle")).serp
        assert serp is not None
        assert [one.target.url for one in serp.organic] == ["https://archive.example/red"]

    def test_another_declaration_is_another_parser(self) -> None:
        versions = {archive().parser_version, choose(result="tr").parser_version}
        assert len(versions) == 2
        assert archive().parser_version in versions

    def test_unconfigured_it_says_so(self) -> None:
        verdict = get_engine("custom").read(answer(b"x"), Query(text="x")).verdict
        assert verdict.outcome is Outcome.BAD_REQUEST


class TestAsking:
    @pytest.mark.parametrize(
        ("query", "url"),
        [
            (Query(text="röd kettle&x=1"), "?P=r%C3%B6d+kettle%26x%3D1"),
            (Query(text="{page}", language="de"), "?P=%7Bpage%7D&lang=de"),
            (Query(text="x", page=3), "?P=x&topdoc=50"),
        ],
    )
    def test_fills_the_address(self, query: Query, url: str) -> None:
        request = archive().build(query, EngineOptions())
        assert request.url == f"https://archive.example/search{url}"

    def test_page_and_keyword_may_stand_in_the_path(self) -> None:
        engine = archive(search_url="https://a.example/find/{query}/{page}", paging={})
        url = engine.build(Query(text="a/b c", page=2), EngineOptions()).url
        assert url == "https://a.example/find/a%2Fb%20c/2"

    def test_an_address_without_host_belongs_to_the_base_url(self) -> None:
        options = EngineOptions(
            base_url="http://127.0.0.1:9/site",
            settings={**ARCHIVE, "search_url": "find?q={query}"},
        )
        request = get_engine("custom").build(Query(text="x"), options)
        assert request.url == "http://127.0.0.1:9/site/find?q=x"

    def test_the_key_stands_in_no_address(self) -> None:
        options = EngineOptions(
            settings={**ARCHIVE, "key_header": "X-Key"}, credentials={"api_key": "hush"}
        )
        request = get_engine("custom").build(Query(text="x"), options)
        assert request.secret_headers == {"X-Key": "hush"}
        assert "hush" not in request.url
        with pytest.raises(BadQuery, match="needs a credential"):
            archive(key_param="key").build(Query(text="x"), EngineOptions())

    @pytest.mark.parametrize(
        ("paging", "page", "message"),
        [
            ({}, 2, "first page only"),
            (ARCHIVE["paging"], 9, "pages 1 to 8"),
            (ARCHIVE["paging"], 0, "pages 1 to 8"),
        ],
    )
    def test_pages_that_are_not_there(
        self, paging: dict[str, object], page: int, message: str
    ) -> None:
        with pytest.raises(BadQuery, match=message):
            archive(paging=paging).build(Query(text="x", page=page), EngineOptions())


class TestDeclaring:
    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"search_url": "https://a.example/"}, r"needs \{query\}"),
            ({"search_url": "https://a.example/?q={query}&p={start}"}, r"has \{start\}"),
            ({"search_url": "https://{query}.example/"}, "host must be written out"),
            ({"search_url": "/search?q={query}"}, "no web address"),
            ({"search_url": "ftp://a.example/{query}"}, "no web address"),
            ({"search_url": "http://[{query}"}, "no web address"),
            ({"selectors": None}, "needs 'result'"),
            ({"selectors": {"title": "h3"}}, "needs 'result'"),
            ({"selectors": {"result": "li", "titel": "h3"}}, "no selector 'titel'"),
            ({"selectors": {"result": "li:nth-child(2)"}}, "'result' is not understood"),
            ({"selectors": {"result": "li", "title": 3}}, "is a text"),
            ({"selectors": {"result": "li", "url": "a@hr ef"}}, "no attribute"),
            ({"paging": "start"}, "is an object"),
            ({"paging": {"parametr": "p"}}, "has 'parametr'"),
            ({"paging": {"parameter": "a&b"}}, "no name of a parameter"),
            ({"paging": {"parameter": "p", "step": 0}}, "whole number from 1"),
            ({"paging": {"parameter": "p", "first": "0"}}, "whole number from 0"),
            ({"empty_text": "no"}, "4 to 200"),
        ],
    )
    def test_says_what_is_wrong_in_one_sentence(
        self, changes: dict[str, object], message: str
    ) -> None:
        with pytest.raises(BadQuery, match=message) as raised:
            archive(**changes)
        assert str(raised.value).endswith(".")


@pytest.fixture(scope="module")
def server() -> Iterator[PracticeServer]:
    with PracticeServer() as running:
        yield running


class TestOverHttp:
    """The practice engine's pages, read once by its own parser and once as declared here."""

    SETTINGS: dict[str, object] = {
        "search_url": "/search?q={query}&page={page}",
        "selectors": {
            "frame": "#found",
            "result": ".hit",
            "title": "h3",
            "snippet": ".text",
            "display_url": ".where",
            "ad": ".promo",
            "stats": "#stats",
        },
    }

    def test_declared_and_built_in_read_the_same(self, server: PracticeServer) -> None:
        options = EngineOptions(base_url=server.url, settings=self.SETTINGS)
        query = Query(text="blue widget", page=2)
        declared = configure_engine("custom", options)
        fetcher = HttpFetcher(FetchLimits(total=10), allow_private=True)
        exchange = fetcher.fetch(declared.build(query, options))
        wanted, found = get_engine("practice").read(exchange, query), declared.read(exchange, query)
        assert wanted.serp is not None
        assert found.serp is not None
        assert found.serp.organic
        assert [(one.title, one.target, one.snippet) for one in found.serp.organic] == [
            (one.title, one.target, one.snippet) for one in wanted.serp.organic
        ]
        assert [(ad.title, ad.block) for ad in found.serp.ads] == [
            (ad.title, ad.block) for ad in wanted.serp.ads
        ]
        assert found.serp.total_results == wanted.serp.total_results
