"""The engines that are APIs: what they are asked, what they found, and what their errors mean."""

import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from serp.engines import serper
from serp.engines.registry import ENGINE_MODULES, get_engine
from serp.engines.values import count_at
from serp.errors import BadQuery, UnknownEngine
from serp.types import EngineOptions, Exchange, FetchProblem, Outcome, Query, Reading, Request
from tests.serp.engines.answers import corpus_files, exchange

KEY = "a-very-secret-key"
KEYED = ("serpapi", "serper", "brave_api", "mojeek_api", "kagi", "google_cse", "dataforseo")
APIS = (*KEYED, "marginalia")
OPTIONS = EngineOptions(
    credentials={"api_key": KEY, "login": "me", "password": KEY}, settings={"cx": "engine-1"}
)
WISH = Query(text="größe x", country="de", language="de-AT", device="mobile", page=1)


def read(engine: str, answer: Exchange) -> Reading:
    return get_engine(engine).read(answer, Query(text="x"))


def outcome(engine: str, body: object, status: int = 200, **headers: str) -> Outcome:
    return read(engine, exchange(body, status=status, **headers)).verdict.outcome


def task(code: int = 20000, *results: object) -> dict[str, object]:
    one = {"status_code": code, "status_message": "why", "result": list(results) or None}
    return {"status_code": 20000, "status_message": "Ok.", "tasks": [one]}


def dataforseo_page(*items: object, count: int = 123) -> dict[str, object]:
    result = {"keyword": "x", "se_results_count": count, "items_count": len(items), "items": items}
    return task(20000, result)


EMPTY_ANSWERS: dict[str, object] = {
    "serpapi": {
        "search_metadata": {"status": "Success"},
        "error": "Google hasn't returned any results for this query.",
    },
    "serper": {"searchParameters": {"q": "x"}, "organic": [], "credits": 1},
    "brave_api": {"type": "search", "query": {"original": "x"}, "mixed": {}},
    "mojeek_api": {"response": {"status": "OK", "head": {"results": 0}, "results": []}},
    "kagi": {"meta": {"ms": 12}, "data": {"search": []}},
    "google_cse": {"kind": "customsearch#search", "searchInformation": {"totalResults": "0"}},
    "dataforseo": task(40102),
    "marginalia": {"license": "CC", "query": "x", "results": []},
}
ONE_RESULT: dict[str, Any] = {
    "serpapi": {"organic_results": [{"title": "T", "link": "https://a.example/", "snippet": "S"}]},
    "serper": {"organic": [{"title": "T", "link": "https://a.example/", "snippet": "S"}]},
    "brave_api": {
        "web": {"results": [{"title": "<b>T</b>", "url": "https://a.example/", "description": "S"}]}
    },
    "mojeek_api": {
        "response": {
            "status": "OK",
            "results": [{"title": "T", "url": "https://a.example/", "desc": "S"}],
        }
    },
    "kagi": {"data": {"search": [{"title": "T", "url": "https://a.example/", "snippet": "S"}]}},
    "google_cse": {"items": [{"title": "T", "link": "https://a.example/", "snippet": "S"}]},
    "dataforseo": dataforseo_page(
        {"type": "organic", "title": "T", "url": "https://a.example/", "description": "S"}
    ),
    "marginalia": {"results": [{"title": "T", "url": "https://a.example/", "description": "S"}]},
}


