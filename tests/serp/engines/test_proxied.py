"""Pages that a rendering service fetched: the engine's own judge and parser read them."""

import json

import pytest

from serp.engines.registry import get_engine
from serp.errors import BadQuery
from serp.types import EngineOptions, Exchange, FetchProblem, Outcome, Query, Reading, Request
from tests.serp.engines.answers import corpus_files, exchange

ENGINE = get_engine("google_proxied")
TEMPLATE = "https://api.service.example/?url={url}&country_code={country}"
SERVICE_URL = "https://api.service.example/?url=https%3A%2F%2Fwww.google.com%2Fsearch%3Fq%3Dx"


def options(**settings: object) -> EngineOptions:
    settings = {"template": TEMPLATE, **settings}
    return EngineOptions(credentials={"api_key": "key-1"}, settings=settings)


def read(answer: Exchange) -> Reading:
    return ENGINE.read(answer, Query(text="x"))


def answer(body: bytes | str | object, status: int = 200, **headers: str) -> Exchange:
    return exchange(body, status=status, url=SERVICE_URL, **headers)


class TestBuild:
    def test_packs_the_engines_address_into_the_services(self) -> None:
        request = ENGINE.build(Query(text="a b", country="de"), options())
        assert request.url.startswith("https://api.service.example/?url=https%3A%2F%2Fwww.google.")
        assert "q%3Da%2Bb" in request.url
        assert request.url.endswith("&country_code=de")
        assert request.secret_params == {"api_key": "key-1"}

    def test_the_key_can_go_elsewhere(self) -> None:
        request = ENGINE.build(Query(text="a"), options(key_param="token"))
        assert request.secret_params == {"token": "key-1"}
        request = ENGINE.build(Query(text="a"), options(key_header="x-api-key"))
        assert (request.secret_params, request.secret_headers) == ({}, {"x-api-key": "key-1"})

    def test_needs_a_template_and_a_key(self) -> None:
        for wrong in (
            options(template="https://a.example/"),
            EngineOptions(settings={"template": TEMPLATE}),
        ):
            with pytest.raises(BadQuery):
                ENGINE.build(Query(text="a"), wrong)


class TestRead:
    @pytest.mark.corpus
    @pytest.mark.parametrize("packed", [False, True])
    def test_reads_the_page_itself_or_inside_json(self, packed: bool) -> None:
        (path,) = corpus_files("google__js-2024__2024-01-30__red-apple__1.html")
        page = path.read_bytes()
        plain = get_engine("google").read(
            exchange(page, url="https://www.google.com/search?q=x"), Query(text="x")
        )
        body = {"result": page.decode()} if packed else page
        reading = read(answer(body))
        assert plain.serp is not None
        assert reading.verdict.outcome is Outcome.OK
        assert reading.serp == plain.serp

    @pytest.mark.corpus
    def test_a_captcha_with_status_200_is_a_refusal(self) -> None:
        path = corpus_files("google__sorry*")[0]
        assert read(answer(path.read_bytes())).verdict.outcome is Outcome.BLOCKED
        assert read(answer(path.read_bytes(), status=500)).verdict.outcome is Outcome.BLOCKED

    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            (400, Outcome.BAD_REQUEST),
            (401, Outcome.QUOTA),
            (403, Outcome.QUOTA),
            (409, Outcome.RATE_LIMITED),
            (423, Outcome.BLOCKED),
            (429, Outcome.RATE_LIMITED),
            (500, Outcome.SERVER_ERROR),
            (301, Outcome.LAYOUT_CHANGED),
        ],
    )
    def test_the_services_own_answers(self, status: int, expected: Outcome) -> None:
        verdict = read(answer({"error": "Too many requests, access denied"}, status)).verdict
        assert verdict.outcome is expected
        assert json.dumps("Too many requests, access denied") in verdict.evidence
        assert verdict.reason

    def test_an_answer_that_is_no_page_is_not_understood(self) -> None:
        assert read(answer({"result": None})).verdict.outcome is Outcome.LAYOUT_CHANGED

    def test_no_answer_is_a_problem_of_the_network(self) -> None:
        broken = Exchange(request=Request(url=SERVICE_URL), problem=FetchProblem.TIMEOUT)
        assert read(broken).verdict.outcome is Outcome.NETWORK

    def test_bears_the_name_of_its_engine(self) -> None:
        assert ENGINE.name == "google_proxied"
        assert ENGINE.title == "Google through a service"
        assert ENGINE.parser_version == get_engine("google").parser_version

    @pytest.mark.parametrize("inner", ["bing", "brave", "duckduckgo", "yahoo", "yandex"])
    def test_other_engines_go_through_a_service_too(self, inner: str) -> None:
        engine = get_engine(f"{inner}_proxied")
        settings = {"template": "https://service.example/?url={url}"}
        request = engine.build(
            Query(text="kettle"), EngineOptions(credentials={"api_key": "k"}, settings=settings)
        )
        assert inner in request.url
        assert "kettle" in request.url
        assert engine.title.endswith("through a service")
