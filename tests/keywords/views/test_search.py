"""The search page: the form from the address, the answer in a sentence, rows, exports, and what is wrong."""

import csv
import io
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from keywords.link_search import answering
from tests.keywords.found import TWO_KEYWORDS, make_found
from tests.keywords.rows import make_list, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client: Client) -> Client:
    client.force_login(make_user("alice"))
    return client


def ask(client: Client, **query: Any) -> Any:
    return client.get(f"/search?{urlencode(query)}")


def read_line(response: Any) -> str:
    """The answer's sentence as it is read."""
    before, after = response.context["sentence"].before, response.context["sentence"].after
    answer = response.context["answer"]
    links = f"{answer.link_count} {response.context['noun']} of " if answer.link_count else ""
    words = f"{before} {links}{answer.keyword_count} of {answer.keyword_total} {after}"
    return " ".join(words.split())


class TestAnswer:
    @pytest.mark.parametrize(
        ("query", "line"),
        [
            ({"where": "ad", "value": "technology"}, "“technology” is in 2 ad URLs of 2 of 2"),
            (
                {"match": "exact", "value": "https://www.example.com/"},
                "2 links of 2 of 2 read exactly “https://www.example.com/”",
            ),
            ({"match": "count", "value": "/", "n": 4}, "2 links of 1 of 2 have at least 4 of “/”"),
            (
                {"where": "organic", "match": "domain", "value": "example.com", "top": 3},
                "2 organic URLs of 1 of 2 in the top 3 lead to “example.com”",
            ),
            ({"where": "ad", "value": "shop", "without": 1}, "1 of 2 have no ad URL with “shop”"),
            ({"where": "ad", "value": "", "without": 1}, "0 of 2 have no ad URL"),
            ({"where": "organic", "value": ""}, "3 organic URLs of 2 of 2"),
        ],
    )
    def test_is_a_sentence(self, alice: Client, query: dict[str, Any], line: str) -> None:
        make_found(TWO_KEYWORDS)
        assert read_line(ask(alice, **query)) == line

    def test_has_links_to_exactly_what_it_counts(self, alice: Client) -> None:
        make_found(TWO_KEYWORDS)
        context = ask(alice, where="ad", value="technology", group="domain").context
        answer = context["answer"]
        for name, count in (
            ("links", answer.link_count),
            ("keywords", answer.keyword_count),
            ("total", answer.keyword_total),
        ):
            page = alice.get(f"/search{context[f'{name}_link']}").context["page"]
            assert len(page.rows) == count

    def test_turns_pages(self, alice: Client) -> None:
        make_found(
            {f"keyword {n}": [("organic", 1, "https://a.test/", "a.test")] for n in range(120)}
        )
        first = ask(alice, value="a.test")
        assert len(first.context["page"].rows) == 50
        second = alice.get(f"/search{first.context['next_link']}").context
        third = alice.get(f"/search{second['next_link']}").context
        texts = [
            row.keyword.text for each in (first.context, second, third) for row in each["page"].rows
        ]
        assert texts == [f"keyword {n}" for n in range(120)]
        assert "next_link" not in third

    def test_is_not_there_before_anything_is_asked(self, alice: Client) -> None:
        make_found(TWO_KEYWORDS)
        response = alice.get("/search?where=ad&match=contains")
        assert "answer" not in response.context
        assert b"autofocus" in response.content

    def test_shows_text_as_text(self, alice: Client) -> None:
        make_found({"<b>x": [("organic", 1, "https://a.test/<script>", "a.test")]})
        for group in ("keyword", "url", "domain", "link"):
            content = ask(alice, value="<script>", group=group).content.decode()
            assert "<script>" not in content.replace('<script type="module"', "").replace(
                "</script>", ""
            )
            assert "<b>x" not in content


class TestQuestions:
    def test_are_answered_by_one_click_where_nothing_need_be_typed(self, alice: Client) -> None:
        make_found(TWO_KEYWORDS)
        for preset, link in alice.get("/search").context["presets"]:
            context = alice.get(f"/search{link}").context
            assert ("answer" in context) is not bool(preset.hint)
            assert context["preset"] == preset


class TestBroaderSearches:
    @pytest.mark.parametrize(
        ("query", "suggestion"),
        [
            ({"where": "ad", "value": "wiki"}, None),
            (
                {"where": "organic", "match": "domain", "value": "example.com", "top": 1},
                "“example.com”",
            ),
            ({"where": "organic", "value": "technology"}, "any link contains “technology”"),
            ({"match": "exact", "value": "https://www.example.com"}, "starts with"),
            ({"match": "count", "value": "/", "n": 50}, "at least 5 of “/”"),
            ({"where": "ad", "value": "shop of technology"}, "“technology”"),
        ],
    )
    def test_do_match(self, alice: Client, query: dict[str, Any], suggestion: str | None) -> None:
        make_found(TWO_KEYWORDS)
        context = ask(alice, **query).context
        assert context["answer"].keyword_count == 0
        offered = context["suggestions"]
        assert len(offered) <= 3
        assert any(suggestion in each.words for each in offered) if suggestion else not offered
        for each in offered:
            found = alice.get(f"/search{each.link}").context["answer"]
            assert found.keyword_count == each.keyword_count > 0

    def test_look_into_the_other_lists(self, alice: Client) -> None:
        make_found(TWO_KEYWORDS)
        other = make_found({"three": [("ad_top", 1, "https://x.test/", "x.test")]})
        offered = ask(alice, where="ad", value="technology", list=other.pk).context["suggestions"]
        assert offered[0].is_wider_scope