class TestEveryApi:
    @pytest.mark.parametrize("name", APIS)
    def test_keeps_its_key_off_the_stored_request(self, name: str) -> None:
        request = get_engine(name).build(WISH, OPTIONS)
        stored = (request.url, request.headers, request.body)
        secret = {**request.secret_params, **request.secret_headers}
        assert KEY not in repr(stored)
        assert base64.b64encode(f"me:{KEY}".encode()).decode() not in repr(stored)
        assert secret

    @pytest.mark.parametrize("name", KEYED)
    def test_needs_its_key(self, name: str) -> None:
        with pytest.raises(BadQuery, match="credential"):
            get_engine(name).build(WISH, EngineOptions(settings={"cx": "engine-1"}))

    @pytest.mark.parametrize("name", APIS)
    def test_needs_a_text(self, name: str) -> None:
        with pytest.raises(BadQuery):
            get_engine(name).build(Query(text=" "), OPTIONS)

    @pytest.mark.parametrize("name", APIS)
    def test_can_be_asked_elsewhere(self, name: str) -> None:
        options = EngineOptions(
            base_url="http://127.0.0.1:9/x",
            credentials=OPTIONS.credentials,
            settings=OPTIONS.settings,
        )
        assert get_engine(name).build(WISH, options).url.startswith("http://127.0.0.1:9/x")

    @pytest.mark.parametrize("name", APIS)
    def test_finds_what_is_there(self, name: str) -> None:
        reading = read(name, exchange(ONE_RESULT[name]))
        assert reading.verdict.outcome is Outcome.OK
        assert reading.serp is not None
        (result,) = reading.serp.organic
        assert (result.title, result.snippet, result.target.url) == ("T", "S", "https://a.example/")
        assert reading.serp.links_total == 1
        assert reading.serp.parser_version == get_engine(name).parser_version

    @pytest.mark.parametrize("name", APIS)
    def test_says_empty_where_the_api_says_so(self, name: str) -> None:
        reading = read(name, exchange(EMPTY_ANSWERS[name]))
        assert reading.verdict.outcome is Outcome.EMPTY
        assert reading.serp is not None

    @pytest.mark.parametrize("name", APIS)
    @pytest.mark.parametrize("body", [{}, {"results": 3}, {"data": None}, "<html>hello", "", "[]"])
    def test_never_takes_something_else_for_empty(self, name: str, body: object) -> None:
        assert outcome(name, body) is Outcome.LAYOUT_CHANGED

    @pytest.mark.parametrize("name", APIS)
    @pytest.mark.parametrize("status", [401, 402, 403])
    def test_a_refused_key_asks_for_the_user(self, name: str, status: int) -> None:
        assert outcome(name, {"error": {"message": "no"}}, status) is Outcome.QUOTA

    @pytest.mark.parametrize("name", APIS)
    def test_too_many_requests_are_told_with_the_wait(self, name: str) -> None:
        body = {"error": {"message": "Quota exceeded: queries per minute"}}
        verdict = read(name, exchange(body, status=429, retry_after="30")).verdict
        assert (verdict.outcome, verdict.retry_after) == (Outcome.RATE_LIMITED, 30)

    @pytest.mark.parametrize("name", APIS)
    def test_a_fault_of_the_service_is_one(self, name: str) -> None:
        assert outcome(name, "oh dear", 500) is Outcome.SERVER_ERROR

    @pytest.mark.parametrize("name", APIS)
    def test_a_wall_before_the_service_is_a_refusal(self, name: str) -> None:
        wall = '<title>Just a moment...</title><form id="challenge-form"></form>'
        assert outcome(name, wall) is Outcome.BLOCKED

    @pytest.mark.parametrize("name", APIS)
    def test_no_answer_is_a_problem_of_the_network(self, name: str) -> None:
        answer = Exchange(request=Request(url="https://a.example/"), problem=FetchProblem.DNS)
        assert read(name, answer).verdict.outcome is Outcome.NETWORK

    @pytest.mark.parametrize("name", APIS)
    def test_rubbish_inside_raises_nothing(self, name: str) -> None:
        text = json.dumps(ONE_RESULT[name])
        for rubbish in ("null", "[]", "{}", '"x"', "1e999", "[[]]", '{"a": {}}'):
            for piece in ('"T"', '"https://a.example/"', '"S"', '["x"]'):
                assert read(name, exchange(text.replace(piece, rubbish))).verdict.outcome


