"""Rows written by COPY: whatever stands in them arrives as it was."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from jobs.enqueue import NewJob, enqueue_many
from jobs.models import Job
from tests.jobs.rows import make_queue

# Postgres has neither NUL nor lone surrogates in its text.
TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))


class TestArguments(TestCase):
    @given(args=st.dictionaries(TEXT, TEXT | st.integers() | st.none()), key=TEXT.filter(bool))
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_arrive_as_they_were(self, args: dict[str, object], key: str) -> None:
        make_queue()
        new = NewJob(kind="test.work", queue="work", args=args, unique_key=key[:200])
        (id_,) = enqueue_many([new])
        job = Job.objects.get(pk=id_)
        assert job.args == args
        assert job.unique_key == key[:200]


@pytest.mark.django_db
class TestRows:
    def test_what_jobs_have_in_common_is_theirs_alone(self) -> None:
        make_queue()
        later = timezone.now() + timedelta(hours=1)
        ids = enqueue_many(
            [
                NewJob(kind="test.work", queue="work", priority=3, owner=7),
                NewJob(kind="test.empty", queue="work", scheduled_at=later, max_attempts=2),
                NewJob(kind="test.work", queue="work", priority=3, owner=7, args={"seconds": 1}),
            ]
        )
        first, second, third = (Job.objects.get(pk=id_) for id_ in ids)
        assert (first.kind, first.priority, first.owner, first.args) == ("test.work", 3, 7, {})
        assert (second.kind, second.turn, second.scheduled_at) == ("test.empty", None, later)
        assert (second.max_attempts, second.owner, second.unique_key) == (2, 0, None)
        assert first.turn is not None
        assert (third.args, third.turn) == ({"seconds": 1}, first.turn + 1)

    def test_writes_more_rows_than_a_chunk(self) -> None:
        make_queue()
        ids = enqueue_many([NewJob(kind="test.work", queue="work") for _ in range(4500)])
        assert list(Job.objects.order_by("pk").values_list("pk", flat=True)) == sorted(ids)