class TestMistakes:
    @pytest.mark.parametrize(
        ("query", "words"),
        [
            (
                {"match": "regex", "value": "(("},
                b"This pattern is not right: parentheses () not balanced.",
            ),
            ({"match": "count", "value": ""}, b"Say which text to count."),
            ({"value": "x", "after": "nonsense"}, b"This cursor is none of ours."),
        ],
    )
    @pytest.mark.parametrize("path", ["/search", "/search.csv"])
    def test_are_told_with_the_form(
        self, alice: Client, query: dict[str, Any], words: bytes, path: str
    ) -> None:
        make_found(TWO_KEYWORDS)
        if path == "/search.csv" and "after" in query:
            return
        response = alice.get(f"{path}?{urlencode(query)}")
        assert response.status_code == 400
        assert words in response.content

    def test_name_a_pattern_that_is_too_slow(
        self, alice: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(answering, "SECONDS", 0.2)
        make_found(TWO_KEYWORDS)
        response = ask(alice, match="regex", value=r"(.+)(.+)(.+)(.+)(.+).*\5\4\3\2\1.")
        assert b"This pattern is too slow." in response.content

    @pytest.mark.parametrize(
        "query",
        [
            "where=x&match=y&n=z&top=-1&value=",
            "n=99999999999999999999&match=count&value=/",
            "value=%00",
            "since=x&runs=range&value=",
            "list=&tag=&size=7&value=",
            "top=٣&value=",
        ],
    )
    def test_survive_nonsense(self, alice: Client, query: str) -> None:
        assert alice.get(f"/search?{query}").status_code in {200, 400}


class TestStates:
    def test_of_somebody_without_lists(self, alice: Client) -> None:
        assert b"Nothing to search yet" in alice.get("/search").content

    def test_of_lists_without_results(self, alice: Client) -> None:
        make_list("one")
        assert b"No results yet" in ask(alice, value="x").content

    def test_of_anothers_list(self, alice: Client) -> None:
        theirs = make_found(TWO_KEYWORDS, owner=make_user("charlie"))
        assert ask(alice, value="", list=theirs.pk).status_code == 404
        assert alice.get(f"/search.csv?value=&list={theirs.pk}").status_code == 404
        assert ask(alice, value="").context["answer"].keyword_total == 0

    def test_says_to_what_an_answer_was_bounded(
        self, alice: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(answering, "SECONDS", 0.3)
        monkeypatch.setattr("keywords.link_search.scope.MOST_KEYWORDS", 1)
        slow = [("organic", 1, "https://slow.test/" + "ab" * 600, "slow.test")]
        make_found(
            {f"slow {n}": slow for n in range(100)} | {"quick": [("organic", 1, "abab", "q.test")]}
        )
        content = ask(alice, match="regex", value=r"^(.*)(.*)(.*)\3\2\1z?$").content.decode()
        assert "only the newest 1 of 101 keywords were asked" in content


class TestExport:
    def read(self, client: Client, **query: Any) -> list[dict[str, str]]:
        response: Any = client.get(f"/search.csv?{urlencode(query)}")
        assert response["Content-Type"].startswith("text/csv")
        return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))

    def test_has_every_link_of_the_answer(self, alice: Client) -> None:
        make_found(TWO_KEYWORDS)
        rows = self.read(alice, where="ad", value="technology", group="url")
        assert [(row["keyword"], row["url"]) for row in rows] == [
            ("one", "https://shop.test/Technology"),
            ("two", "https://technology.test/"),
        ]

    def test_has_keywords_where_no_links_are_asked_for(self, alice: Client) -> None:
        make_found({"=1+1": [("organic", 1, "https://a.test/", "a.test")]})
        rows = self.read(alice, where="ad", without=1, value="")
        assert [row["keyword"] for row in rows] == ["'=1+1"]


class TestCost:
    @pytest.mark.parametrize("count", [10, 1000])
    def test_is_the_same_for_many_rows(
        self, alice: Client, count: int, django_assert_max_num_queries: Any
    ) -> None:
        make_found(
            {f"keyword {n}": [("organic", 1, "https://a.test/", "a.test")] for n in range(count)}
        )
        with django_assert_max_num_queries(27):
            ask(alice, value="a.test")


class TestMadeUpResults:
    """Also where several lists are looked at, nobody takes them for real ones."""

    PATHS = ("/search?value=shop", "/domains", "/domains/compare?d=shop.test&d=example.com")

    def test_are_said_to_be_so(self, alice: Client) -> None:
        make_found(TWO_KEYWORDS, owner=make_user("alice"))
        for path in self.PATHS:
            assert "Made-up results." in alice.get(path).content.decode(), path

    def test_of_others_are_not_ones_own(self, alice: Client) -> None:
        make_found(TWO_KEYWORDS, owner=make_user("bob"))
        for path in self.PATHS:
            assert "Made-up results." not in alice.get(path).content.decode(), path