class TestFrame:
    def test_a_parser_that_fails_is_an_answer_not_understood(self) -> None:
        def fail(answer: object) -> Any:
            raise KeyError("oops")

        broken = replace(serper.engine, parse_answer=fail)
        reading = broken.read(exchange({"organic": []}), Query(text="x"))
        assert reading.verdict.outcome is Outcome.LAYOUT_CHANGED
        assert "KeyError" in reading.verdict.evidence

    def test_an_unknown_engine_is_told_with_those_there_are(self) -> None:
        with pytest.raises(UnknownEngine, match="practice"):
            get_engine("altavista")

    @pytest.mark.parametrize("name", ENGINE_MODULES)
    def test_every_engine_tells_what_to_expect(self, name: str) -> None:
        engine = get_engine(name)
        assert engine.name == name
        assert engine.title
        assert engine.label.endswith(".")
        assert engine.parser_version
        assert engine.made_up is (name == "practice")

    @pytest.mark.parametrize(
        ("written", "count"),
        [(5, 5), ("1,230", 1230), ("1.230", 1230), (2.0, 2), (True, None), ("x", None), (-1, None)],
    )
    def test_numbers_are_read_however_they_are_written(
        self, written: object, count: object
    ) -> None:
        assert count_at({"n": written}, "n") == count


class TestSerpApi:
    def test_asks_google(self) -> None:
        query = Query(text="a b", country="de", language="de", device="mobile", page=3)
        request = get_engine("serpapi").build(query, OPTIONS)
        assert request.url == (
            "https://serpapi.com/search.json?engine=google&q=a+b&gl=de&hl=de&device=mobile&start=20"
        )
        assert request.secret_params == {"api_key": KEY}

    @pytest.mark.parametrize(
        ("engine", "expected"), [("bing", "&first=11"), ("duckduckgo", "&kl=de-de&start=10")]
    )
    def test_asks_others(self, engine: str, expected: str) -> None:
        options = EngineOptions(credentials={"api_key": KEY}, settings={"engine": engine})
        query = Query(text="a", country="de", language="de", page=2)
        assert get_engine("serpapi").build(query, options).url.endswith(expected)

    def test_knows_which_engines_it_reads(self) -> None:
        options = EngineOptions(credentials={"api_key": KEY}, settings={"engine": "youtube"})
        with pytest.raises(BadQuery, match="youtube"):
            get_engine("serpapi").build(WISH, options)

    def test_used_up_searches_are_no_rate_limit(self) -> None:
        error = {"error": "Your account has run out of searches."}
        assert outcome("serpapi", error, 429) is Outcome.QUOTA

    def test_other_errors_with_status_200_are_not_empty(self) -> None:
        assert (
            outcome("serpapi", {"error": "We couldn't get valid results"}) is Outcome.SERVER_ERROR
        )

    def test_a_wrong_parameter_is_a_bad_request(self) -> None:
        assert outcome("serpapi", {"error": "Unsupported `gl`"}, 400) is Outcome.BAD_REQUEST

    def test_ads_have_their_block_and_place(self) -> None:
        ads = [
            {
                "block_position": "top",
                "title": "A1",
                "link": "https://x.example/",
                "tracking_link": "https://c.example/",
            },
            {"block_position": "bottom", "title": "A2", "link": "https://y.example/"},
            {
                "block_position": "inline-middle",
                "title": {"visible": "shoe"},
                "price": "$1",
                "link": "https://z.example/",
            },
        ]
        serp = read("serpapi", exchange({**ONE_RESULT["serpapi"], "ads": ads})).serp
        assert serp is not None
        assert [(a.block, a.position, a.absolute_rank, a.title) for a in serp.ads] == [
            ("top", 1, 1, "A1"),
            ("bottom", 1, 3, "A2"),
        ]
        assert serp.organic[0].absolute_rank == 2
        assert serp.ads[0].click_url == "https://c.example/"
        shopping = serp.features["shopping"]
        assert shopping == {
            "items": [
                {
                    "title": "shoe",
                    "url": "https://z.example/",
                    "domain": "z.example",
                    "text": "$1",
                }
            ]
        }

    @pytest.mark.corpus
    @pytest.mark.parametrize("path", corpus_files("serpapi__*"), ids=lambda path: path.name[:20])
    def test_reads_real_answers(self, path: Any) -> None:
        truth = json.loads(path.read_text("utf-8-sig"))
        reading = read("serpapi", exchange(path.read_bytes(), content_type="application/json"))
        assert reading.verdict.outcome is Outcome.OK
        serp = reading.serp
        assert serp is not None
        assert [r.target.url for r in serp.organic] == [r["link"] for r in truth["organic_results"]]
        assert serp.query_echo == "Isaac Asimov"
        assert serp.total_results == truth["search_information"].get("total_results")
        assert len(serp.related_searches) == len(truth["related_searches"])
        assert len(serp.people_also_ask) == len(truth.get("related_questions", []))
        text_ads = [ad for ad in truth.get("ads", []) if "price" not in ad]
        assert len(serp.ads) == len(text_ads)


