"""SearXNG: what it found, and what it did not find because others refused."""

import json

import pytest

from serp.engines.registry import get_engine
from serp.errors import BadQuery
from serp.types import EngineOptions, Exchange, FetchProblem, Outcome, Query, Reading, Request
from tests.serp.engines.answers import corpus_files, exchange

ENGINE = get_engine("searxng")
INSTANCE = EngineOptions(base_url="https://searx.example/")

FORBIDDEN = (
    "<!doctype html>\n<html lang=en>\n<title>403 Forbidden</title>\n<h1>Forbidden</h1>\n"
    "<p>You don&#39;t have the permission to access the requested resource. "
    "It is either read-protected or not readable by the server.</p>\n"
)
RESULT = {
    "url": "https://a.example/x",
    "title": "A  title",
    "content": "Some\u00a0text",
    "engine": "b",
}

ARTICLE = """<article class="result result-default category-general brave">
<a href="https://a.example/x" class="url_header"><div class="url_wrapper"><span>https://a.example</span><span> \u203a x</span></div></a>
<h3><a href="https://a.example/x" rel="noreferrer">The <span class="highlight">first</span></a></h3>
<p class="content">What it says</p><div class="engines"><span>brave</span>
<a href="https://web.archive.org/web/https://a.example/x" class="cache_link">cached</a></div></article>"""
FAILED_TABLE = """<div id="engines_msg"><details><table class="engine-stats" id="engines_msg-table">
<tr><td class="engine-name"><a href="/stats?engine=brave">brave</a></td><td class="response-error">{reason}</td></tr>
</table></details></div>"""
FAILED_PARAGRAPHS = """<div id="engines_msg"><details><summary>Messages</summary><div class="dialog-error"><div>
<p><strong>Error!</strong> Engines cannot retrieve results:</p>
<p>brave ( <a href="/stats?engine=brave">{reason}</a> )</p></div></div></details></div>"""
NOTHING = """<div class="dialog-error-block" role="alert"><p><strong>No results were found.</strong></p></div>"""


def page(results: str = "", sidebar: str = "") -> str:
    return f"""<!DOCTYPE html><html lang="en"><head><title>x - SearXNG</title></head><body>
<form id="search" action="/search"><input id="q" name="q" type="text" value="x"></form>
<div id="results"><div id="sidebar">{sidebar}</div><div id="urls" role="main">{results}</div></div></body></html>"""


def read(answer: Exchange) -> Reading:
    return ENGINE.read(answer, Query(text="x"))


def read_json(**answer: object) -> Reading:
    return read(exchange({"query": "x", "results": [], "unresponsive_engines": [], **answer}))


class TestBuild:
    def test_asks_for_json(self) -> None:
        query = Query(text="ä b", language="de", country="at", page=3)
        request = ENGINE.build(query, INSTANCE)
        assert request.url == (
            "https://searx.example/search?q=%C3%A4+b&format=json&pageno=3&language=de-AT"
        )

    def test_asks_for_html_where_the_source_says_so(self) -> None:
        options = EngineOptions(base_url="https://searx.example", settings={"format": "html"})
        assert ENGINE.build(Query(text="x"), options).url == "https://searx.example/search?q=x"

    def test_passes_on_the_settings_of_the_source(self) -> None:
        options = EngineOptions(
            base_url="https://searx.example/search",
            settings={"engines": ["brave", "mojeek"], "time_range": "month", "safesearch": 1},
        )
        url = ENGINE.build(Query(text="x"), options).url
        assert url == (
            "https://searx.example/search?q=x&format=json&engines=brave%2Cmojeek"
            "&time_range=month&safesearch=1"
        )

    @pytest.mark.parametrize(
        ("query", "options"),
        [(Query(text="x"), EngineOptions()), (Query(text=" "), INSTANCE)],
    )
    def test_refuses_what_cannot_be_asked(self, query: Query, options: EngineOptions) -> None:
        with pytest.raises(BadQuery):
            ENGINE.build(query, options)


