"""What two nodes share of a source: its breaker, its budget and its proxies."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
import requests
from django.contrib.auth.models import User
from django.utils import timezone

from jobs import control
from jobs.models import Attempt, Job, Queue
from jobs.states import State
from keywords.breaker import Breaker
from keywords.lists import start_list
from keywords.models import KeywordList, Search, Source
from keywords.sources import set_source
from keywords.uploads import read_text
from keywords.usage import SourceUsage
from serp.practice.server import PracticeServer
from tests.jobs.nodes import two_nodes, wait_for, wait_until_done

pytestmark = [pytest.mark.cluster, pytest.mark.django_db(transaction=True)]

COUNT = 60
MOST_UNDER_WAY = 2 * 2 * (4 + 1)  # nodes, workers, threads


@pytest.fixture
def engine() -> Iterator[PracticeServer]:
    with PracticeServer(latency=0.05) as server:
        yield server


def start_keywords(engine: PracticeServer, count: int = COUNT, **fields: Any) -> KeywordList:
    source = set_source(
        "practice", engine="practice", base_url=engine.url, allow_private=True, **fields
    )
    owner = User.objects.create_user("anna", "anna@example.com")
    text = "\n".join(f"keyword {i}" for i in range(count))
    return start_list(
        owner=owner, name="list", source=source, imported=read_text(text, max_keywords=count)
    )


def set_faults(engine: PracticeServer, **faults: float) -> None:
    requests.post(f"{engine.url}/_control", json={"faults": faults}, timeout=5).raise_for_status()


def asked_times(engine: PracticeServer) -> list[float]:
    log = requests.get(f"{engine.url}/_log", timeout=5).json()
    return [float(entry["time"]) for entry in log["requests"]]


def breaker() -> Breaker:
    return Breaker.objects.get(source__name="practice")


def openings() -> int:
    return sum(Breaker.objects.values_list("openings", flat=True))


class TestBreaker:
    def test_a_source_that_refuses_gets_one_request_a_cool_down(
        self, database_url: str, engine: PracticeServer
    ) -> None:
        set_faults(engine, captcha=1.0)
        tuning = {"cool_down_seconds": 1, "cool_down_max_seconds": 2, "refusal_attempts": 1000}
        start_keywords(engine, settings=tuning)
        with two_nodes(database_url, workers=2, threads=4):
            wait_for(lambda: openings() >= 4, "four openings", 60)
            times = asked_times(engine)
            # Those that were under way together opened it; then one at each opening again.
            assert all(later - sooner > 0.9 for sooner, later in pairwise(times[-4:]))
            assert len(times) <= MOST_UNDER_WAY + openings()
            set_faults(engine)
            wait_until_done(60)
        assert set(Search.objects.values_list("outcome", flat=True)) <= {"ok", "empty"}
        assert set(Job.objects.values_list("attempt", flat=True)) == {1}
        queue = Queue.objects.get(name="practice")
        assert (queue.probing, breaker().opened_at) == (False, None)
        assert Source.objects.get(name="practice").refusals == 0
        assert breaker().outcome == "blocked"


class TestBudget:
    def test_two_nodes_never_pass_it_together(
        self, database_url: str, engine: PracticeServer
    ) -> None:
        start_keywords(engine, budget_day=20)
        with two_nodes(database_url, workers=2, threads=4):
            wait_for(
                lambda: Queue.objects.get(name="practice").is_cooling(timezone.now()),
                "the end of the budget",
                30,
            )
            wait_for(
                lambda: not Job.objects.filter(state=State.RUNNING).exists(), "the last of them", 30
            )
            # One that was handed back unstarted as the queue closed is asked a little later.
            wait_for(lambda: len(asked_times(engine)) >= 20, "all that the budget allows", 30)
            assert len(asked_times(engine)) == 20 == count_used()
            # An operator who opens the queue finds the budget closed all the same.
            control.end_cool_down("practice", by="anna")
            wait_for(lambda: Attempt.objects.filter(result="snoozed").exists(), "a new look", 30)
            assert len(asked_times(engine)) == 20 == count_used()
            set_source("practice", budget_day=1000)
            wait_until_done(60)
        assert len(asked_times(engine)) == COUNT == count_used()
        assert set(Job.objects.values_list("attempt", flat=True)) == {1}


def count_used() -> int:
    return sum(SourceUsage.objects.values_list("used", flat=True))