class TestSerper:
    def test_asks_in_json(self) -> None:
        request = get_engine("serper").build(Query(text="a", country="de", page=2), OPTIONS)
        assert request.method == "POST"
        assert json.loads(request.body) == {"q": "a", "gl": "de", "page": 2}
        assert request.secret_headers == {"X-API-KEY": KEY}

    def test_used_up_credits_are_told(self) -> None:
        assert outcome("serper", {"message": "Not enough credits"}, 400) is Outcome.QUOTA

    def test_other_refused_requests_are_bad(self) -> None:
        assert outcome("serper", {"message": "Missing query"}, 400) is Outcome.BAD_REQUEST


class TestBrave:
    def test_asks_for_a_page(self) -> None:
        query = Query(text="a", country="de", language="de-AT", page=3)
        url = get_engine("brave_api").build(query, OPTIONS).url
        assert url.endswith("?q=a&count=20&offset=2&country=DE&search_lang=de")

    def test_has_ten_pages(self) -> None:
        with pytest.raises(BadQuery, match="10 pages"):
            get_engine("brave_api").build(Query(text="a", page=11), OPTIONS)

    @pytest.mark.parametrize("shape", ["error", "errors"])
    def test_a_wrong_key_is_told_from_a_wrong_request(self, shape: str) -> None:
        for code, expected in (
            ("SUBSCRIPTION_TOKEN_INVALID", Outcome.QUOTA),
            ("VALIDATION", Outcome.BAD_REQUEST),
        ):
            error = {"code": code, "detail": "no"}
            body = {shape: error if shape == "error" else [error]}
            assert outcome("brave_api", body, 422) is expected

    def test_a_used_up_month_is_told_from_a_busy_second(self) -> None:
        error = {"error": {"code": "RATE_LIMITED"}}
        busy = outcome("brave_api", error, 429, x_ratelimit_remaining="0, 1500")
        assert busy is Outcome.RATE_LIMITED
        assert outcome("brave_api", error, 429, x_ratelimit_remaining="0, 0") is Outcome.QUOTA

    @pytest.mark.corpus
    @pytest.mark.parametrize("path", corpus_files("braveapi__*"), ids=lambda path: path.name[:40])
    def test_reads_real_answers(self, path: Any) -> None:
        truth = json.loads(path.read_text("utf-8-sig"))
        reading = read("brave_api", exchange(path.read_bytes(), content_type="application/json"))
        assert reading.verdict.outcome is Outcome.OK
        assert reading.serp is not None
        urls = [one["url"] for one in truth["web"]["results"]]
        assert [r.target.url for r in reading.serp.organic] == urls
        assert reading.serp.query_echo == truth["query"]["original"]
        assert not any("<strong>" in r.snippet for r in reading.serp.organic)
        assert reading.serp.total_results is None


class TestMojeek:
    def test_never_says_where_the_first_page_starts(self) -> None:
        engine = get_engine("mojeek_api")
        assert "&s=" not in engine.build(Query(text="a"), OPTIONS).url
        assert "&s=11" in engine.build(Query(text="a", page=2), OPTIONS).url

    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            ("ERROR: Invalid API key", Outcome.QUOTA),
            ("ERROR: Daily limit exceeded", Outcome.QUOTA),
            ("ERROR: No query", Outcome.BAD_REQUEST),
        ],
    )
    def test_errors_come_with_status_200(self, status: str, expected: Outcome) -> None:
        assert outcome("mojeek_api", {"response": {"status": status}}) is expected

    def test_tells_how_many_there_are(self) -> None:
        body = {"response": {"status": "OK", "head": {"results": 1230}, "results": []}}
        serp = read("mojeek_api", exchange(body)).serp
        assert serp is not None
        assert serp.total_results == 1230


