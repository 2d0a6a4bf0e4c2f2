"""Answers in numbers: exact, bounded, or not at all."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from keywords.link_search import answering, scope
from keywords.link_search.answering import answer
from keywords.link_search.cursors import read_cursor
from keywords.link_search.groups import take_groups
from keywords.link_search.question import LinkQuestion, QuestionMistake
from keywords.link_search.scope import Scope
from keywords.models import Keyword, Search
from tests.keywords.found import TWO_KEYWORDS, make_found, run_again
from tests.keywords.rows import make_list, make_user

pytestmark = pytest.mark.django_db


def ask(**question: Any) -> tuple[int | None, int]:
    found = answer(LinkQuestion(**question), Scope(make_user()))
    return found.link_count, found.keyword_count


class TestCounts:
    @pytest.mark.parametrize(
        ("question", "counts"),
        [
            ({"where": "ad", "value": "technology"}, (2, 2)),
            ({"where": "any", "value": "TECHNOLOGY"}, (3, 2)),
            ({"where": "ad"}, (3, 2)),
            ({"match": "exact", "value": "https://www.example.com/"}, (2, 2)),
            ({"match": "exact", "value": "https://www.example.com"}, (0, 0)),
            ({"match": "starts", "value": "example.com/a"}, (2, 1)),
            ({"match": "starts", "value": "https://www.example.com/a/"}, (2, 1)),
            ({"match": "domain", "value": "Example.com"}, (4, 2)),
            ({"match": "domain", "value": "https://www.example.com/anything"}, (4, 2)),
            ({"match": "domain", "value": "blog.example.com"}, (0, 0)),
            ({"match": "count", "value": "/", "n": 4}, (2, 1)),
            ({"match": "count", "value": "/", "n": 6}, (0, 0)),
            ({"match": "regex", "value": r"^https://[a-z]+\.test/$"}, (1, 1)),
            ({"where": "organic", "match": "domain", "value": "example.com", "top": 3}, (2, 1)),
            ({"where": "title", "value": "SHOP"}, (1, 1)),
            ({"where": "snippet", "match": "starts", "value": "words of"}, (6, 2)),
            ({"where": "domain", "match": "exact", "value": "TECHNOLOGY.test"}, (1, 1)),
            ({"where": "domain", "value": "example.org"}, (0, 0)),
            ({"where": "keyword", "value": "ON"}, (4, 1)),
            ({"where": "ad", "without": True}, (None, 0)),
            ({"where": "ad", "value": "shop", "without": True}, (None, 1)),
            ({"where": "keyword", "value": "one", "without": True}, (None, 1)),
        ],
    )
    def test_are_exact(self, question: dict[str, Any], counts: tuple[int, int]) -> None:
        make_found(TWO_KEYWORDS)
        assert ask(**question) == counts

    @pytest.mark.parametrize("value", ["100%", "a_b", "\\", "'", '"', "(", "ünï"])
    def test_take_signs_for_what_they_are(self, value: str) -> None:
        url = f"https://sign.test/{value}/x"
        make_found(
            {
                "one": [
                    ("organic", 1, url, "sign.test"),
                    ("organic", 2, "https://sign.test/axb/100/", "sign.test"),
                ]
            }
        )
        for match in ("contains", "starts", "count"):
            whole = f"https://sign.test/{value}" if match == "starts" else value
            assert ask(match=match, value=whole) == (1, 1)

    def test_leave_out_keywords_of_which_nothing_is_known(self) -> None:
        keyword_list = make_list("never searched", "searched")
        run_again(keyword_list.keywords.get(text="searched"), [])
        found = answer(LinkQuestion(where="ad", without=True), Scope(make_user()))
        assert (found.keyword_count, found.keyword_total) == (1, 1)

    def test_ask_the_latest_good_run_unless_told_otherwise(self) -> None:
        keyword = make_found(
            {"one": [("organic", 1, "https://old.test/", "old.test")]}
        ).keywords.get()
        run_again(keyword, [("organic", 1, "https://new.test/", "new.test")])
        Search.objects.create(keyword=keyword, outcome="blocked")
        assert ask(value="old.test") == (0, 0)
        assert ask(value="old.test", runs="any") == (1, 1)
        assert ask(value=".test", runs="any") == (2, 1)

    def test_ask_between_days(self) -> None:
        keyword = make_found(
            {"one": [("organic", 1, "https://old.test/", "old.test")]}
        ).keywords.get()
        Search.objects.filter(keyword=keyword).update(fetched_at=timezone.now() - timedelta(days=9))
        run_again(keyword, [("ad_top", 1, "https://new.test/", "new.test")])
        today = timezone.localdate()
        earlier: dict[str, Any] = {"runs": "range", "until": today - timedelta(days=5)}
        assert ask(**earlier) == (1, 1)
        assert ask(runs="range", since=today) == (1, 1)
        assert ask(runs="range", since=date(2001, 1, 1), until=date(2001, 1, 2)) == (0, 0)
        assert ask(where="ad", without=True, **earlier) == (None, 1)
        assert ask(where="ad", without=True, runs="range", until=date(2001, 1, 2)) == (None, 0)

    def test_stay_within_the_scope(self) -> None:
        mine = make_found(TWO_KEYWORDS)
        make_found({"three": [("ad_top", 1, "https://x.test/", "x.test")]})
        make_found(TWO_KEYWORDS, owner=make_user("charlie"))
        Keyword.objects.filter(keyword_list=mine, text="two").update(tags=["late"])
        question, user = LinkQuestion(where="ad"), make_user()
        assert answer(question, Scope(user)).keyword_total == 3
        assert answer(question, Scope(user, list_id=mine.pk)).keyword_total == 2
        assert answer(question, Scope(user, tag="late")).link_count == 1
        assert answer(question, Scope(make_user("dora"), list_id=mine.pk)).keyword_total == 0


class TestMistakes:
    @pytest.mark.parametrize(
        ("question", "word"),
        [
            ({"match": "regex", "value": "(("}, "parentheses"),
            ({"match": "regex", "value": "x" * 201}, "200"),
            ({"match": "count"}, "which text"),
            ({"match": "domain", "where": "title", "value": "a.test"}, "addresses"),
            ({"match": "domain", "value": " "}, "which domain"),
            ({"value": "a\x00b"}, "NUL"),
        ],
    )
    def test_are_told_in_plain_words(self, question: dict[str, Any], word: str) -> None:
        make_found(TWO_KEYWORDS)
        with pytest.raises(QuestionMistake, match=word):
            ask(**question)

    def test_stop_a_pattern_that_would_never_end(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(answering, "SECONDS", 0.2)
        make_found(TWO_KEYWORDS)
        with pytest.raises(QuestionMistake, match="pattern is too slow"):
            ask(match="regex", value=r"(.+)(.+)(.+)(.+)(.+).*\5\4\3\2\1.")
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == ("0",)


class TestBounds:
    def test_are_told_with_the_answer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The time is up for all keywords, and suffices for the newest. The addresses are too long for the
        statistics, with which the planner tries patterns too."""
        monkeypatch.setattr(answering, "SECONDS", 0.3)
        monkeypatch.setattr(scope, "MOST_KEYWORDS", 1)
        slow = [
            ("organic", rank, "https://slow.test/" + "ab" * 600, "slow.test") for rank in (1, 2)
        ]
        found = {f"slow {number}": slow for number in range(100)}
        keyword_list = make_found(found | {"quick": [("organic", 1, "abab", "quick.test")]})
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE keywords_keyword, keywords_search, keywords_resultlink")
        question = LinkQuestion(match="regex", value=r"^(.*)(.*)(.*)\3\2\1z?$")
        answered = answer(question, Scope(make_user()))
        assert (answered.link_count, answered.keyword_count) == (1, 1)
        assert (answered.keyword_total, answered.all_keywords) == (1, 101)
        assert answered.scope.first == keyword_list.keywords.get(text="quick").pk


