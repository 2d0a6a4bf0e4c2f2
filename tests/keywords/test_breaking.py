"""Breakers of sources: open, half-open and closed again, with the rate that follows."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from jobs import control
from jobs.models import Job, Queue
from jobs.testing import assert_enqueued, assert_not_enqueued
from keywords.breaker import Breaker
from keywords.breaking import State, close_breaker, state_of
from keywords.models import Source
from keywords.page_health import PageHealth
from keywords.sources import set_source
from serp.practice import PracticeServer
from tests.keywords.rows import make_list
from tests.keywords.work import work_off

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def engine() -> Iterator[PracticeServer]:
    with PracticeServer() as server:
        yield server


@pytest.fixture(autouse=True)
def source(engine: PracticeServer) -> Source:
    return set_source("practice", base_url=engine.url, limits={"rate_limit": 60})


def queue() -> Queue:
    return Queue.objects.get(name="practice")


def state() -> State:
    return state_of(queue(), timezone.now())


def breaker() -> Breaker:
    return Breaker.objects.get(source__name="practice")


def rest() -> timedelta:
    until = queue().cooling_until
    assert until is not None
    return until - timezone.now()


def let_it_rest() -> None:
    control.end_cool_down("practice", by="the clock")


def ask(*keywords: str) -> None:
    make_list(*keywords)
    work_off()


class TestOpening:
    def test_by_a_refusal_keeps_why(self) -> None:
        ask("shoes fault:captcha")
        assert state() == State.OPEN
        kept = breaker()
        assert (kept.outcome, kept.openings, kept.http_status) == ("blocked", 1, 200)
        assert kept.reason == queue().cooling_reason
        assert kept.evidence
        assert kept.opened_at is not None

    def test_needs_two_pages_that_ask_for_scripts(self) -> None:
        ask("shoes fault:shell")
        assert state() == State.CLOSED
        assert breaker().outcome == "js_required"
        ask("boots fault:shell")
        assert state() == State.OPEN
        assert rest() > timedelta(hours=23)

    def test_by_faults_in_a_row(self) -> None:
        set_source("practice", settings={"breaker_failures": 2})
        ask("shoes fault:503", "boots fault:503")
        assert state() == State.OPEN
        assert rest() <= timedelta(seconds=60)
        assert "2 requests in a row failed" in queue().cooling_reason


class TestHalfOpen:
    def test_two_good_answers_close_it(self) -> None:
        ask("tea fault:captchax1")
        make_list("boots")
        let_it_rest()
        assert state() == State.HALF_OPEN
        work_off(count=1)
        assert state() == State.HALF_OPEN
        work_off(count=1)
        assert state() == State.CLOSED
        assert breaker().opened_at is None
        assert breaker().outcome == "blocked"

    def test_a_refusal_opens_it_again_for_longer(self) -> None:
        ask("shoes fault:captcha")
        let_it_rest()
        work_off()
        assert state() == State.OPEN
        assert timedelta(minutes=119) < rest() <= timedelta(hours=2)
        assert breaker().openings == 2

    def test_so_does_a_fault_for_a_minute(self) -> None:
        ask("rum fault:captchax1")
        make_list("boots fault:503")
        let_it_rest()
        work_off(count=1)
        work_off(count=1)
        assert state() == State.OPEN
        assert rest() <= timedelta(seconds=60)

    def test_faults_that_do_not_count_do_not_lengthen_its_rest(self) -> None:
        set_source("practice", settings={"breaker_failures": 0})
        ask("tea fault:503", "rum fault:503", "gin fault:503")
        Job.objects.all().delete()
        ask("red fault:captchax1")
        Job.objects.all().delete()
        make_list("boots fault:503")
        let_it_rest()
        work_off()
        assert state() == State.OPEN
        assert rest() <= timedelta(seconds=120)

    def test_an_answer_to_an_older_request_closes_nothing(self) -> None:
        ask("shoes fault:captcha")
        ask("boots", "sandals")
        assert state() == State.OPEN


class TestClosing:
    def test_by_an_operator_forgets_what_went_wrong(self, source: Source) -> None:
        ask("shoes fault:captcha")
        close_breaker(Source.objects.select_related("queue").get(), by="anna")
        assert state() == State.CLOSED
        assert queue().cooling_until is None
        assert Source.objects.get().refusals == 0


class TestRate:
    def test_is_halved_when_it_was_too_fast_and_grows_back(self) -> None:
        set_source("practice", settings={"calm_answers": 2})
        ask("shoes fault:429x1")
        assert queue().slowdown == 2
        assert rest() <= timedelta(seconds=5)  # as the server said
        let_it_rest()
        for _ in range(2):
            ask("boots")
        assert (state(), queue().slowdown) == (State.CLOSED, 2)
        ask("boots", "sandals")
        assert queue().slowdown == pytest.approx(1 / 0.6)
        ask(*(f"keyword {number}" for number in range(8)))
        assert queue().slowdown == 1

    def test_is_halved_once_for_requests_refused_together(self) -> None:
        ask("shoes fault:429", "boots fault:429")
        assert queue().slowdown == 2


class TestCanary:
    def test_is_asked_after_three_pages_that_were_not_understood(self) -> None:
        set_source("practice", canary_keyword="wikipedia")
        ask("a fault:layout", "b fault:layout")
        assert_not_enqueued("keywords.check")
        ask("c fault:layout")
        assert_enqueued("keywords.check", args={"keyword": "wikipedia"}, count=1)

    def test_is_not_asked_where_there_is_none(self) -> None:
        ask("a fault:layout", "b fault:layout", "c fault:layout")
        assert_not_enqueued("keywords.check")


class TestHealth:
    def test_of_every_answer_is_kept(self) -> None:
        ask("red shoes", "nothing: at all", "x fault:layout", "y fault:captcha", "z fault:reset")
        rows = {row.outcome: row for row in PageHealth.objects.all()}
        assert set(rows) == {"ok", "empty", "layout_changed", "blocked", "network"}
        good = rows["ok"]
        assert good.organic
        assert good.links is not None
        assert (good.frame, good.echo, good.related) == (True, True, 1.0)
        assert good.parser_version.startswith("practice-")
        assert good.fingerprint
        assert good.size
        assert (rows["empty"].organic, rows["empty"].frame) == (0, True)
        odd = rows["layout_changed"]
        assert (odd.organic, odd.frame) == (None, False)
        assert odd.links is not None
        assert rows["network"].size is None
