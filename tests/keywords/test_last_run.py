"""How long a run took: from its first attempt to its end, or nothing where that cannot be said for certain."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from jobs import batches
from jobs.models import Attempt, Batch, Job
from keywords import last_run
from keywords.last_run import LastRun, find_last_run
from keywords.models import Keyword, KeywordList
from keywords.runs import rerun
from tests.keywords.results import REFUSED, finish
from tests.keywords.rows import job_of, make_list, make_user

pytestmark = pytest.mark.django_db

LIST_QUERIES = 12


def end_all(keyword_list: KeywordList, *, began: datetime, took: timedelta) -> None:
    """What runs of the list ends, as if it had run at that time."""
    unfinished = Job.objects.filter(search__keyword__keyword_list=keyword_list, finished_at=None)
    ids = list(unfinished.values_list("pk", flat=True))
    for keyword in keyword_list.keywords.filter(latest_search__job__in=ids):
        finish(keyword)
    ended = batches.finish_of(ids)
    Batch.objects.filter(pk__in=ended).update(
        created_at=began - timedelta(seconds=1), finished_at=began + took
    )
    Attempt.objects.filter(job__in=ids).update(started_at=began, finished_at=began + took)


def say_when(keyword_list: KeywordList, last_run_at: datetime) -> KeywordList:
    KeywordList.objects.filter(pk=keyword_list.pk).update(last_run_at=last_run_at)
    return KeywordList.objects.get(pk=keyword_list.pk)


@pytest.fixture
def keyword_list() -> KeywordList:
    return make_list("one", "two", "three", owner=make_user("alice"))


NOW = timezone.now()
LATER = NOW + timedelta(hours=1)
FOUR = timedelta(minutes=4)


class TestDuration:
    def test_is_from_the_first_attempt_to_the_end(self, keyword_list: KeywordList) -> None:
        """A start that was put off does not count."""
        end_all(keyword_list, began=LATER, took=FOUR)
        Batch.objects.update(created_at=NOW)
        keyword_list.refresh_from_db()
        assert find_last_run(keyword_list) == LastRun(FOUR, is_first=True)

    def test_counts_what_was_tried_before(self, keyword_list: KeywordList) -> None:
        end_all(keyword_list, began=LATER, took=FOUR)
        job = job_of(keyword_list.keywords.get(text="two"))
        early = LATER - timedelta(minutes=6)
        Attempt.objects.create(
            job=job, number=0, result="failed", started_at=early, finished_at=LATER
        )
        found = find_last_run(keyword_list)
        assert found is not None
        assert found.took == timedelta(minutes=10)

    def test_is_of_the_last_run(self, keyword_list: KeywordList) -> None:
        end_all(keyword_list, began=LATER, took=FOUR)
        rerun(keyword_list.keywords.filter(text="one"), by=keyword_list.owner)
        next_day = LATER + timedelta(days=1)
        end_all(keyword_list, began=next_day, took=timedelta(seconds=2))
        keyword_list = say_when(keyword_list, next_day)
        assert find_last_run(keyword_list) == LastRun(timedelta(seconds=2), is_first=False)

    def test_takes_runs_together_that_overlap(self, keyword_list: KeywordList) -> None:
        """As the steps of an act on many keywords do."""
        end_all(keyword_list, began=LATER - timedelta(days=1), took=FOUR)
        for text in ("one", "two"):
            rerun(keyword_list.keywords.filter(text=text), by=keyword_list.owner)
        end_all(keyword_list, began=LATER, took=FOUR)
        earlier = Batch.objects.order_by("-pk")[1]
        began = LATER - timedelta(minutes=3)
        Batch.objects.filter(pk=earlier.pk).update(created_at=began)
        Attempt.objects.filter(job__batch=earlier.pk).update(started_at=began)
        keyword_list = say_when(keyword_list, LATER)
        assert find_last_run(keyword_list) == LastRun(timedelta(minutes=7), is_first=False)

    def test_of_many_jobs_is_that_of_the_first_keywords(
        self, keyword_list: KeywordList, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(last_run, "FEW_JOBS", 2)
        monkeypatch.setattr(last_run, "FIRST_KEYWORDS", 1)
        end_all(keyword_list, began=LATER, took=FOUR)
        found = find_last_run(keyword_list)
        assert found is not None
        assert found.took == FOUR
        keyword_list.keywords.filter(text="one").update(latest_search=None)
        assert find_last_run(keyword_list) is None

    @pytest.mark.parametrize("few", [1_000, 2])
    def test_is_known_before_the_batch_is_marked_as_finished(
        self, keyword_list: KeywordList, monkeypatch: pytest.MonkeyPatch, few: int
    ) -> None:
        """A poll may come between the commit of the last job and the mark."""
        monkeypatch.setattr(last_run, "FEW_JOBS", few)
        end_all(keyword_list, began=LATER, took=FOUR)
        Batch.objects.update(finished_at=None)
        of_list = Job.objects.filter(search__keyword__keyword_list=keyword_list)
        of_list.update(finished_at=LATER + FOUR)
        assert find_last_run(keyword_list) == LastRun(FOUR, is_first=True)

    def test_is_not_said_while_something_of_the_batch_is_left(
        self, keyword_list: KeywordList
    ) -> None:
        finish(keyword_list.keywords.get(text="one"))
        assert find_last_run(keyword_list) is None

    def test_is_never_nothing(self, keyword_list: KeywordList) -> None:
        end_all(keyword_list, began=LATER, took=timedelta(milliseconds=200))
        assert find_last_run(keyword_list) == LastRun(timedelta(seconds=1), is_first=True)

    def test_is_not_said_where_nothing_was_tried(self, keyword_list: KeywordList) -> None:
        end_all(keyword_list, began=LATER, took=FOUR)
        Attempt.objects.all().delete()
        assert find_last_run(keyword_list) is None

    def test_is_not_said_where_the_jobs_have_gone(self, keyword_list: KeywordList) -> None:
        end_all(keyword_list, began=LATER, took=FOUR)
        Job.objects.all().delete()
        assert find_last_run(keyword_list) is None

    def test_is_not_that_of_an_earlier_run(self, keyword_list: KeywordList) -> None:
        """Where the last one is too far back among all batches, the one before would be found."""
        end_all(keyword_list, began=LATER, took=FOUR)
        keyword_list = say_when(keyword_list, LATER + timedelta(days=1))
        assert find_last_run(keyword_list) is None

    def test_is_never_that_of_another_list(self, keyword_list: KeywordList) -> None:
        end_all(keyword_list, began=LATER, took=FOUR)
        other = make_list("four", owner=make_user("alice"), name="Other")
        end_all(other, began=LATER, took=timedelta(minutes=50))
        found = find_last_run(keyword_list)
        assert found is not None
        assert found.took == FOUR


class TestPanel:
    def test_is_one_line_when_all_is_done(self, client: Client, keyword_list: KeywordList) -> None:
        client.force_login(keyword_list.owner)
        path = f"/lists/{keyword_list.pk}"
        assert "finished in" not in client.get(path).content.decode()
        end_all(keyword_list, began=LATER, took=FOUR)
        html = client.get(path).content.decode()
        assert 'class="progress is-finished"' in html
        assert "finished in 4 min" in html
        assert '<span class="figure">3</span> OK' in html

    def test_counts_failures_of_every_kind_together(
        self, client: Client, keyword_list: KeywordList
    ) -> None:
        one, two, three = keyword_list.keywords.order_by("pk")
        finish(one, fields=REFUSED)
        finish(two, fields={**REFUSED, "outcome": "network"})
        finish(three)
        client.force_login(keyword_list.owner)
        progress = client.get(f"/lists/{keyword_list.pk}").context["progress"]
        summary = [(str(chip.word), count) for chip, count in progress.summary]
        assert summary == [("OK", 1), ("Failed", 2)]

    def test_comes_with_the_poll_that_ends_polling(
        self, client: Client, keyword_list: KeywordList
    ) -> None:
        client.force_login(keyword_list.owner)
        end_all(keyword_list, began=LATER, took=FOUR)
        response = client.get(
            f"/lists/{keyword_list.pk}/rows?panel=old", headers={"HX-Request": "true"}
        )
        assert response.status_code == 286
        assert "finished in 4 min" in response.content.decode()

    def test_costs_two_queries(
        self, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        keyword_list = make_list(*map(str, range(200)), owner=make_user("alice"))
        end_all(keyword_list, began=LATER, took=FOUR)
        client.force_login(keyword_list.owner)
        with django_assert_max_num_queries(LIST_QUERIES):
            html = client.get(f"/lists/{keyword_list.pk}?size=200").content.decode()
        assert "finished in 4 min" in html
        assert Keyword.objects.count() == 200