class TestJson:
    def test_reads_results_and_what_stands_beside_them(self) -> None:
        reading = read_json(
            results=[
                RESULT,
                {"url": None, "title": "nowhere"},
                "rubbish",
                {**RESULT, "url": "https://b.example/"},
            ],
            suggestions=["other words"],
            answers=["42", {"answer": "43"}],
            number_of_results=1230,
        )
        serp = reading.serp
        assert reading.verdict.outcome is Outcome.OK
        assert serp is not None
        assert [(r.rank, r.title, r.snippet, r.target.domain) for r in serp.organic] == [
            (1, "A title", "Some text", "a.example"),
            (2, "A title", "Some text", "b.example"),
        ]
        assert (serp.query_echo, serp.total_results, serp.links_total) == ("x", 1230, 2)
        assert serp.related_searches == ("other words",)
        assert serp.features["featured_snippet"] == {"text": "42 \u2014 43"}

    def test_zero_as_number_of_results_is_no_number(self) -> None:
        serp = read_json(results=[RESULT], number_of_results=0).serp
        assert serp is not None
        assert serp.total_results is None

    def test_results_count_more_than_engines_that_failed(self) -> None:
        failed = [["brave", "too many requests"]]
        reading = read_json(results=[RESULT], unresponsive_engines=failed)
        assert reading.verdict.outcome is Outcome.OK
        assert reading.serp is not None
        assert reading.serp.features["unresponsive_engines"] == {"brave": "too many requests"}

    def test_nothing_found_by_engines_that_answered_is_empty(self) -> None:
        reading = read_json()
        assert reading.verdict.outcome is Outcome.EMPTY
        assert reading.serp is not None

    @pytest.mark.parametrize(
        ("reasons", "outcome"),
        [
            (["too many requests"], Outcome.RATE_LIMITED),
            (["Suspended: too many requests"], Outcome.RATE_LIMITED),
            (["CAPTCHA"], Outcome.BLOCKED),
            (["Suspended: access denied"], Outcome.BLOCKED),
            (["timeout"], Outcome.SERVER_ERROR),
            (["parsing error", "HTTP error"], Outcome.SERVER_ERROR),
            (["CAPTCHA", "timeout", "too many requests"], Outcome.RATE_LIMITED),
            (["Zeitüberschreitung"], Outcome.SERVER_ERROR),
        ],
    )
    def test_nothing_found_because_others_refused_is_never_empty(
        self, reasons: list[str], outcome: Outcome
    ) -> None:
        reading = read_json(unresponsive_engines=[[f"e{n}", r] for n, r in enumerate(reasons)])
        assert (reading.verdict.outcome, reading.serp) == (outcome, None)
        assert reasons[0] in reading.verdict.evidence

    def test_bears_a_byte_order_mark(self) -> None:
        body = b"\xef\xbb\xbf" + json.dumps({"query": "x", "results": [RESULT]}).encode()
        assert read(exchange(body, content_type="application/json")).verdict.outcome is Outcome.OK

    def test_tells_its_own_errors(self) -> None:
        reading = read(exchange({"error": "No query"}, status=400))
        assert reading.verdict.outcome is Outcome.BAD_REQUEST
        assert "No query" in reading.verdict.evidence

    @pytest.mark.parametrize(
        "answer",
        [{}, {"results": {}}, {"results": None, "query": "x"}, {"query": "x"}, {"results": []}],
    )
    def test_json_of_another_kind_is_not_empty(self, answer: object) -> None:
        assert read(exchange(answer)).verdict.outcome is Outcome.LAYOUT_CHANGED

    @pytest.mark.parametrize("body", ["", "[]", "{", '"x"', "null", "[" * 100_000])
    def test_what_is_no_object_is_not_understood(self, body: str) -> None:
        reading = read(exchange(body, content_type="application/json"))
        assert reading.verdict.outcome is Outcome.LAYOUT_CHANGED

    @pytest.mark.corpus
    def test_reads_a_real_answer(self) -> None:
        (path,) = corpus_files("searxng__json__*")
        reading = read(exchange(path.read_bytes(), content_type="application/json"))
        assert reading.verdict.outcome is Outcome.OK
        assert reading.serp is not None
        truth = json.loads(path.read_text("utf-8-sig"))
        assert [r.target.url for r in reading.serp.organic] == [r["url"] for r in truth["results"]]
        assert reading.serp.features["unresponsive_engines"] == dict(truth["unresponsive_engines"])
        assert reading.serp.total_results is None


class TestRefusals:
    def test_json_that_is_switched_off_is_explained(self) -> None:
        verdict = read(exchange(FORBIDDEN, status=403)).verdict
        assert verdict.outcome is Outcome.BAD_REQUEST
        assert "search.formats" in verdict.reason

    def test_a_403_where_html_was_asked_for_is_a_refusal(self) -> None:
        answer = exchange(FORBIDDEN, status=403, url="https://searx.example/search?q=x")
        assert read(answer).verdict.outcome is Outcome.BLOCKED

    def test_a_wall_before_the_instance_is_a_refusal(self) -> None:
        wall = '<title>Just a moment...</title><form id="challenge-form"></form>'
        assert read(exchange(wall, status=403)).verdict.outcome is Outcome.BLOCKED
        mitigated = exchange("", status=403, cf_mitigated="challenge")
        assert read(mitigated).verdict.outcome is Outcome.BLOCKED

    def test_the_limiter_is_a_rate_limit(self) -> None:
        answer = exchange(
            "Too Many Requests", status=429, content_type="text/plain", retry_after="9"
        )
        verdict = read(answer).verdict
        assert (verdict.outcome, verdict.retry_after) == (Outcome.RATE_LIMITED, 9)

    def test_no_answer_is_a_problem_of_the_network(self) -> None:
        answer = Exchange(request=Request(url="https://a.example/"), problem=FetchProblem.TIMEOUT)
        assert read(answer).verdict.outcome is Outcome.NETWORK

    @pytest.mark.corpus
    def test_a_real_wall_is_a_refusal(self) -> None:
        (path,) = corpus_files("searxng__verify-request__*")
        assert read(exchange(path.read_bytes())).verdict.outcome is Outcome.BLOCKED


