"""Rows written by COPY, and one alone: whatever stands in them arrives as it was."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from jobs.enqueue import NewJob, enqueue, enqueue_many
from jobs.errors import UnknownQueue
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


@pytest.mark.django_db(transaction=True)
class TestAlone:
    """One job, outside of a transaction."""

    @pytest.fixture(autouse=True, params=[None, 5], ids=["behind a pooler", "own session"])
    def threshold(self, request: pytest.FixtureRequest) -> Iterator[int | None]:
        connection.ensure_connection()
        connection.connection.prepare_threshold = request.param
        yield request.param
        connection.close()

    def test_is_written_by_a_statement_that_is_prepared_where_it_may_be(
        self, threshold: int | None
    ) -> None:
        make_queue()
        later = timezone.now() + timedelta(hours=1)
        args = {"text": "%s 'shoes' \\ é"}
        at_once = enqueue(NewJob(kind="test.work", queue="work", args=args, unique_key="a"))
        scheduled = enqueue(NewJob(kind="test.work", queue="work", scheduled_at=later))
        first, second = Job.objects.get(pk=at_once), Job.objects.get(pk=scheduled)
        assert (first.args, first.unique_key, first.turn) == (args, "a", 1)
        assert (second.args, second.scheduled_at, second.turn) == ({}, later, None)
        assert any("INSERT INTO jobs_job" in each for each in ask(PREPARED)) == bool(threshold)

    def test_leaves_the_settings_of_the_session_alone(self) -> None:
        make_queue()
        before = ask(SETTINGS)
        enqueue(NewJob(kind="test.work", queue="work"))
        assert ask(SETTINGS) == before

    def test_that_cannot_be_written_leaves_a_connection_that_works(self) -> None:
        make_queue()
        with pytest.raises(UnknownQueue):
            enqueue(NewJob(kind="test.work", queue="nowhere"))
        enqueue(NewJob(kind="test.work", queue="work", unique_key="a"))
        with pytest.raises(IntegrityError):
            enqueue(NewJob(kind="test.work", queue="work", unique_key="a"))
        enqueue(NewJob(kind="test.work", queue="work", unique_key="b"))
        assert list(Job.objects.order_by("pk").values_list("unique_key", flat=True)) == ["a", "b"]


PREPARED = "SELECT statement FROM pg_prepared_statements"
SETTINGS = (
    "SELECT setting FROM pg_settings WHERE name IN"
    " ('enable_seqscan', 'enable_bitmapscan', 'plan_cache_mode', 'synchronous_commit')"
)


def ask(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]
