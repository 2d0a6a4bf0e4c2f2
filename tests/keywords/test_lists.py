"""Starting, repeating, cancelling and deleting lists, in a real database."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from jobs import lifecycle
from jobs.models import Job
from jobs.states import State
from keywords import lists
from keywords.lists import UnableToStart, cancel_list, delete_list, rerun
from keywords.models import Keyword, KeywordList, SavedPage, Search, SkippedRow
from keywords.saved_pages import save_page
from keywords.sources import ensure_practice_source, set_source
from keywords.uploads import read_file
from tests.keywords.rows import job_of, make_import, make_list, make_user

pytestmark = pytest.mark.django_db


def finish(keyword_list: KeywordList, state: State = State.COMPLETED) -> None:
    Job.objects.filter(search__keyword__keyword_list=keyword_list).update(
        state=state, finished_at=timezone.now()
    )


class TestStartList:
    def test_makes_a_search_and_a_job_for_each_keyword(self) -> None:
        keyword_list = make_list("one", "two", priority=3)
        keywords = list(keyword_list.keywords.order_by("row"))
        assert [(keyword.text, keyword.row) for keyword in keywords] == [("one", 1), ("two", 2)]
        for keyword in keywords:
            job = job_of(keyword)
            assert job.kind == "keywords.search"
            assert (job.priority, job.owner, job.state) == (3, keyword_list.owner_id, "available")
            assert job.queue.name == "practice"
            assert Search.objects.get(job=job).keyword == keyword

    def test_keeps_the_report_row_by_row(self) -> None:
        data = "keyword,country\nshoes,de\n\nshoes,DE\nbell\x07 and more text,\n"
        imported = read_file(data.encode(), "shoes.csv", max_keywords=10)
        keyword_list = make_list(imported=imported, name="")
        assert keyword_list.name == "shoes.csv"
        assert list(keyword_list.skipped_rows.order_by("row").values_list("row", "reason")) == [
            (3, "Empty row."),
            (4, "Duplicate of row 2."),
            (5, "Holds the control character U+0007."),
        ]
        assert keyword_list.imported["rows"] == 4
        assert (keyword_list.imported["accepted"], keyword_list.imported["skipped"]) == (1, 3)

    def test_fills_in_the_lists_options_and_reports_what_they_make_equal(self) -> None:
        data = b"keyword,country,device,priority\nshoes,de,mobile,0\nshoes,,mobile,\nboots,at,,\n"
        imported = read_file(data, "x.csv", max_keywords=10)
        keyword_list = make_list(imported=imported, country="de", language="de", priority=7)
        rows = keyword_list.keywords.order_by("row")
        assert list(rows.values_list("text", "country", "language", "device")) == [
            ("shoes", "de", "de", "mobile"),
            ("boots", "at", "de", "desktop"),
        ]
        assert [job_of(keyword).priority for keyword in rows] == [0, 7]
        skipped = SkippedRow.objects.get()
        assert (skipped.row, skipped.reason) == (3, "Duplicate of row 2.")
        assert keyword_list.imported["accepted"] == 2

    def test_waits_for_its_time(self) -> None:
        start_at = timezone.now() + timedelta(hours=1)
        keyword_list = make_list("one", start_at=start_at)
        assert job_of(keyword_list.keywords.get()).scheduled_at == start_at

    def test_starts_once_for_a_key(self) -> None:
        first = make_list("one", start_key="draft-1")
        again = make_list("one", "two", start_key="draft-1")
        other = make_list("one", start_key="draft-1", owner=make_user("bob"))
        assert again.pk == first.pk
        assert other.pk != first.pk
        assert Keyword.objects.filter(keyword_list=first).count() == 1

    def test_writes_nothing_when_a_part_fails(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*args: Any, **options: Any) -> None:
            raise RuntimeError("no jobs today")

        monkeypatch.setattr(lists, "start_runs", fail)
        with pytest.raises(RuntimeError):
            make_list("one")
        assert not KeywordList.objects.exists()
        assert not Keyword.objects.exists()

    def test_refuses_a_source_that_is_switched_off(self) -> None:
        source = ensure_practice_source()
        source.enabled = False
        with pytest.raises(UnableToStart, match="switched off"):
            make_list("one", source=source)

    def test_keeps_a_list_of_nothing_but_problems(self) -> None:
        keyword_list = make_list(imported=make_import("", "\x00"))
        assert not keyword_list.keywords.exists()
        assert keyword_list.skipped_rows.count() == 2

    def test_costs_the_same_number_of_queries_for_any_length(
        self, django_assert_num_queries: Any
    ) -> None:
        owner, source = make_user(), ensure_practice_source()
        many = make_import(*(f"keyword {number}" for number in range(50)))
        with django_assert_num_queries(22, exact=False):
            make_list(imported=many, owner=owner, source=source)


class TestRerun:
    def test_starts_a_new_search_for_finished_keywords_only(self) -> None:
        keyword_list = make_list("one", "two", priority=2)
        first = keyword_list.keywords.get(text="one")
        old_job = job_of(first)
        Job.objects.filter(pk=old_job.pk).update(state="discarded", finished_at=timezone.now())
        assert rerun(keyword_list.keywords.all(), by=make_user()) == 1
        assert first.searches.count() == 2
        assert job_of(first).pk != old_job.pk
        assert job_of(first).priority == 2
        assert rerun(keyword_list.keywords.all(), by=make_user()) == 0

    def test_leaves_sources_that_are_switched_off(self) -> None:
        keyword_list = make_list("one")
        finish(keyword_list)
        set_source("practice", enabled=False)
        assert rerun(keyword_list.keywords.all(), by=make_user()) == 0


class TestCancelList:
    def test_cancels_what_has_not_finished(self) -> None:
        keyword_list = make_list("one", "two", "three")
        done = keyword_list.keywords.get(text="one")
        Job.objects.filter(pk=job_of(done).pk).update(state="completed", finished_at=timezone.now())
        other = make_list("one")
        assert cancel_list(keyword_list, by=make_user()) == 2
        statuses: Any = keyword_list.keywords.with_status().order_by("row")
        assert list(statuses.values_list("status", "outcome")) == [
            ("done", ""),
            ("cancelled", "cancelled"),
            ("cancelled", "cancelled"),
        ]
        assert job_of(other.keywords.get()).state == "available"


class TestDeleteList:
    def test_leaves_nothing_but_what_others_use(self) -> None:
        keyword_list, other = make_list("one", "two"), make_list("one")
        shared, own = save_page(b"shared", "text/html"), save_page(b"own", "text/html")
        one, two = Search.objects.filter(keyword__keyword_list=keyword_list).order_by("pk")
        kept = Search.objects.get(keyword__keyword_list=other)
        for search, page in [(one, shared), (two, own), (kept, shared)]:
            search.page = page
            search.save()
            search.result_links.create(block="organic", rank=1)
        one.keyword.latest_good_search = one
        one.keyword.save()
        delete_list(keyword_list, by=make_user())
        assert list(KeywordList.objects.all()) == [other]
        assert list(Search.objects.all()) == [kept]
        assert list(SavedPage.objects.all()) == [shared]
        assert Job.objects.filter(state="cancelled").count() == 2

    def test_stops_jobs_that_run(self) -> None:
        keyword_list = make_list("one")
        job_id = job_of(keyword_list.keywords.get()).pk
        delete_list(keyword_list, by=make_user())
        assert lifecycle.cancel([job_id], reason="") == []


def test_many_texts_are_put_off_and_found_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("keywords.lists.FEW", 1)
    keyword_list = make_list("red shoes", "blue boots")
    assert keyword_list.keywords.get(text__icontains="boots").text == "blue boots"
    with connection.cursor() as cursor:
        cursor.execute("SHOW gin_pending_list_limit")
        assert cursor.fetchone() == ("64MB",)