class TestHtml:
    def test_reads_results(self) -> None:
        sidebar = (
            '<p id="result_count"><small>Number of results: 1,230</small></p><div id="suggestions">'
            '<form><input type="hidden" name="q" value="z"><input type="submit" value="other words"></form></div>'
        )
        reading = read(exchange(page(ARTICLE, sidebar), url="https://searx.example/search?q=x"))
        serp = reading.serp
        assert reading.verdict.outcome is Outcome.OK
        assert serp is not None
        (result,) = serp.organic
        assert (result.title, result.target.url) == ("The first", "https://a.example/x")
        assert (result.snippet, result.display_url) == (
            "What it says",
            "https://a.example \u203a x",
        )
        assert (serp.total_results, serp.related_searches, serp.query_echo) == (
            1230,
            ("other words",),
            "x",
        )
        assert serp.links_total == 3

    def test_leaves_out_what_has_no_heading(self) -> None:
        without = '<article class="result"><p class="content">x</p></article>'
        untold = '<div id="engines_msg"><p>Messages</p></div>'
        reading = read(exchange(page(without + ARTICLE, untold)))
        assert reading.serp is not None
        assert len(reading.serp.organic) == 1
        assert reading.serp.features == {}

    def test_reads_it_even_where_json_was_asked_for(self) -> None:
        assert read(exchange(page(ARTICLE))).verdict.outcome is Outcome.OK

    def test_nothing_found_is_empty(self) -> None:
        assert read(exchange(page(NOTHING))).verdict.outcome is Outcome.EMPTY
        older = NOTHING.replace("dialog-error-block", "dialog-error")
        assert read(exchange(page(older))).verdict.outcome is Outcome.EMPTY

    @pytest.mark.parametrize("failed", [FAILED_TABLE, FAILED_PARAGRAPHS])
    @pytest.mark.parametrize(
        ("reason", "outcome"),
        [("too many requests", Outcome.RATE_LIMITED), ("CAPTCHA", Outcome.BLOCKED)],
    )
    def test_nothing_found_because_others_refused_is_never_empty(
        self, failed: str, reason: str, outcome: Outcome
    ) -> None:
        reading = read(exchange(page(NOTHING, failed.format(reason=reason))))
        assert (reading.verdict.outcome, reading.serp) == (outcome, None)
        assert f"brave: {reason}" in reading.verdict.evidence

    def test_another_page_is_not_empty(self) -> None:
        assert read(exchange(page())).verdict.outcome is Outcome.LAYOUT_CHANGED
        assert read(exchange("<h1>Welcome</h1>")).verdict.outcome is Outcome.LAYOUT_CHANGED


class TestOtherThemes:
    """searx and its themes until 2021, which had other names for everything."""

    RESULTS = "".join(
        f'<div class="result"><h4 class="result_header"><a href="https://{site}.example/k">{site} kettles</a></h4>'
        f'<p class="result-content">All that there is to know about {site} kettles.</p>'
        f'<div class="external-link">https://{site}.example/k</div></div>'
        for site in ("red", "blue", "green")
    )

    def read(self, inner: str) -> Reading:
        page = f'<form><input name="q" value="kettle"></form><div id="main_results">{inner}</div>'
        url = "https://searx.example/search?q=kettle"
        return ENGINE.read(
            exchange(page.encode(), url=url, content_type="text/html"), Query(text="kettle")
        )

    def test_results(self) -> None:
        serp = self.read(self.RESULTS).serp
        assert serp is not None
        assert [
            (result.title, result.target.url, result.display_url) for result in serp.organic
        ] == [
            (f"{site} kettles", f"https://{site}.example/k", f"https://{site}.example/k")
            for site in ("red", "blue", "green")
        ]
        assert serp.organic[0].snippet == "All that there is to know about red kettles."

    def test_nothing_found(self) -> None:
        told = '<div role="alert"><strong>Sorry!</strong> we didn\'t find any results.</div>'
        assert self.read(told).verdict.outcome is Outcome.EMPTY
