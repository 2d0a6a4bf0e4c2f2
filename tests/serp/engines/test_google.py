# ruff: noqa: RUF001 (texts as engines write them)
import pytest

from serp.engines.registry import get_engine
from serp.errors import BadQuery
from serp.types import EngineOptions, Outcome, Query, Reading, Serp
from tests.serp.pages import answer, page_body

GOOGLE = get_engine("google")


def read(name: str, *, status: int = 200) -> Reading:
    return GOOGLE.read(
        answer(page_body(f"google/{name}.html"), status=status), Query(text="kettle")
    )


def read_serp(name: str) -> Serp:
    serp = read(name).serp
    assert serp is not None
    return serp


class TestBuild:
    def test_asks_as_a_person_would(self) -> None:
        request = GOOGLE.build(Query(text="red kettle"), EngineOptions())
        assert request.url == "https://www.google.com/search?q=red+kettle"
        assert "consent.google.com" in request.refusal_hosts

    def test_language_country_page_and_tab(self) -> None:
        query = Query(text="Kessel", language="de", country="at", page=3)
        request = GOOGLE.build(
            query, EngineOptions(base_url="http://127.0.0.1:9/", settings={"udm": 14})
        )
        assert request.url == "http://127.0.0.1:9/search?q=Kessel&hl=de&gl=at&start=20&udm=14"

    @pytest.mark.parametrize(
        "query", [Query(text=" "), Query(text="x" * 3000), Query(text="x", page=99)]
    )
    def test_refuses_what_google_cannot_be_asked(self, query: Query) -> None:
        with pytest.raises(BadQuery):
            GOOGLE.build(query, EngineOptions())


class TestVerdicts:
    @pytest.mark.parametrize(
        ("name", "outcome"),
        [
            ("results", Outcome.OK),
            ("ads", Outcome.OK),
            ("scriptless", Outcome.OK),
            ("goto", Outcome.OK),
            ("consent_overlay", Outcome.OK),
            ("no_results", Outcome.EMPTY),
            ("no_results_unknown_language", Outcome.EMPTY),
            ("captcha", Outcome.BLOCKED),
            ("captcha_image", Outcome.BLOCKED),
            ("shell", Outcome.JS_REQUIRED),
            ("consent", Outcome.CONSENT),
            ("soft_block", Outcome.LAYOUT_CHANGED),
            ("home", Outcome.LAYOUT_CHANGED),
        ],
    )
    def test_each_page(self, name: str, outcome: Outcome) -> None:
        reading = read(name)
        assert reading.verdict.outcome is outcome
        assert (reading.serp is not None) == outcome.is_good

    @pytest.mark.parametrize(("name", "status"), [("captcha", 429), ("captcha_image", 503)])
    def test_a_captcha_says_more_than_its_status(self, name: str, status: int) -> None:
        verdict = read(name, status=status).verdict
        assert verdict.outcome is Outcome.BLOCKED
        assert str(status) in verdict.evidence

    def test_no_evidence_holds_the_address_of_the_client(self) -> None:
        assert "192.0.2.7" not in repr(read("captcha").verdict)

    def test_a_plain_429_is_a_limit(self) -> None:
        reading = GOOGLE.read(
            answer(b"<h1>429</h1>", status=429, headers={"retry-after": "60"}), Query(text="x")
        )
        assert reading.verdict.outcome is Outcome.RATE_LIMITED
        assert reading.verdict.retry_after == 60


