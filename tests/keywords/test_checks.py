"""Canaries and tests of sources: keywords of nobody's list, as jobs."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from jobs import scheduling
from jobs.models import Job, Queue
from jobs.schedules import Schedule
from jobs.testing import drain_queue
from keywords.check_jobs import MINUTES, ask_canary, ask_test, cron_of
from keywords.check_writer import name_block
from keywords.models import Keyword, Search, Source
from keywords.page_health import PageHealth, SourceFigures
from keywords.rolling import roll_up
from keywords.source_checks import SourceCheck
from keywords.sources import SourceMistake, set_source
from serp.practice import PracticeServer

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def engine() -> Iterator[PracticeServer]:
    with PracticeServer() as server:
        yield server


@pytest.fixture(autouse=True)
def source(engine: PracticeServer) -> Source:
    return set_source("practice", base_url=engine.url)


def ask(source: Source, keyword: str) -> SourceCheck:
    ask_canary(source.pk, "practice", keyword, by="a test")
    drain_queue("practice")
    return SourceCheck.objects.get()


class TestCanary:
    def test_is_asked_by_the_clock(self, source: Source) -> None:
        set_source("practice", canary_keyword="wikipedia", canary_minutes=15)
        schedule = Schedule.objects.get()
        assert (schedule.name, schedule.cron) == ("canary-practice", "*/15 * * * *")
        Schedule.objects.update(next_run_at=timezone.now())
        scheduling.run_due()
        assert Job.objects.get().priority == 0
        drain_queue("practice", also_later=True)
        check = SourceCheck.objects.get()
        assert (check.purpose, check.keyword, check.outcome) == ("canary", "wikipedia", "ok")
        assert PageHealth.objects.get().search_id is None

    def test_stands_in_nobodys_list(self, source: Source) -> None:
        ask(source, "wikipedia")
        assert not Keyword.objects.exists()
        assert not Search.objects.exists()

    def test_stops_with_its_source_and_goes_with_its_keyword(self) -> None:
        set_source("practice", canary_keyword="wikipedia")
        set_source("practice", enabled=False)
        assert not Schedule.objects.get().enabled
        set_source("practice", canary_keyword="")
        assert not Schedule.objects.exists()

    @pytest.mark.parametrize("minutes", MINUTES)
    def test_comes_as_often_as_it_says(self, minutes: int) -> None:
        schedule = Schedule(name="x", cron=cron_of(minutes), time_zone="UTC")
        first, second, *_ = schedule.coming()
        assert second - first == timedelta(minutes=minutes)

    def test_comes_at_no_odd_time(self) -> None:
        with pytest.raises(SourceMistake, match="A canary is asked every"):
            set_source("practice", canary_minutes=7)

    @pytest.mark.parametrize(
        ("keyword", "outcome"),
        [
            ("nothing: at all", "empty"),
            ("a fault:layout", "layout_changed"),
            ("b fault:decoy", "degraded"),
        ],
    )
    def test_that_fails_closes_the_source_and_alarms(
        self, source: Source, keyword: str, outcome: str
    ) -> None:
        assert ask(source, keyword).outcome == outcome
        queue = Queue.objects.get(name="practice")
        assert queue.probing
        assert queue.is_cooling(timezone.now() + timedelta(minutes=59))
        assert "which always finds something" in queue.cooling_reason
        roll_up()
        (alarm, *_) = SourceFigures.objects.get().alarms
        assert "canary" in alarm

    def test_is_asked_once_at_a_time(self, source: Source) -> None:
        assert ask_canary(source.pk, "practice", "wikipedia", by="one") is not None
        assert ask_canary(source.pk, "practice", "wikipedia", by="two") is None


class TestTest:
    def test_keeps_what_was_read(self, source: Source) -> None:
        check = ask_test(source, "red shoes", by="anna")
        drain_queue("practice")
        check.refresh_from_db()
        assert check.outcome == "ok"
        assert check.figures["organic"] == PageHealth.objects.get().organic
        assert check.figures["frame"] is True
        assert check.organic[0]["rank"] == 1
        assert "red shoes" in check.organic[0]["title"].lower()
        assert check.seconds is not None

    def test_is_not_repeated_whatever_comes_back(self, source: Source) -> None:
        check = ask_test(source, "x fault:503", by="anna")
        assert drain_queue("practice", also_later=True) == {"completed": 1}
        check.refresh_from_db()
        assert (check.outcome, check.http_status) == ("server_error", 503)

    def test_counts_towards_the_budget(self, source: Source) -> None:
        set_source("practice", budget_day=1)
        for keyword in ("red shoes", "blue shoes"):
            ask_test(source, keyword, by="anna")
        drain_queue("practice")
        assert SourceCheck.objects.exclude(finished_at=None).count() == 1

    def test_that_cannot_be_asked_says_so(self, source: Source) -> None:
        check = ask_test(source, "red shoes", by="anna")
        Source.objects.update(settings={"attempts": "many"})
        drain_queue("practice")
        check.refresh_from_db()
        assert check.outcome == "cancelled"
        assert "is not set right" in check.reason


def test_what_is_stored_is_in_english_whoever_asks() -> None:
    with translation.override("de"):
        assert name_block("ad_top") == "Top ad"
