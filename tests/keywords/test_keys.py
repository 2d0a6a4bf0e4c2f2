"""Sources that want a key, asked over real HTTP: a key that is not accepted holds them, a quota that is
used up lets them rest until the day is over."""

import json
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import ClassVar

import pytest
from django.utils import timezone

from jobs import control, lifecycle
from jobs.models import Job, Queue
from jobs.performing import perform
from jobs.settling import settle
from keywords.breaker import Breaker
from keywords.breaking import BREAKER, State, close_breaker, state_of
from keywords.budgets import Budget, end_of
from keywords.models import Search, Source
from keywords.runs import KIND
from keywords.source_standing import Standing, read_standings
from keywords.sources import set_source
from keywords.usage import Span
from keywords.views.source_words import tell
from tests.jobs.rows import make_worker
from tests.keywords.rows import make_list
from tests.keywords.work import hurry, load, work_off

pytestmark = pytest.mark.django_db
GOOD_KEY = "the-good-key"
ANSWER = {
    "searchParameters": {"q": "x"},
    "organic": [{"title": "Shoes", "link": "https://shoes.example/", "snippet": "shoes"}],
}


class Api(BaseHTTPRequestHandler):
    """Answers as Serper does: to one key, and as often as `left` says."""

    asked: ClassVar[int] = 0
    left: ClassVar[int] = 1_000

    def do_POST(self) -> None:
        type(self).asked += 1
        self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["X-API-KEY"] != GOOD_KEY:
            self.answer(403, {"message": "Unauthorized."})
        elif self.left <= 0:
            self.answer(400, {"message": "Not enough credits"})
        else:
            type(self).left -= 1
            self.answer(200, ANSWER)

    def answer(self, status: int, value: object) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base
        """Quiet."""


@pytest.fixture
def api() -> Iterator[str]:
    Api.asked, Api.left = 0, 1_000
    with ThreadingHTTPServer(("127.0.0.1", 0), Api) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/search"
        server.shutdown()


@pytest.fixture
def source(api: str) -> Source:
    return set_source(
        "serper",
        engine="serper",
        base_url=api,
        allow_private=True,
        limits={"rate_limit": None, "max_running": 1},
        credentials={"api_key": "an old key"},
    )


def queue() -> Queue:
    return Queue.objects.get(name="serper")


def state() -> State:
    return state_of(queue(), timezone.now())


def work(times: int = 1) -> None:
    """As a worker does: one job after the other, none while the queue is closed."""
    for _ in range(times):
        now = timezone.now()
        if not (queue().is_paused(now) or queue().is_cooling(now)):
            work_off("serper", count=1)


def give_key(key: str) -> None:
    set_source("serper", credentials={"api_key": key})


def outcomes() -> list[str]:
    return list(Search.objects.order_by("pk").values_list("outcome", flat=True))


class TestBadKey:
    def test_holds_the_source_without_an_end_and_says_why(self, source: Source) -> None:
        make_list("shoes", "boots", source=source)
        work(5)
        assert Api.asked == 1
        held = queue()
        assert (held.paused_by, held.paused_until) == (BREAKER, None)
        assert held.pause_reason == "Serper does not accept the key."
        assert state() == State.OPEN
        assert Breaker.objects.get(source=source).evidence == "status 403: Unauthorized."
        [standing] = read_standings(Source.objects.filter(name="serper"))
        assert standing.standing == Standing.PAUSED
        assert "does not accept the key. It is asked again as soon as" in tell(standing).note

    def test_burns_no_attempt(self, source: Source) -> None:
        make_list("shoes", "boots", source=source)
        work(3)
        assert set(Job.objects.values_list("state", "attempt")) == {("available", 0)}

    def test_is_forgotten_with_a_new_key(self, source: Source) -> None:
        make_list("shoes", "boots", source=source)
        work()
        give_key(GOOD_KEY)
        assert state() == State.HALF_OPEN
        work(4)
        assert outcomes() == ["ok", "ok"]
        assert state() == State.CLOSED

    def test_holds_again_if_the_new_key_is_no_better(self, source: Source) -> None:
        make_list("shoes", "boots", source=source)
        work()
        give_key("another bad key")
        work(3)
        assert Api.asked == 2
        assert state() == State.OPEN

    def test_what_was_on_its_way_with_the_old_key_does_not_hold_the_new_one(
        self, source: Source
    ) -> None:
        make_list("shoes", "boots", source=source)
        hurry("serper")
        jobs, _ = lifecycle.claim(queue().pk, worker_id=make_worker().pk, count=2)
        first, second = load(KIND, jobs)
        for task in (first, second):
            task.outcome = perform(task)
        settle([first], worker_name="test")
        give_key(GOOD_KEY)
        settle([second], worker_name="test")
        assert state() == State.HALF_OPEN

    def test_is_tried_again_when_an_operator_resumes_the_queue(self, source: Source) -> None:
        make_list("shoes", source=source)
        work()
        control.resume_queue("serper", by="olga")
        assert state() == State.HALF_OPEN
        work()
        assert (Api.asked, state()) == (2, State.OPEN)

    def test_ends_when_an_operator_closes_the_breaker(self, source: Source) -> None:
        make_list("shoes", source=source)
        work()
        close_breaker(source, by="olga")
        assert state() == State.CLOSED
        assert not queue().is_paused(timezone.now())

    def test_leaves_the_pause_of_a_person_alone(self, source: Source) -> None:
        make_list("shoes", source=source)
        work()
        control.pause_queue("serper", by="olga", reason="holidays")
        give_key(GOOD_KEY)
        assert queue().paused_by == "olga"

    def test_other_settings_do_not_open_it(self, source: Source) -> None:
        make_list("shoes", source=source)
        work()
        set_source("serper", budget_day=100)
        assert state() == State.OPEN

    def test_is_a_missing_one_too_and_nothing_is_asked(self, source: Source) -> None:
        set_source("serper", credentials={})
        make_list("shoes", "boots", source=source)
        work(3)
        assert Api.asked == 0
        assert queue().pause_reason == "Serper needs a credential named 'api_key'."
        assert set(Job.objects.values_list("state", "attempt")) == {("available", 0)}
        give_key(GOOD_KEY)
        work(4)
        assert outcomes() == ["ok", "ok"]


class TestUsedUp:
    def test_rests_until_the_day_is_over(self, source: Source) -> None:
        Api.left = 0
        give_key(GOOD_KEY)
        make_list("shoes", "boots", source=source)
        work(3)
        assert Api.asked == 1
        resting, tomorrow = queue(), end_of(Span.DAY, Budget(), timezone.now())
        assert resting.paused_at is None
        assert resting.cooling_until is not None
        assert abs(resting.cooling_until - tomorrow) <= timedelta(minutes=1)
        assert resting.cooling_reason == "The searches of this key at Serper are used up."
        assert set(Job.objects.values_list("state", flat=True)) <= {"available", "scheduled"}
        assert set(Job.objects.values_list("attempt", flat=True)) == {0}

    def test_is_forgotten_with_a_new_key(self, source: Source) -> None:
        Api.left = 0
        give_key(GOOD_KEY)
        make_list("shoes", source=source)
        work()
        Api.left = 10
        give_key(GOOD_KEY)
        assert state() == State.HALF_OPEN
        work()
        assert outcomes() == ["ok"]