class TestResults:
    def test_organic_results_and_nothing_that_looks_like_them(self) -> None:
        found = [
            (result.rank, result.title, result.target.url)
            for result in read_serp("results").organic
        ]
        assert found == [
            (1, "Red kettles", "https://kettles.example/red?size=2&lid=1"),
            (2, "Wasserkessel – Wiki", "https://de.wikipedia.example/wiki/Wasserkessel"),
        ]

    def test_what_stands_under_a_title(self) -> None:
        first, second = read_serp("results").organic
        assert first.display_url == "https://kettles.example › red"
        assert first.snippet.startswith("3 May 2026 — Kettles in red")
        assert second.display_url == "de.wikipedia.example › wiki"
        assert second.snippet.startswith("Ein Wasserkessel dient")
        assert first.target.domain == "kettles.example"

    def test_ranks_count_every_block(self) -> None:
        assert [result.absolute_rank for result in read_serp("results").organic] == [1, 4]

    def test_stats_links_and_the_rest(self) -> None:
        serp = read_serp("results")
        assert serp.stats_raw == "About 1,230 results (0.24s)"
        assert serp.total_results == 1230
        assert serp.links_total == len(serp.links) == 8
        assert serp.related_searches == ("blue kettle", "red teapot")
        assert serp.people_also_ask == ("Why are kettles red?", "Who made the first kettle?")
        assert serp.query_echo == "red kettle"
        assert serp.ads == ()
        assert serp.parser_version == GOOGLE.parser_version

    def test_stats_that_stand_only_in_a_script(self) -> None:
        serp = read_serp("goto")
        assert serp.stats_raw == "About 21,100 results (0.19s)"
        assert serp.total_results == 21_100

    def test_opaque_links_keep_their_rank_and_the_domain_that_is_shown(self) -> None:
        first, second = read_serp("goto").organic
        assert (first.target.url, first.target.opaque, first.target.domain) == (
            None,
            True,
            "example.co.uk",
        )
        assert (second.rank, second.target.domain) == (2, "two-pots.example")


class TestOtherLayouts:
    """Those of which no page of ours had the structure: 2007-2012, and browsers that know text alone."""

    def test_early_pages(self) -> None:
        serp = read_serp("early")
        assert [
            (result.title, result.target.url, result.display_url) for result in serp.organic
        ] == [
            ("Red kettles", "http://red.example/", "red.example/ - 20k -"),
            ("Red kettles, more", "http://red.example/deep", "red.example/deep"),
            ("A kettle boils", "http://video.example/w", "video.example/w"),
            ("Blue kettles", "http://blue.example/", ""),
        ]
        assert serp.organic[0].snippet == "All that there is to know about red kettles."
        assert [(ad.block, ad.title, ad.target.url, ad.display_url) for ad in serp.ads] == [
            ("right", "Kettles at the right", "http://right.example/", "www.right.example"),
            ("top", "Kettles at the top", "http://top.example/", "www.top.example"),
        ]
        assert serp.total_results == 1_060_000
        assert serp.related_searches == ("red kettle",)

    def test_a_page_without_a_single_heading(self) -> None:
        serp = read_serp("text_browser")
        assert [
            (result.title, result.target.url, result.display_url) for result in serp.organic
        ] == [
            (f"{site.title()} kettles", f"https://{site}.example/k", f"{site}.example")
            for site in ("red", "blue", "green", "tall")
        ]
        assert serp.organic[1].snippet.startswith("All that there is to know about blue kettles")

    def test_the_sources_of_a_panel_are_no_results(self) -> None:
        titles = [result.title for result in read_serp("panel_answers").organic]
        assert titles == ["Red kettles", "Blue kettles"]

    def test_a_panel_needs_more_than_a_heading(self) -> None:
        assert "knowledge_panel" not in read_serp("panel_answers").features


class TestAds:
    def test_top_and_bottom(self) -> None:
        found = [
            (ad.block, ad.position, ad.title, ad.target.url, ad.display_url)
            for ad in read_serp("ads").ads
        ]
        assert found == [
            (
                "top",
                1,
                "Wasserkocher kaufen - Shop",
                "https://shop.example/kessel?a=1",
                "https://www.shop.example/kessel",
            ),
            (
                "top",
                2,
                "Tee und Kessel",
                "https://tee.example/kocher?x=1&y=2",
                "www.tee.example/kocher",
            ),
            ("bottom", 1, "Unten ist auch Platz", "http://unten.example/", "unten.example/"),
        ]

    def test_an_ad_is_no_organic_result(self) -> None:
        assert [result.title for result in read_serp("ads").organic] == ["Wasserkocher im Test"]

    def test_without_javascript_the_place_tells_the_block(self) -> None:
        serp = read_serp("scriptless")
        assert [(ad.block, ad.title, ad.target.opaque, ad.target.domain) for ad in serp.ads] == [
            ("top", "Kettles on sale", True, "sale.example"),
            ("bottom", "Last kettles", True, "last.example"),
        ]
        assert [result.target.url for result in serp.organic] == [
            "https://one.example/?a=1",
            "https://two.example/",
        ]
        assert serp.people_also_ask == ("What is a kettle?", "Is a kettle a pot?")
        assert serp.related_searches == ("electric kettle", "whistling kettle")
        assert serp.total_results is None
