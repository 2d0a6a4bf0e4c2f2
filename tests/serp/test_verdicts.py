from datetime import UTC, datetime

import pytest

from serp.document import read_document
from serp.types import Exchange, FetchProblem, Hop, Outcome, Request, Verdict
from serp.verdicts import (
    LONGEST_RETRY_AFTER,
    PageSigns,
    judge_exchange,
    judge_page,
    read_retry_after,
)
from tests.serp.pages import answer


def judge(exchange: Exchange) -> Verdict:
    verdict = judge_exchange(exchange, "Google")
    assert verdict is not None
    return verdict


def judge_html(html: str, *, results: int = 0, frame: str = "", no_results: str = "") -> Verdict:
    signs = PageSigns(engine_title="Google", results=results, frame=frame, no_results=no_results)
    return judge_page(read_document(html.encode()), signs)


class TestTransport:
    @pytest.mark.parametrize("problem", list(FetchProblem))
    def test_every_problem_has_a_plain_sentence(self, problem: FetchProblem) -> None:
        verdict = judge(Exchange(request=Request(url="https://a.example/"), problem=problem))
        assert verdict.reason.endswith(".")
        assert not verdict.outcome.is_good

    @pytest.mark.parametrize(
        ("problem", "outcome"),
        [
            (FetchProblem.TIMEOUT, Outcome.NETWORK),
            (FetchProblem.TRUNCATED, Outcome.NETWORK),
            (FetchProblem.FORBIDDEN_ADDRESS, Outcome.BAD_REQUEST),
            (FetchProblem.CANCELLED, Outcome.CANCELLED),
        ],
    )
    def test_outcomes(self, problem: FetchProblem, outcome: Outcome) -> None:
        assert (
            judge(Exchange(request=Request(url="https://a.example/"), problem=problem)).outcome
            is outcome
        )

    def test_a_forbidden_redirect_to_a_captcha_is_a_refusal(self) -> None:
        exchange = Exchange(
            request=Request(url="https://yandex.com/search/?text=x"),
            hops=(
                Hop(
                    url="https://yandex.com/search/?text=x",
                    status=302,
                    location="https://yandex.ru/showcaptcha?x",
                ),
            ),
            status=302,
            problem=FetchProblem.FORBIDDEN_REDIRECT,
        )
        assert judge(exchange).outcome is Outcome.BLOCKED


class TestAddress:
    @pytest.mark.parametrize(
        ("location", "outcome"),
        [
            ("https://www.google.com/sorry/index?continue=x&q=y", Outcome.BLOCKED),
            ("https://ipv4.google.com/sorry/index?continue=x", Outcome.BLOCKED),
            ("/sorry/index?continue=x", Outcome.BLOCKED),
            ("https://consent.google.de/ml?continue=x", Outcome.CONSENT),
            ("https://yandex.com/showcaptcha?cc=1", Outcome.BLOCKED),
            ("https://www.startpage.com/sp/captcha", Outcome.BLOCKED),
            ("https://wappass.baidu.com/static/captcha/tuxing.html", Outcome.BLOCKED),
        ],
    )
    def test_a_redirect_tells(self, location: str, outcome: Outcome) -> None:
        verdict = judge(answer(b"", status=302, location=location))
        assert verdict.outcome is outcome
        assert "continue=" not in verdict.evidence

    def test_the_address_outweighs_the_status(self) -> None:
        verdict = judge(answer(b"x", url="https://www.google.com/sorry/index?q=1", status=429))
        assert verdict.outcome is Outcome.BLOCKED
        assert (
            verdict.reason
            == "Google answered with a captcha and wants proof that a person is asking."
        )

    def test_a_results_page_is_not_judged_by_its_address(self) -> None:
        assert (
            judge_exchange(answer(b"x", url="https://www.google.com/search?q=/sorry/"), "Google")
            is None
        )


class TestStatusAndHeaders:
    @pytest.mark.parametrize(
        ("status", "outcome"),
        [
            (401, Outcome.BLOCKED),
            (403, Outcome.BLOCKED),
            (451, Outcome.BLOCKED),
            (429, Outcome.RATE_LIMITED),
            (400, Outcome.BAD_REQUEST),
            (404, Outcome.BAD_REQUEST),
            (407, Outcome.NETWORK),
            (500, Outcome.SERVER_ERROR),
            (503, Outcome.SERVER_ERROR),
            (302, Outcome.LAYOUT_CHANGED),
        ],
    )
    def test_status(self, status: int, outcome: Outcome) -> None:
        assert judge(answer(b"", status=status)).outcome is outcome

    @pytest.mark.parametrize(
        ("name", "value"), [("cf-mitigated", "challenge"), ("x-yandex-captcha", "captcha")]
    )
    def test_a_header_of_a_guard(self, name: str, value: str) -> None:
        assert judge(answer(b"<html>", headers={name: value})).outcome is Outcome.BLOCKED

    def test_keeps_how_long_to_wait(self) -> None:
        assert judge(answer(b"", status=429, headers={"retry-after": "120"})).retry_after == 120