class TestKagi:
    def test_asks_in_json(self) -> None:
        request = get_engine("kagi").build(Query(text="a", country="de", page=2), OPTIONS)
        assert json.loads(request.body) == {
            "query": "a",
            "workflow": "search",
            "page": 2,
            "filters": {"region": "de"},
        }
        assert request.secret_headers == {"Authorization": f"Bearer {KEY}"}

    def test_older_keys_have_another_scheme(self) -> None:
        options = EngineOptions(credentials={"api_key": KEY}, settings={"auth_scheme": "Bot"})
        request = get_engine("kagi").build(Query(text="a"), options)
        assert request.secret_headers == {"Authorization": f"Bot {KEY}"}

    def test_has_ten_pages(self) -> None:
        with pytest.raises(BadQuery, match="10 pages"):
            get_engine("kagi").build(Query(text="a", page=11), OPTIONS)

    @pytest.mark.parametrize(
        ("body", "status", "expected"),
        [
            ({"error": [{"code": 101, "msg": "Insufficient balance"}]}, 200, Outcome.QUOTA),
            ({"error": [{"msg": "Bad query"}]}, 400, Outcome.BAD_REQUEST),
            ({"error": "backend gone", "meta": {}, "data": {}}, 200, Outcome.SERVER_ERROR),
        ],
    )
    def test_errors(self, body: object, status: int, expected: Outcome) -> None:
        assert outcome("kagi", body, status) is expected

    def test_reads_what_stands_beside_the_results(self) -> None:
        data = {
            **ONE_RESULT["kagi"]["data"],
            "related_search": [{"title": "r", "props": {"question": "more"}}, {"title": "r2"}],
            "adjacent_question": [{"props": {"question": "why?"}}],
        }
        serp = read("kagi", exchange({"data": data})).serp
        assert serp is not None
        assert (serp.related_searches, serp.people_also_ask) == (("more", "r2"), ("why?",))

    def test_the_older_interface_where_that_is_the_address(self) -> None:
        options = EngineOptions(
            credentials={"api_key": KEY}, base_url="https://kagi.com/api/v0/search"
        )
        request = get_engine("kagi").build(Query(text="a b"), options)
        assert (request.method, request.url) == ("GET", "https://kagi.com/api/v0/search?q=a+b")
        assert request.secret_headers == {"Authorization": f"Bot {KEY}"}
        with pytest.raises(BadQuery, match="1 pages at most"):
            get_engine("kagi").build(Query(text="a", page=2), options)
        found = {"t": 0, "url": "https://a.example/", "title": "T", "snippet": "S"}
        answer = {"meta": {"id": "x"}, "data": [found, {"t": 1, "list": ["more"]}]}
        serp = read("kagi", exchange(answer)).serp
        assert serp is not None
        assert [result.target.url for result in serp.organic] == ["https://a.example/"]
        assert serp.related_searches == ("more",)
        assert outcome("kagi", {"meta": {"id": "x"}, "data": []}, 200) is Outcome.EMPTY


class TestWordsAboutTheKey:
    @pytest.mark.parametrize(
        ("name", "body", "status"),
        [
            ("mojeek_api", {"response": {"status": "Invalid API key"}}, 200),
            ("brave_api", {"error": {"code": "QUOTA_LIMITED", "detail": "Quota exceeded"}}, 429),
        ],
    )
    def test_are_a_matter_of_quota(self, name: str, body: object, status: int) -> None:
        assert outcome(name, body, status) is Outcome.QUOTA


class TestMarginalia:
    def test_shares_the_public_key_where_the_source_has_none(self) -> None:
        request = get_engine("marginalia").build(Query(text="a"), EngineOptions())
        assert request.secret_headers == {"API-Key": "public"}

    def test_a_503_is_its_rate_limit(self) -> None:
        assert outcome("marginalia", "busy", 503) is Outcome.RATE_LIMITED


