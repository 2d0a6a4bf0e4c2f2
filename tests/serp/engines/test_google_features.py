"""The boxes of Google's page, on a page of ours that has them all."""

from functools import cache
from typing import Any, cast

from serp.engines.registry import get_engine
from serp.features import BOX_NAMES, Box, Features
from serp.types import Query, Serp
from tests.serp.pages import answer, page_body


@cache
def read_page() -> Serp:
    body = page_body("google/features.html")
    serp = get_engine("google").read(answer(body), Query(text="red kettle")).serp
    assert serp is not None
    return serp


def features() -> Features:
    return cast(Features, read_page().features)


def titles(box: Box) -> list[str]:
    return [item.get("title", "") for item in box["items"]]


class TestBoxes:
    def test_all_are_found_and_every_one_is_known_by_name(self) -> None:
        assert set(features()) == {*BOX_NAMES, "results"} - {"other"}

    def test_none_of_them_is_a_result_or_a_text_ad(self) -> None:
        serp = read_page()
        assert [result.title for result in serp.organic] == ["Red kettles", "Kettles - Tea"]
        assert serp.ads == ()

    def test_each_counts_for_the_rank_once_but_those_beside_the_results(self) -> None:
        boxes = cast(dict[str, Any], features())
        ranks = {name: boxes[name]["rank"] for name in boxes if "rank" in boxes[name]}
        assert sorted(ranks, key=ranks.__getitem__) == [
            "shopping", "local_services", "ai_overview", "featured_snippet", "local_pack", "news", "videos",
            "people_also_ask", "images",
        ]  # fmt: skip
        assert [result.absolute_rank for result in read_page().organic] == [5, 11]

    def test_products(self) -> None:
        box = features()["shopping"]
        assert (box["block"], box["count"]) == ("top", 2)
        first, second = box["items"]
        assert first["title"] == "Enamel kettle, 2 litres"
        assert first["url"] == "https://shop.example/kettle?id=7"
        assert (first["text"], first["display_url"]) == ("$24.90", "Kettle Shop")
        assert "url" not in second
        assert second["domain"] == "pots.example"
        assert second["click_url"].startswith("/aclk?")

    def test_local_services(self) -> None:
        [item] = features()["local_services"]["items"]
        assert item["title"] == "Kettle Repairs Ltd"
        assert "4.9 (31)" in item["text"]

    def test_the_overview_without_the_sentence_that_there_is_none(self) -> None:
        box = features()["ai_overview"]
        assert box["text"].startswith("A red kettle is")
        assert [item["domain"] for item in box["items"]] == ["cited.example", "also-cited.example"]

    def test_a_box_that_only_says_that_there_is_no_overview_is_none(self) -> None:
        page = b'<div id="rcnt"><div><h1>AI Overview</h1>None today.</div><div id="rso"><a href="https://a.example/"><h3>A</h3></a></div></div>'
        serp = get_engine("google").read(answer(page), Query(text="x")).serp
        assert serp is not None
        assert "ai_overview" not in serp.features

    def test_featured_snippet(self) -> None:
        box = features()["featured_snippet"]
        assert box["text"].startswith("Because red paint was the cheapest in 1901.")
        assert (box["title"], box["url"]) == ("Why kettles are red", "https://answer.example/why")

    def test_places_news_and_pictures(self) -> None:
        places = features()["local_pack"]
        assert titles(places) == ["The Kettle Corner", "Pots and More"]
        assert places["items"][0]["url"] == "https://corner.example/"
        [story] = features()["news"]["items"]
        assert (story["title"], story["date"]) == ("Kettle found", "2 hours ago")
        [picture] = features()["images"]["items"]
        assert picture["url"] == "https://pictures.example/kettle"
        assert picture["title"] == "A red kettle on a stove"

    def test_videos_of_both_boxes_and_no_length_for_a_title(self) -> None:
        box = features()["videos"]
        assert titles(box) == ["Whistle", "How to boil water"]
        assert box["items"][1]["date"] == "7 Feb 2025"

    def test_questions_with_the_answers_that_are_open(self) -> None:
        asked, closed = features()["people_also_ask"]["items"]
        assert asked["url"] == "https://why.example/"
        assert "Because of the paint." in asked["text"]
        assert closed == {"title": "Who made the first kettle?"}

    def test_panel_and_spelling(self) -> None:
        panel = features()["knowledge_panel"]
        assert panel["title"] == "Kettle"
        assert panel["url"] == "https://encyclopedia.example/Kettle"
        assert panel["items"] == [{"title": "Invented", "text": "3500 BC"}]
        assert features()["spelling"] == {"title": "red kettle"}


class TestResults:
    def test_date_and_sitelinks(self) -> None:
        first, second = read_page().organic
        assert first.date == "3 May 2026"
        assert [link.title for link in first.sitelinks] == ["Blue kettles", "Contact"]
        assert (second.date, second.sitelinks) == ("", ())

    def test_stand_among_the_features_too_for_those_who_keep_only_them(self) -> None:
        details = features()["results"]
        assert list(details) == ["1"]
        assert details["1"]["date"] == "3 May 2026"
        assert details["1"]["sitelinks"][0]["url"] == "https://kettles.example/blue"
