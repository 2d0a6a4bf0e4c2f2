"""From a claimed job to rows, over real HTTP to the practice engine."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from jobs import control
from jobs.models import Attempt, Job, Queue
from jobs.outcomes import Cancel, Done, Fail, Snooze
from keywords import handlers
from keywords.lists import rerun
from keywords.models import Keyword, KeywordList, PageVisit, ResultLink, SavedPage, Search, Source
from keywords.saved_pages import read_page
from keywords.sources import ensure_practice_source, set_source
from serp.practice import PracticeServer
from tests.keywords.rows import job_of, make_list, make_user
from tests.keywords.work import work_off

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def engine() -> Iterator[PracticeServer]:
    with PracticeServer() as server:
        yield server


@pytest.fixture(autouse=True)
def source(engine: PracticeServer) -> Source:
    ensure_practice_source()
    return set_source("practice", base_url=engine.url, settings={"read_seconds": 2})


def search_of(keyword_list: KeywordList) -> Search:
    search = keyword_list.keywords.get().latest_search
    assert search is not None
    return search


def status_of(keyword_list: KeywordList) -> str:
    keyword: Any = keyword_list.keywords.with_status().get()
    return str(keyword.status)


class TestGoodAnswer:
    def test_saves_what_stands_on_the_page(self) -> None:
        keyword_list = make_list("red shoes")
        (task,) = work_off()
        assert isinstance(task.outcome, Done)
        search = search_of(keyword_list)
        assert (search.outcome, search.http_status, search.engine) == ("ok", 200, "practice")
        assert search.organic_total == search.result_links.filter(block="organic").count() > 0
        ads = search.result_links.filter(block__in=ResultLink.AD_BLOCKS)
        assert search.ads_total == ads.count()
        assert search.links_total == search.result_links.count()
        ranks = search.result_links.filter(block="organic").order_by("rank").values_list("rank")
        assert [rank for (rank,) in ranks] == list(range(1, len(ranks) + 1))
        assert search.seconds is not None
        assert search.fetched_at is not None
        assert job_of(keyword_list.keywords.get()).state == "completed"
        assert status_of(keyword_list) == "done"

    def test_keeps_the_page_and_how_it_was_got(self, source: Source) -> None:
        keyword_list = make_list("red shoes")
        work_off()
        search = search_of(keyword_list)
        assert search.page is not None
        body = read_page(search.page)
        assert b"red shoes" in body
        assert search.page.size == len(body) > len(bytes(search.page.body))
        visit = PageVisit.objects.get(search=search)
        assert visit.final_url.startswith(source.base_url)
        assert [hop["status"] for hop in visit.hops] == [200]
        assert visit.headers["content-type"].startswith("text/html")
        assert visit.wire_bytes > 0

    def test_becomes_the_keywords_good_search(self) -> None:
        keyword_list = make_list("red shoes")
        work_off()
        keyword = keyword_list.keywords.get()
        assert keyword.latest_good_search_id == keyword.latest_search_id

    def test_counts_an_honest_nothing_as_zero(self) -> None:
        keyword_list = make_list("nothing: at all")
        work_off()
        search = search_of(keyword_list)
        assert (search.outcome, search.organic_total, search.ads_total) == ("empty", 0, 0)
        assert status_of(keyword_list) == "done"

    def test_flags_decoys_and_does_not_believe_them(self) -> None:
        keyword_list = make_list("teapots fault:decoy")
        work_off()
        search = search_of(keyword_list)
        assert search.outcome == "degraded"
        assert search.reason
        assert keyword_list.keywords.get().latest_good_search is None

    def test_keeps_equal_pages_once(self) -> None:
        make_list("red shoes")
        make_list("red shoes")
        work_off()
        assert Search.objects.exclude(page=None).count() == 2
        assert SavedPage.objects.count() == 1

    def test_saves_many_jobs_in_as_many_queries_as_one(
        self, django_assert_max_num_queries: Any
    ) -> None:
        make_list(*(f"keyword {number}" for number in range(30)))
        with django_assert_max_num_queries(100):
            work_off()
        assert Search.objects.filter(outcome__in=["ok", "empty"]).count() == 30


class TestFailure:
    @pytest.mark.parametrize(
        ("fault", "outcome", "status"),
        [
            ("503", "server_error", "retrying"),
            ("truncated", "network", "retrying"),
            ("garbage", "network", "retrying"),
            ("layout", "layout_changed", "retrying"),
            ("400", "bad_request", "failed"),
            ("shell", "js_required", "failed"),
            ("captcha", "blocked", "waiting"),
            ("429", "rate_limited", "waiting"),
            ("403", "blocked", "waiting"),
        ],
    )
    def test_is_never_a_zero(self, fault: str, outcome: str, status: str) -> None:
        keyword_list = make_list(f"shoes fault:{fault}")
        work_off()
        search = search_of(keyword_list)
        assert search.outcome == outcome
        assert search.reason
        counts = ("ads_top", "ads_bottom", "ads_total", "organic_total", "links_total")
        assert [getattr(search, name) for name in counts] == [None] * 5
        assert not search.result_links.exists()
        assert status_of(keyword_list) == status

    def test_keeps_its_evidence(self) -> None:
        keyword_list = make_list("shoes fault:captcha")
        work_off()
        search = search_of(keyword_list)
        assert search.evidence
        assert search.page is not None
        attempt = Attempt.objects.get(job=search.job)
        assert attempt.result == "snoozed"
        assert attempt.facts["outcome"] == "blocked"

    def test_ends_in_a_good_answer_where_the_fault_passes(self) -> None:
        keyword_list = make_list("shoes fault:503x1 once")
        work_off()
        assert search_of(keyword_list).outcome == "server_error"
        work_off()
        search = search_of(keyword_list)
        assert (search.outcome, search.reason) == ("ok", "")
        assert search.result_links.exists()
        assert Attempt.objects.filter(job=search.job).count() == 2

    def test_gives_up_in_the_end(self) -> None:
        keyword_list = make_list("shoes fault:503")
        for _ in range(3):
            work_off()
        assert job_of(keyword_list.keywords.get()).state == "discarded"
        assert search_of(keyword_list).outcome == "server_error"

    def test_leaves_the_last_good_result_alone(self) -> None:
        keyword_list = make_list("red shoes")
        work_off()
        good = search_of(keyword_list)
        Keyword.objects.update(text="red shoes fault:503")
        rerun(keyword_list.keywords.all(), by=make_user())
        work_off()
        keyword = keyword_list.keywords.get()
        assert keyword.latest_good_search == good
        assert keyword.latest_search != good

    def test_does_not_overwrite_a_good_search_whose_job_ran_again(self) -> None:
        keyword_list = make_list("red shoes")
        work_off()
        good = search_of(keyword_list)
        links = good.result_links.count()
        Keyword.objects.update(text="red shoes fault:400")
        assert good.job_id is not None
        control.retry_jobs([good.job_id], by="test")
        work_off()
        good.refresh_from_db()
        assert (good.outcome, good.result_links.count()) == ("ok", links)
        failed = search_of(keyword_list)
        assert failed.pk != good.pk
        assert failed.outcome == "bad_request"
        assert keyword_list.keywords.get().latest_good_search == good

    def test_replaces_links_when_a_good_job_runs_again(self) -> None:
        keyword_list = make_list("red shoes")
        work_off()
        search = search_of(keyword_list)
        links = search.result_links.count()
        assert search.job_id is not None
        control.retry_jobs([search.job_id], by="test")
        work_off()
        assert search.result_links.count() == links

    def test_of_our_own_code_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*args: Any, **options: Any) -> None:
            raise ZeroDivisionError

        keyword_list = make_list("red shoes")
        monkeypatch.setattr(handlers, "decide", fail)
        (task,) = work_off()
        assert isinstance(task.outcome, Fail)
        search = search_of(keyword_list)
        assert search.reason == "The search broke in this program (ZeroDivisionError)."
        assert search.outcome == ""


class TestRefusal:
    def test_cools_the_queue_down(self) -> None:
        make_list("shoes fault:captcha")
        (task,) = work_off()
        assert isinstance(task.outcome, Snooze)
        queue = Queue.objects.get(name="practice")
        assert queue.cooling_until is not None
        left = queue.cooling_until - timezone.now()
        assert timedelta(minutes=59) < left <= timedelta(hours=1)
        assert queue.cooling_reason
        assert Source.objects.get(name="practice").refusals == 1

    def test_counts_requests_refused_together_as_one(self) -> None:
        make_list("shoes fault:captcha", "boots fault:captcha")
        work_off()
        assert Source.objects.get(name="practice").refusals == 1
        work_off()
        assert Source.objects.get(name="practice").refusals == 2
        cooling_until = Queue.objects.get(name="practice").cooling_until
        assert cooling_until is not None
        assert cooling_until - timezone.now() > timedelta(minutes=119)

    def test_is_forgotten_after_a_good_answer(self) -> None:
        make_list("shoes fault:captchax1", "boots")
        work_off(count=1)
        control.end_cool_down("practice", by="anna")
        work_off(count=1)
        work_off(count=1)
        assert Source.objects.get(name="practice").refusals == 0

    def test_gives_the_attempt_back_but_not_for_ever(self) -> None:
        keyword_list = make_list("shoes fault:captcha")
        for _ in range(4):
            work_off()
        job = job_of(keyword_list.keywords.get())
        assert (job.state, job.attempt) == ("available", 0)
        work_off()
        job.refresh_from_db()
        assert job.state == "discarded"
        assert search_of(keyword_list).outcome == "blocked"

    def test_ends_at_once_where_the_source_is_set_so(self) -> None:
        tuned = {"refusal_attempts": 1, "cool_down_seconds": 0.5}
        set_source("practice", settings=tuned)
        keyword_list = make_list("shoes fault:captcha")
        work_off()
        assert status_of(keyword_list) == "failed"
        assert search_of(keyword_list).outcome == "blocked"

    def test_faults_in_a_row_open_the_breaker(self) -> None:
        make_list(*(f"shoes {number} fault:503" for number in range(4)))
        work_off()
        assert Queue.objects.get(name="practice").cooling_until is None
        make_list("boots fault:503")
        work_off(count=5)
        queue = Queue.objects.get(name="practice")
        assert queue.cooling_until is not None
        assert queue.cooling_until - timezone.now() <= timedelta(minutes=1)


class TestCustomSource:
    def test_reads_with_the_settings_of_the_source(self, engine: PracticeServer) -> None:
        selectors = {"frame": "#found", "result": ".hit", "title": "h3", "ad": ".promo"}
        settings = {"search_url": "/search?q={query}", "selectors": selectors}
        source = set_source(
            "own", engine="custom", base_url=engine.url, allow_private=True, settings=settings
        )
        keyword_list = make_list("red shoes", source=source)
        (task,) = work_off("own")
        assert isinstance(task.outcome, Done)
        search = search_of(keyword_list)
        assert search.outcome == "ok"
        assert search.organic_total
        assert search.parser_version.startswith("custom-1-")

    def test_a_source_spoilt_since_is_told(self, engine: PracticeServer) -> None:
        source = set_source(
            "own",
            engine="custom",
            base_url=engine.url,
            settings={"search_url": "/search?q={query}", "selectors": {"result": ".hit"}},
        )
        keyword_list = make_list("red shoes", source=source)
        Source.objects.filter(pk=source.pk).update(settings={"search_url": "/"})
        work_off("own")
        search = search_of(keyword_list)
        assert search.outcome == "bad_request"
        assert "needs {query}" in search.reason


class TestLoad:
    def test_leaves_out_jobs_whose_keyword_is_gone(self) -> None:
        keyword_list = make_list("red shoes")
        job = job_of(keyword_list.keywords.get())
        Search.objects.all().delete()
        assert handlers.SearchHandler().load([_claimed(job)]) == {}

    def test_does_not_ask_a_source_that_is_switched_off(self) -> None:
        keyword_list = make_list("red shoes")
        Source.objects.update(enabled=False)
        (task,) = work_off()
        assert isinstance(task.outcome, Cancel)
        assert search_of(keyword_list).outcome == "cancelled"
        assert "switched off" in search_of(keyword_list).reason

    def test_does_not_ask_a_source_that_is_not_set_right(self) -> None:
        keyword_list = make_list("red shoes")
        Source.objects.update(settings={"attempts": "many"})
        work_off()
        assert "attempts must be a number" in search_of(keyword_list).reason

    def test_costs_two_queries_for_any_number(self, django_assert_num_queries: Any) -> None:
        keyword_list = make_list("one", "two", "three")
        jobs = [_claimed(job_of(keyword)) for keyword in keyword_list.keywords.all()]
        with django_assert_num_queries(2):
            assert len(handlers.SearchHandler().load(jobs)) == 3


def _claimed(job: Job) -> Any:
    return job
