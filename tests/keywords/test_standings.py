"""The standing that the database keeps is the status that two joins would tell, and its counts are exact."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from jobs import control
from jobs.models import Job
from keywords.cancellation import cancel_list
from keywords.deletion import delete_list
from keywords.lists import rerun
from keywords.models import Keyword, KeywordList, Search
from keywords.sources import ensure_practice_source, set_source
from keywords.standings import StandingChange
from keywords.statuses import (
    NO_OUTCOME,
    RETRYING,
    STANDING_UNFINISHED,
    UNFINISHED,
    Status,
    count_statuses,
    status_of_standing,
)
from serp.practice import PracticeServer
from tests.keywords.results import REFUSED, finish
from tests.keywords.rows import job_of, make_list, make_user
from tests.keywords.work import work_off

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice_answers() -> Iterator[None]:
    with PracticeServer() as server:
        ensure_practice_source()
        set_source("practice", base_url=server.url)
        yield


def check(keyword_list: KeywordList) -> None:
    """Against the joins of `with_status`."""
    keywords: list[Any] = list(keyword_list.keywords.with_status())
    for keyword in keywords:
        assert agree(keyword), (keyword.standing, keyword.status, keyword.outcome)
    counted = count_statuses(keyword_list).by_status
    expected = Counter(keyword.status for keyword in keywords)
    assert {status: n for status, n in counted.items() if n} == expected


def agree(keyword: Any) -> bool:
    status, outcome = keyword.status, keyword.outcome
    if keyword.standing in STANDING_UNFINISHED:
        is_same = (keyword.standing == RETRYING) == (status == "retrying")
        return status in UNFINISHED and is_same
    # A search whose job has gone before anything was asked has no outcome, and was cancelled.
    without = "cancelled" if status == Status.CANCELLED else NO_OUTCOME
    is_outcome = keyword.standing == (outcome or without)
    return bool(is_outcome and status_of_standing(keyword.standing) == status)


def standing_of(keyword: Keyword) -> str:
    return Keyword.objects.get(pk=keyword.pk).standing


class TestStanding:
    def test_is_none_before_anything_was_asked(self) -> None:
        keyword_list = make_list("one", "two")
        check(keyword_list)
        assert count_statuses(keyword_list).by_status[Status.WAITING] == 2

    def test_follows_real_work(self, practice_answers: None) -> None:
        keyword_list = make_list("one", "two", "three")
        work_off()
        check(keyword_list)

    def test_follows_what_is_written_by_hand(self) -> None:
        keyword_list = make_list("good", "refused", "waits")
        good, refused, _ = keyword_list.keywords.order_by("pk")
        finish(good)
        finish(refused, fields=REFUSED)
        check(keyword_list)
        assert (standing_of(good), standing_of(refused)) == ("ok", "blocked")

    def test_follows_a_new_run(self) -> None:
        keyword_list = make_list("one")
        keyword = keyword_list.keywords.get()
        finish(keyword)
        rerun(keyword_list.keywords.all(), by=make_user())
        check(keyword_list)
        assert standing_of(keyword) == ""

    def test_follows_an_operator(self) -> None:
        keyword_list = make_list("one", "two")
        one, two = keyword_list.keywords.order_by("pk")
        control.cancel_jobs([job_of(one).pk], by="op")
        check(keyword_list)
        assert standing_of(one) == "cancelled"
        control.retry_jobs([job_of(one).pk], by="op")
        check(keyword_list)
        assert standing_of(two) == ""

    def test_knows_those_that_are_tried_again_and_those_that_broke(self) -> None:
        keyword_list = make_list("again", "broken")
        again, broken = keyword_list.keywords.order_by("pk")
        Job.objects.filter(pk=job_of(again).pk).update(state="retryable")
        Search.objects.filter(keyword=broken).update(reason="it broke")
        Job.objects.filter(pk=job_of(broken).pk).update(
            state="discarded", finished_at=timezone.now()
        )
        check(keyword_list)
        assert (standing_of(again), standing_of(broken)) == (RETRYING, NO_OUTCOME)

    def test_survives_the_job(self) -> None:
        keyword_list = make_list("one", "two")
        finish(keyword_list.keywords.order_by("pk")[0])
        Job.objects.all().delete()
        check(keyword_list)

    def test_follows_a_search_that_comes_with_its_outcome(self) -> None:
        keyword = make_list("one").keywords.get()
        search = Search.objects.create(keyword=keyword, outcome="empty")
        Keyword.objects.filter(pk=keyword.pk).update(latest_search=search)
        assert standing_of(keyword) == "empty"
        search.outcome = "layout_changed"
        search.save()
        assert standing_of(keyword) == "layout_changed"

    def test_does_not_follow_older_searches(self) -> None:
        keyword = make_list("one").keywords.get()
        old = finish(keyword)
        rerun(Keyword.objects.filter(pk=keyword.pk), by=make_user())
        Search.objects.filter(pk=old.pk).update(outcome="empty")
        assert standing_of(keyword) == ""


class TestCounts:
    def test_stay_exact_while_changes_are_folded(self) -> None:
        keyword_list = make_list(*(f"keyword {number}" for number in range(60)))
        for keyword in keyword_list.keywords.all():
            finish(keyword)
        check(keyword_list)
        assert StandingChange.objects.filter(keyword_list=keyword_list).count() < 120

    def test_follow_cancelling_and_removal(self) -> None:
        keyword_list = make_list("one", "two", "three")
        cancel_list(keyword_list, by=make_user())
        check(keyword_list)
        keyword_list.keywords.all()[:1].get().delete()
        check(keyword_list)
        assert count_statuses(keyword_list).total == 2

    def test_go_with_the_list(self) -> None:
        delete_list(make_list("one"), by=make_user())
        assert not StandingChange.objects.exists()


class TestCost:
    def test_stays_low_although_the_statistics_tell_of_empty_tables(self) -> None:
        """As they may after a quiet time: then a plan that joins reads all rows for each pair of rows."""
        count = 200
        keyword_list = make_list(*(f"keyword {number}" for number in range(count)))
        searches = list(keyword_list.keywords.values_list("latest_search", flat=True))
        jobs = list(Search.objects.filter(pk__in=searches).values_list("job_id", flat=True))
        forget_sizes()
        before = rows_looked_at()
        Search.objects.filter(pk__in=searches).update(outcome="ok")
        Job.objects.filter(pk__in=jobs).update(
            state="completed", finished_at=timezone.now(), attempt=1, turn=None
        )
        assert rows_looked_at() - before < 15 * count**2
        check(keyword_list)


TABLES = ["keywords_keyword", "keywords_search", "jobs_job"]


def forget_sizes() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_class SET reltuples = 0, relpages = 1 WHERE relname = ANY(%s)", [TABLES]
        )


def rows_looked_at() -> int:
    """By this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0)) FROM pg_stat_xact_user_tables"
            " WHERE relname = ANY(%s)",
            [TABLES],
        )
        return int(cursor.fetchone()[0])