class TestGoogleCse:
    def test_asks_for_a_page(self) -> None:
        query = Query(text="a", country="at", language="de-AT", page=2)
        request = get_engine("google_cse").build(query, OPTIONS)
        assert request.url.endswith("?cx=engine-1&q=a&num=10&start=11&gl=at&hl=de-AT&lr=lang_de")
        assert request.secret_params == {"key": KEY}

    def test_needs_to_know_which_engine(self) -> None:
        with pytest.raises(BadQuery, match="cx"):
            get_engine("google_cse").build(WISH, EngineOptions(credentials={"api_key": KEY}))

    def test_has_ten_pages(self) -> None:
        with pytest.raises(BadQuery, match="10 pages"):
            get_engine("google_cse").build(Query(text="a", page=11), OPTIONS)

    @pytest.mark.parametrize(
        ("status", "message", "expected"),
        [
            (429, "Quota exceeded for 'Queries' and limit 'Queries per day'", Outcome.QUOTA),
            (429, "Quota exceeded: 'Queries per minute per user'", Outcome.RATE_LIMITED),
            (400, "API key not valid. Please pass a valid API key.", Outcome.QUOTA),
            (400, "Request contains an invalid argument.", Outcome.BAD_REQUEST),
        ],
    )
    def test_errors(self, status: int, message: str, expected: Outcome) -> None:
        assert outcome("google_cse", {"error": {"message": message}}, status) is expected

    def test_says_that_it_takes_no_new_customers(self) -> None:
        message = "This project does not have the access to Custom Search JSON API."
        verdict = read("google_cse", exchange({"error": {"message": message}}, status=403)).verdict
        assert verdict.outcome is Outcome.QUOTA
        assert "2027-01-01" in verdict.reason
        assert "2027-01-01" in get_engine("google_cse").label

    @pytest.mark.corpus
    @pytest.mark.parametrize("path", corpus_files("googlecse__*"), ids=lambda path: path.name[-30:])
    def test_reads_real_answers(self, path: Any) -> None:
        truth = json.loads(path.read_text("utf-8-sig"))
        reading = read("google_cse", exchange(path.read_bytes(), content_type="application/json"))
        assert reading.verdict.outcome is Outcome.OK
        assert reading.serp is not None
        assert [r.target.url for r in reading.serp.organic] == [i["link"] for i in truth["items"]]
        assert reading.serp.total_results == int(truth["searchInformation"]["totalResults"])