class TestGroups:
    @pytest.mark.parametrize(
        ("group", "question", "rows"),
        [
            (
                "url",
                {"where": "organic"},
                [("https://www.example.com/", 2, 2), ("https://www.example.com/a/b", 1, 1)],
            ),
            (
                "domain",
                {"where": "ad"},
                [("example.com", 1, 1), ("shop.test", 1, 1), ("technology.test", 1, 1)],
            ),
            ("domain", {"runs": "any", "where": "organic"}, [("example.com", 3, 2)]),
        ],
    )
    @pytest.mark.parametrize("size", [1, 2, 50])
    def test_come_with_the_most_keywords_first(
        self, group: Any, question: dict[str, Any], rows: list[Any], size: int
    ) -> None:
        make_found(TWO_KEYWORDS)
        found = read_all(LinkQuestion(**question), group, size)
        assert [(row.name, row.link_count, row.keyword_count) for row in found] == rows

    @pytest.mark.parametrize("size", [1, 50])
    def test_name_keywords_with_examples(self, size: int) -> None:
        make_found(TWO_KEYWORDS)
        one, two = read_all(LinkQuestion(value="example.com"), "keyword", size)
        assert (one.keyword.text, one.link_count) == ("one", 3)
        assert [link.rank for link in one.examples] == [2, 3, 1]
        assert (two.keyword.text, two.link_count) == ("two", 1)

    @pytest.mark.parametrize(
        "question", [{"where": "keyword"}, {"where": "ad", "value": "nothing", "without": True}]
    )
    def test_name_keywords_without_links(self, question: dict[str, Any]) -> None:
        make_found(TWO_KEYWORDS)
        rows = read_all(LinkQuestion(**question), "keyword", 1)
        assert [(row.keyword.text, row.link_count) for row in rows] == [
            ("one", None),
            ("two", None),
        ]

    def test_list_every_link(self) -> None:
        make_found(TWO_KEYWORDS)
        assert len(read_all(LinkQuestion(), "link", 2)) == 7


def read_all(question: LinkQuestion, group: Any, size: int) -> list[Any]:
    """Page by page."""
    rows: list[Any] = []
    cursor = ""
    while True:
        page = take_groups(question, Scope(make_user()), group, read_cursor(cursor), size)
        rows += page.rows
        cursor = page.next_cursor
        if not cursor:
            return rows
