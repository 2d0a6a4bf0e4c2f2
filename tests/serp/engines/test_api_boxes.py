"""Boxes of answers that are not HTML: whatever each API calls them, they come out in one shape."""

from typing import Any

import pytest

from serp.engines.registry import get_engine
from serp.features import BOX_NAMES
from serp.types import Outcome, Query, Serp
from tests.serp.engines.answers import exchange

STORY = {
    "title": "Kettle found",
    "link": "https://news.example/1",
    "source": "Pot",
    "date": "2 hours ago",
}
WANTED_STORY = {
    "title": "Kettle found",
    "url": "https://news.example/1",
    "domain": "news.example",
    "display_url": "Pot",
    "date": "2 hours ago",
}
SERPAPI = {
    "search_metadata": {"status": "Success"},
    "search_information": {"showing_results_for": "kettle"},
    "organic_results": [
        {
            "title": "K", "link": "https://a.example/", "date": "3 May 2026",
            "sitelinks": {"inline": [{"title": "Blue", "link": "https://a.example/blue"}]},
        }
    ],
    "ai_overview": {
        "text_blocks": [{"type": "paragraph", "snippet": "It boils."}],
        "references": [{"title": "Why", "link": "https://cited.example/"}],
    },
    "answer_box": {"title": "Why red?", "link": "https://why.example/", "snippet": "Because of the paint."},
    "knowledge_graph": {
        "title": "Kettle", "type": "Vessel", "description": "A pot.", "source": {"link": "https://pedia.example/Kettle"}
    },
    "shopping_results": [{"title": "Red", "price": "$24", "link": "https://shop.example/7", "source": "Shop"}],
    "local_results": {"places": [{"title": "Corner", "address": "Pot St 1", "links": {"website": "https://corner.example/"}}]},
    "top_stories": [STORY],
    "inline_videos": [{"title": "Boil", "link": "https://video.example/1", "channel": "Tea", "duration": "2:31"}],
    "inline_images": [{"title": "Picture", "link": "https://pictures.example/1"}],
    "related_questions": [{"question": "Why red?", "title": "Page", "link": "https://why.example/", "snippet": "Paint."}],
}  # fmt: skip
SERPER = {
    "searchParameters": {"q": "x"},
    "organic": [
        {
            "title": "K", "link": "https://a.example/", "date": "3 May 2026",
            "sitelinks": [{"title": "Blue", "link": "https://a.example/blue"}],
        }
    ],
    "answerBox": {"title": "Why red?", "link": "https://why.example/", "snippet": "Because of the paint."},
    "knowledgeGraph": {
        "title": "Kettle", "type": "Vessel", "description": "A pot.", "descriptionLink": "https://pedia.example/Kettle",
        "attributes": {"Invented": "3500 BC"},
    },
    "topStories": [STORY],
    "peopleAlsoAsk": [{"question": "Why red?", "title": "Page", "link": "https://why.example/", "snippet": "Paint."}],
}  # fmt: skip
DATAFORSEO = {
    "status_code": 20000,
    "tasks": [
        {
            "status_code": 20000,
            "result": [
                {
                    "keyword": "x",
                    "items": [
                        {"type": "featured_snippet", "rank_absolute": 1, "title": "Why red?", "description": "Because of the paint.", "url": "https://why.example/"},
                        {
                            "type": "organic", "rank_absolute": 2, "title": "K", "url": "https://a.example/", "pre_snippet": "3 May 2026",
                            "links": [{"title": "Blue", "url": "https://a.example/blue"}],
                        },
                        {"type": "local_pack", "rank_absolute": 3, "title": "Corner", "description": "Pot St 1", "url": "https://corner.example/"},
                        {"type": "local_pack", "rank_absolute": 4, "title": "More pots"},
                        {"type": "top_stories", "rank_absolute": 5, "title": "Top stories", "items": [{**STORY, "url": STORY["link"]}]},
                        {"type": "knowledge_graph", "title": "Kettle", "subtitle": "Vessel", "description": "A pot.", "url": "https://pedia.example/Kettle"},
                        {"type": "twitter", "title": "Posts"},
                        {"type": "twitter"},
                    ],
                }
            ],
        }
    ],
}  # fmt: skip
ANSWERS = {"serpapi": SERPAPI, "serper": SERPER, "dataforseo": DATAFORSEO}


def read(name: str) -> Serp:
    reading = get_engine(name).read(exchange(ANSWERS[name]), Query(text="x"))
    assert reading.verdict.outcome is Outcome.OK
    assert reading.serp is not None
    return reading.serp


def box(name: str, kind: str) -> Any:
    return read(name).features[kind]


class TestEveryApi:
    @pytest.mark.parametrize("name", ANSWERS)
    def test_keeps_date_and_sitelinks(self, name: str) -> None:
        [result] = read(name).organic
        assert result.date == "3 May 2026"
        assert [(link.title, link.target.url) for link in result.sitelinks] == [
            ("Blue", "https://a.example/blue")
        ]

    @pytest.mark.parametrize("name", ANSWERS)
    def test_knows_its_boxes_by_our_names(self, name: str) -> None:
        assert set(read(name).features) <= {*BOX_NAMES, "results"}

    @pytest.mark.parametrize("name", ANSWERS)
    def test_snippet_panel_and_news(self, name: str) -> None:
        snippet, panel = box(name, "featured_snippet"), box(name, "knowledge_panel")
        assert (snippet["text"], snippet["url"]) == (
            "Because of the paint.",
            "https://why.example/",
        )
        assert (panel["title"], panel["url"]) == ("Kettle", "https://pedia.example/Kettle")
        assert panel["text"] == "Vessel \u2014 A pot."
        assert box(name, "news")["items"] == [WANTED_STORY]


class TestParticulars:
    def test_everything_that_serpapi_tells(self) -> None:
        features: dict[str, Any] = dict(read("serpapi").features)
        assert set(features) == {*BOX_NAMES, "results"} - {"local_services", "other"}
        assert features["ai_overview"]["text"] == "It boils."
        assert features["ai_overview"]["items"][0]["url"] == "https://cited.example/"
        assert features["shopping"]["items"][0]["text"] == "$24"
        assert features["local_pack"]["items"][0]["url"] == "https://corner.example/"
        assert features["people_also_ask"]["items"][0]["title"] == "Why red?"
        assert features["spelling"] == {"title": "kettle"}

    def test_facts_of_a_panel(self) -> None:
        assert box("serper", "knowledge_panel")["items"] == [
            {"title": "Invented", "text": "3500 BC"}
        ]

    def test_ranks_and_unknown_kinds_of_dataforseo(self) -> None:
        assert [item["title"] for item in box("dataforseo", "local_pack")["items"]] == [
            "Corner",
            "More pots",
        ]
        assert box("dataforseo", "local_pack")["rank"] == 3
        assert box("dataforseo", "other")["items"] == [{"title": "twitter", "text": "2"}]