class TestDataForSeo:
    def test_asks_for_one_task(self) -> None:
        request = get_engine("dataforseo").build(WISH, OPTIONS)
        assert json.loads(request.body) == [
            {
                "keyword": "größe x",
                "language_code": "de",
                "device": "mobile",
                "depth": 10,
                "location_code": 2276,
            }
        ]

    @pytest.mark.parametrize(
        ("settings", "expected"),
        [
            ({"location_code": 1000}, {"location_code": 1000}),
            ({"location_name": "Berlin,Germany"}, {"location_name": "Berlin,Germany"}),
        ],
    )
    def test_a_place_can_be_set(
        self, settings: dict[str, object], expected: dict[str, object]
    ) -> None:
        options = EngineOptions(credentials=OPTIONS.credentials, settings=settings)
        (asked,) = json.loads(get_engine("dataforseo").build(Query(text="a"), options).body)
        assert expected.items() <= asked.items()

    def test_needs_a_place_and_knows_one_page(self) -> None:
        for query in (Query(text="a"), Query(text="a", country="us", page=2)):
            with pytest.raises(BadQuery):
                get_engine("dataforseo").build(query, OPTIONS)

    @pytest.mark.parametrize(
        ("code", "expected"),
        [
            (40100, Outcome.QUOTA),
            (40101, Outcome.SERVER_ERROR),
            (40202, Outcome.RATE_LIMITED),
            (40210, Outcome.QUOTA),
            (40400, Outcome.BAD_REQUEST),
            (40501, Outcome.BAD_REQUEST),
            (50000, Outcome.SERVER_ERROR),
            (99999, Outcome.SERVER_ERROR),
        ],
    )
    def test_the_code_of_the_task_counts(self, code: int, expected: Outcome) -> None:
        reading = read("dataforseo", exchange(task(code)))
        assert reading.verdict.outcome is expected
        assert f"{code} why" in reading.verdict.evidence
        assert outcome("dataforseo", {"status_code": code, "tasks": []}) is expected

    def test_a_page_without_elements_is_empty(self) -> None:
        assert outcome("dataforseo", dataforseo_page()) is Outcome.EMPTY

    def test_a_page_with_other_elements_only_is_not_understood(self) -> None:
        body = dataforseo_page({"type": "local_pack"})
        assert outcome("dataforseo", body) is Outcome.LAYOUT_CHANGED

    def test_everything_on_the_page_is_found(self) -> None:
        body = dataforseo_page(
            {
                "type": "paid",
                "rank_absolute": 1,
                "title": "A1",
                "url": "https://x.example/",
                "domain": "x.example",
            },
            {
                "type": "organic",
                "rank_absolute": 2,
                "title": "T",
                "url": "https://a.example/",
                "breadcrumb": "a \u203a b",
            },
            {"type": "people_also_ask", "rank_absolute": 3, "items": [{"title": "Why?"}]},
            {"type": "paid", "rank_absolute": 4, "title": "A2", "url": "https://y.example/"},
            {
                "type": "paid",
                "rank_absolute": 1,
                "position": "right",
                "title": "A3",
                "url": "https://z.example/",
            },
            {"type": "related_searches", "items": ["more", None]},
            {"type": "ai_overview", "references": [{"url": "https://q.example/"}]},
            {"type": "local_pack"},
            {"type": "local_pack"},
            count=1_230_000,
        )
        serp = read("dataforseo", exchange(body)).serp
        assert serp is not None
        assert [(a.block, a.position, a.absolute_rank, a.title) for a in serp.ads] == [
            ("top", 1, 1, "A1"),
            ("bottom", 1, 4, "A2"),
            ("right", 1, 1, "A3"),
        ]
        assert [(r.rank, r.absolute_rank) for r in serp.organic] == [(1, 2)]
        assert (serp.total_results, serp.query_echo) == (1_230_000, "x")
        assert (serp.people_also_ask, serp.related_searches) == (("Why?",), ("more",))
        assert serp.features == {
            "ai_overview": {"items": [{"url": "https://q.example/", "domain": "q.example"}]},
            "local_pack": {"items": []},
            "people_also_ask": {"rank": 3, "items": [{"title": "Why?"}]},
        }


class TestKeyOrQuota:
    """A key that is not accepted needs somebody; a quota that is used up needs another day."""

    @pytest.mark.parametrize(
        ("engine", "body", "status", "bad_key"),
        [
            ("serper", {"message": "Unauthorized."}, 403, True),
            ("serper", {"message": "Not enough credits"}, 400, False),
            ("serpapi", {"error": "Invalid API key. Your API key should be here."}, 401, True),
            ("serpapi", {"error": "Your account has run out of searches."}, 429, False),
            ("mojeek_api", {"response": {"status": "ERROR: Invalid API key"}}, 200, True),
            ("mojeek_api", {"response": {"status": "ERROR: Daily limit exceeded"}}, 200, False),
            ("kagi", {"error": [{"code": 101, "msg": "Insufficient balance"}]}, 200, False),
            ("kagi", {"error": [{"code": 1, "msg": "Unauthorized"}]}, 401, True),
            ("brave_api", {"error": {"code": "SUBSCRIPTION_TOKEN_INVALID"}}, 422, True),
            ("brave_api", {"error": {"code": "QUOTA_LIMITED"}}, 402, False),
            ("google_cse", {"error": {"message": "API key not valid."}}, 400, True),
            ("google_cse", {"error": {"message": "Quota exceeded for queries"}}, 429, False),
            ("marginalia", {}, 401, True),
            ("marginalia", {}, 402, False),
        ],
    )
    def test_are_told_apart(
        self, engine: str, body: dict[str, object], status: int, bad_key: bool
    ) -> None:
        verdict = read(engine, exchange(body, status=status)).verdict
        assert (verdict.outcome, verdict.bad_key) == (Outcome.QUOTA, bad_key)

    def test_brave_tells_when_its_month_is_over(self) -> None:
        headers = {"x_ratelimit_remaining": "0, 0", "x_ratelimit_reset": "1, 864000"}
        verdict = read("brave_api", exchange({}, status=429, **headers)).verdict
        assert (verdict.bad_key, verdict.retry_after) == (False, 864_000)
