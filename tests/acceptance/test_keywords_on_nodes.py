"""Keywords on real nodes against the practice engine: killed in every part, and two nodes at one rate."""

import json
import os
import signal
import subprocess
import sys
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.contrib.auth.models import User

from jobs.models import Job, Worker
from jobs.states import State
from keywords.lists import start_list
from keywords.models import KeywordList, Search
from keywords.runs import KIND
from keywords.sources import set_source
from keywords.uploads import read_text
from serp.practice.server import PracticeServer
from tests.acceptance.product import find_free_port
from tests.jobs.nodes import ROOT, NodeProcess, two_nodes, wait_for, wait_until_done

pytestmark = [pytest.mark.cluster, pytest.mark.django_db(transaction=True)]

COUNT = 300


@pytest.fixture
def engine() -> Iterator[PracticeServer]:
    with PracticeServer(latency=0.15) as server:
        yield server


def start_keywords(count: int, url: str, **limits: object) -> KeywordList:
    source = set_source(
        "practice", engine="practice", base_url=url, allow_private=True, limits=limits
    )
    owner = User.objects.create_user("anna", "anna@example.com")
    text = "\n".join(f"keyword {i}" for i in range(count))
    return start_list(
        owner=owner, name="list", source=source, imported=read_text(text, max_keywords=count)
    )


def assert_all_saved_once() -> None:
    searches_of = Job.objects.filter(kind=KIND)  # besides, there may be checks of the source
    assert Counter(searches_of.values_list("state", flat=True)) == {State.COMPLETED: COUNT}
    searches = Search.objects.values_list("keyword_id", "outcome")
    assert len(searches) == COUNT == len({keyword_id for keyword_id, _ in searches})
    assert {outcome for _, outcome in searches} <= {"ok", "empty"}
    for search in Search.objects.filter(outcome="ok"):
        ranks = search.result_links.filter(block="organic").values_list("rank", flat=True)
        assert sorted(ranks) == list(range(1, len(ranks) + 1))
        assert len(ranks) == search.organic_total


class TestKill:
    """kill -9 in the middle of 300 keywords: all done, each with one saved result."""

    @pytest.mark.parametrize("role", ["worker", "pusher", "monitor", "sentinel", "main", "node"])
    def test_loses_no_keyword_and_saves_none_twice(
        self, database_url: str, engine: PracticeServer, role: str
    ) -> None:
        start_keywords(COUNT, engine.url)
        with NodeProcess(database_url, workers=2, threads=4) as node:
            wait_for(lambda: count_done() > COUNT // 4, "a quarter of the keywords", 60)
            if role == "node":
                node.kill_all()
            else:
                node.kill(role)
            if role in {"worker", "pusher", "monitor"}:
                wait_until_done(120)
        with NodeProcess(database_url, workers=2, threads=8):
            wait_until_done(120)
        assert_all_saved_once()


class TestDeployment:
    def test_of_a_new_version_while_jobs_run_repeats_no_request(
        self, database_url: str, engine: PracticeServer
    ) -> None:
        start_keywords(COUNT, engine.url)
        with NodeProcess(database_url) as old:
            wait_for(lambda: count_done() > COUNT // 6, "some keywords", 60)
            with NodeProcess(database_url):
                os.kill(old.pid, signal.SIGTERM)
                assert old.ends_within(20) == 0
                wait_until_done(120)
        assert_all_saved_once()
        words = (str(entry["keyword"]) for entry in engine.app.log.entries)
        asked = Counter(word for word in words if word.startswith("keyword "))
        assert asked == {f"keyword {i}": 1 for i in range(COUNT)}
        assert Worker.objects.filter(node__pid=old.pid, stopped_at=None).count() == 0


class TestTwoNodes:
    def test_the_engine_sees_no_window_over_the_rate(
        self, database_url: str, tmp_path: Path
    ) -> None:
        log = tmp_path / "requests"
        with practice_process(log) as url, two_nodes(database_url):
            start_keywords(100, url, rate_limit=20, rate_period=10.0, burst=1, max_running=None)
            wait_until_done(120)
        starts = sorted(json.loads(line)["time"] for line in log.read_text().splitlines())
        assert len(starts) == 100
        assert max(bisect_left(starts, at + 10.0) - i for i, at in enumerate(starts)) <= 20
        used = (len(starts) - 1) / (starts[-1] - starts[0]) / (20 / 10.0)
        assert used >= 0.9


@contextmanager
def practice_process(log: Path) -> Iterator[str]:
    """The engine in a process of its own, so that its clock is not held up by ours."""
    port = find_free_port()
    words = ["-m", "serp.practice", "--port", str(port), "--log", str(log)]
    with subprocess.Popen([sys.executable, *words], cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def count_done() -> int:
    return Job.objects.filter(state=State.COMPLETED).count()
