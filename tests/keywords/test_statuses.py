"""What users see of jobs and outcomes."""

from typing import Any

import pytest
from django.utils import timezone

from jobs.models import Job
from keywords.models import Keyword, Search
from keywords.statuses import Counts, Status, count_statuses, count_statuses_of
from tests.keywords.rows import job_of, make_list

pytestmark = pytest.mark.django_db


def set_state(keyword: Keyword, state: str) -> None:
    finished = state in {"completed", "discarded", "cancelled"}
    Job.objects.filter(pk=job_of(keyword).pk).update(
        state=state, finished_at=timezone.now() if finished else None
    )


def status_of(keyword: Keyword) -> tuple[str, str]:
    found: Any = Keyword.objects.with_status().get(pk=keyword.pk)
    return found.status, found.outcome


class TestStatus:
    @pytest.mark.parametrize(
        ("state", "status"),
        [
            ("available", "waiting"),
            ("retryable", "retrying"),
            ("completed", "done"),
            ("discarded", "failed"),
            ("cancelled", "cancelled"),
        ],
    )
    def test_follows_the_jobs_state(self, state: str, status: str) -> None:
        keyword = make_list("one").keywords.get()
        set_state(keyword, state)
        assert status_of(keyword)[0] == status

    @pytest.mark.parametrize(
        ("outcome", "reason", "status"),
        [
            ("ok", "", "done"),
            ("empty", "", "done"),
            ("degraded", "decoys", "done"),
            ("blocked", "captcha", "failed"),
            ("cancelled", "", "cancelled"),
            ("", "", "cancelled"),
            ("", "it broke", "failed"),
        ],
    )
    def test_survives_the_job(self, outcome: str, reason: str, status: str) -> None:
        keyword = make_list("one").keywords.get()
        Search.objects.update(outcome=outcome, reason=reason)
        set_state(keyword, "completed")
        Job.objects.all().delete()
        assert status_of(keyword) == (status, outcome)

    def test_tells_an_operators_cancelling(self) -> None:
        keyword = make_list("one").keywords.get()
        set_state(keyword, "cancelled")
        assert status_of(keyword) == ("cancelled", "cancelled")


class TestCountStatuses:
    def test_counts_outcomes_of_finished_searches_only(self) -> None:
        keyword_list = make_list("one", "two", "three", "four")
        one, two, three, _ = keyword_list.keywords.order_by("row")
        Search.objects.filter(keyword__in=[one]).update(outcome="ok")
        Search.objects.filter(keyword__in=[two, three]).update(outcome="blocked")
        set_state(one, "completed")
        set_state(two, "discarded")
        set_state(three, "retryable")
        counts = count_statuses(keyword_list)
        assert counts.total == 4
        assert {status: n for status, n in counts.by_status.items() if n} == {
            Status.DONE: 1,
            Status.FAILED: 1,
            Status.RETRYING: 1,
            Status.WAITING: 1,
        }
        assert counts.by_outcome == {"ok": 1, "blocked": 1}
        assert (counts.finished, counts.unfinished) == (2, 2)

    def test_counts_many_lists_in_one_query(self, django_assert_num_queries: Any) -> None:
        some = [make_list("one", "two"), make_list("one")]
        with django_assert_num_queries(1):
            counts = count_statuses_of(some)
        assert [counts[found.pk].total for found in some] == [2, 1]

    def test_knows_an_empty_list(self) -> None:
        keyword_list = make_list("one")
        keyword_list.keywords.all().delete()
        assert count_statuses(keyword_list) == Counts()