class TestRetryAfter:
    NOW = datetime(2026, 11, 1, 12, 0, 0, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("value", "seconds"),
        [
            ("120", 120.0),
            ("1.5", 1.5),
            ("Sun, 01 Nov 2026 12:01:00 GMT", 60.0),
            ("Sun, 01 Nov 2026 11:00:00 GMT", None),
            ("999999999", LONGEST_RETRY_AFTER),
            ("Mon, 01 Nov 2100 12:00:00 GMT", LONGEST_RETRY_AFTER),
            ("0", None),
            ("-5", None),
            ("soon", None),
            ("", None),
            ("1" * 400, None),
            ("Sun, 99 Nov 2026 12:01:00 GMT", None),
        ],
    )
    def test_reads_seconds_and_dates(self, value: str, seconds: float | None) -> None:
        assert read_retry_after({"retry-after": value}, self.NOW) == seconds

    def test_reads_the_reset_of_a_rate_limit(self) -> None:
        assert read_retry_after({"ratelimit-reset": "30"}, self.NOW) == 30


class TestPage:
    def test_results_end_all_questions(self) -> None:
        html = '<title>Just a moment...</title><form id="captcha-form"></form>unusual traffic'
        assert judge_html(html, results=3, frame="#rso").outcome is Outcome.OK

    @pytest.mark.parametrize(
        "html",
        [
            '<form id="captcha-form"></form>',
            '<form id="challenge-form" action="//duckduckgo.com/anomaly.js?sv=html"></form>',
            '<form action="/checkcaptcha?key=1"></form>',
            '<div class="cf-turnstile"></div>',
            '<div class="x h-captcha"></div>',
            '<input type="hidden" name="cf-turnstile-response">',
            '<iframe src="https://geo.captcha-delivery.com/captcha/"></iframe>',
            "<title>Just a moment...</title><p>One second",
            "<title>Making sure you're not a bot!</title>",
            '<script id="anubis_challenge" type="application/json">{}</script>',
        ],
    )
    def test_a_refusal_by_its_elements_whatever_the_frame(self, html: str) -> None:
        assert judge_html(html, frame="#search").outcome is Outcome.BLOCKED

    @pytest.mark.parametrize(
        "html",
        [
            "<p>Our systems have detected unusual traffic</p>",
            "<h1>Access denied</h1>",
            "<p>Too many requests. Try later.</p>",
            "<p>Подтвердите, что вы не робот</p>",
        ],
    )
    def test_a_refusal_by_its_words(self, html: str) -> None:
        assert judge_html(html).outcome is Outcome.BLOCKED

    def test_words_in_scripts_and_in_long_pages_refuse_nothing(self) -> None:
        assert (
            judge_html("<script>'unusual traffic'</script><p>x</p>").outcome
            is Outcome.LAYOUT_CHANGED
        )
        assert (
            judge_html("<p>captcha</p>" + "<p>words upon words</p>" * 400).outcome
            is Outcome.LAYOUT_CHANGED
        )

    def test_a_shell_asks_for_javascript(self) -> None:
        html = "<script>1</script><noscript>Bitte JavaScript aktivieren</noscript>"
        assert judge_html(html).outcome is Outcome.JS_REQUIRED
        assert judge_html(html, frame="#rso").outcome is Outcome.LAYOUT_CHANGED

    def test_no_results_counts_only_inside_a_frame(self) -> None:
        assert (
            judge_html("<p>x</p>", frame="#search", no_results="says so").outcome is Outcome.EMPTY
        )
        assert judge_html("<p>x</p>", no_results="says so").outcome is Outcome.LAYOUT_CHANGED

    def test_consent_without_a_frame(self) -> None:
        html = '<form action="https://consent.google.com/save"></form>'
        assert judge_html(html).outcome is Outcome.CONSENT
        assert judge_html(html, frame="#search").outcome is Outcome.LAYOUT_CHANGED

    @pytest.mark.parametrize("html", ["", "<p>Hello</p>", '{"results": []}', "<div id=rso></div>"])
    def test_everything_else_is_a_changed_layout(self, html: str) -> None:
        verdict = judge_html(html)
        assert verdict.outcome is Outcome.LAYOUT_CHANGED
        assert "Google" in verdict.reason
