"""Saved pages become lists like any other."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from jobs.models import Job
from keywords.models import Keyword, KeywordList, PageVisit, ResultLink, Search, Source
from keywords.page_imports.importing import NothingToImport, import_files
from keywords.reparsing.passes import go_through
from keywords.reparsing.selection import Selection
from keywords.saved_pages import read_page
from tests.keywords.page_imports.files import make_har, make_mhtml, make_page, make_zip
from tests.keywords.rows import make_user

pytestmark = pytest.mark.django_db


def keep(*files: tuple[str, bytes], **options: Any) -> KeywordList:
    return import_files(files, owner=make_user(), **options)[0]


class TestImport:
    def test_makes_finished_searches_without_a_job(self) -> None:
        page = make_page("red shoes")
        keyword_list = keep(("saved.html", page), name="Saved")
        keyword: Any = keyword_list.keywords.with_status().get()
        assert (keyword.text, keyword.status, keyword.outcome) == ("red shoes", "done", "ok")
        search = keyword.latest_search
        assert keyword.latest_good_search == search
        assert search.organic_total == search.result_links.filter(block="organic").count() > 0
        assert search.links_total == ResultLink.objects.count()
        assert read_page(search.page) == page
        assert PageVisit.objects.get().fetcher == "saved"
        assert not Job.objects.exists()

    def test_reads_every_kind_of_file(self) -> None:
        files = make_zip(**{"a.mhtml": make_mhtml("blue shoes"), "b.har": make_har("green shoes")})
        keyword_list = keep(("pages.zip", files), ("c.html", make_page("red shoes")))
        texts = keyword_list.keywords.values_list("text", flat=True)
        assert sorted(texts) == ["blue shoes", "green shoes", "red shoes"]

    def test_can_be_told_whose_pages_they_are(self) -> None:
        keyword_list = keep(("a.html", make_page("red shoes")), engine="practice")
        assert keyword_list.keywords.get().source.engine == "practice"

    def test_recognizes_an_engine_by_the_address_in_the_file(self) -> None:
        page = b"<!-- saved from url=(0040)https://www.google.com/search?q=desk+lamp&gl=de&start=10 --><html>"
        keyword = keep(("a.html", page)).keywords.get()
        assert (keyword.source.engine, keyword.text) == ("google", "desk lamp (page 2)")
        assert keyword.country == "de"
        assert keyword.latest_search is not None
        assert keyword.latest_search.outcome != "ok"
        assert keyword.latest_good_search is None

    def test_takes_the_name_of_the_file_where_nothing_else_tells(self) -> None:
        page = make_page("red shoes").replace(b"red shoes", b"")
        page = page.replace(b" - Practice search", b"")
        assert keep(("shoes/blue shoes.html", page)).keywords.get().text == "blue shoes"

    def test_pages_of_one_query_are_runs_of_one_keyword(self) -> None:
        har = make_har("red shoes", "red shoes")
        keyword = keep(("a.har", har)).keywords.get()
        first, second = keyword.searches.order_by("pk")
        assert first.fetched_at
        assert second.fetched_at
        assert first.fetched_at < second.fetched_at
        assert keyword.latest_search == second

    def test_reports_what_was_not_understood(self) -> None:
        keyword_list = keep(
            ("good.html", make_page("red shoes")),
            ("empty.html", b""),
            ("recipe.html", b"<html><h1>Soup</h1></html>"),
        )
        rows = list(keyword_list.skipped_rows.order_by("row").values_list("row", "text"))
        assert rows == [(2, "empty.html"), (3, "recipe.html")]
        reasons = list(keyword_list.skipped_rows.values_list("reason", flat=True))
        assert any("Not recognized" in reason for reason in reasons)
        assert keyword_list.imported["accepted"] == 1

    def test_makes_no_list_of_nothing(self) -> None:
        with pytest.raises(NothingToImport) as nothing:
            keep(("empty.html", b""))
        assert nothing.value.haul.skipped[0].reason == "The file is empty."
        assert not KeywordList.objects.exists()

    def test_stops_at_the_most_that_is_taken_at_once(self) -> None:
        keyword_list = keep(("a.har", make_har("a", "b", "c")), most=2)
        assert keyword_list.keywords.count() == 2
        assert "one more" in keyword_list.skipped_rows.get().reason

    def test_belongs_to_a_source_that_is_never_asked(self) -> None:
        source = keep(("a.html", make_page("red shoes"))).keywords.get().source
        assert (source.only_saved, source.enabled) == (True, False)
        keep(("a.html", make_page("red shoes")))
        assert Source.objects.filter(only_saved=True).count() == 1

    def test_is_read_by_a_source_of_ones_own_where_that_is_chosen(self) -> None:
        source = keep(("a.html", make_page("red shoes"))).keywords.get().source
        settings = {
            "search_url": "https://docs.example.org/?q={query}",
            "selectors": {"result": "li.hit", "title": "h3 a"},
        }
        Source.objects.filter(pk=source.pk).update(engine="custom", settings=settings)
        source.refresh_from_db()
        keyword = keep(("b.html", make_page("red shoes")), source=source).keywords.get()
        assert keyword.source == source
        assert keyword.latest_search is not None
        assert (keyword.latest_search.engine, keyword.latest_search.outcome) == ("custom", "ok")

    def test_can_be_read_again_later(self) -> None:
        keep(("a.html", make_page("red shoes")), ("b.mhtml", make_mhtml("blue shoes")))
        tally = go_through(Selection(everything=True), write=False)
        assert (tally["read"], tally["same"]) == (2, 2)


class TestCommand:
    def call(self, *words: str) -> str:
        out = StringIO()
        call_command("import_pages", *words, stdout=out)
        return out.getvalue()

    def test_imports_files_and_folders(self, tmp_path: Path) -> None:
        user = make_user("anna")
        (tmp_path / "deep").mkdir()
        (tmp_path / "deep" / "a.html").write_bytes(make_page("red shoes"))
        (tmp_path / "b.har").write_bytes(make_har("blue shoes"))
        (tmp_path / "c.html").write_bytes(b"")
        printed = self.call(str(tmp_path), "--owner", user.email, "--list", "From disk")
        assert "c.html: The file is empty." in printed
        assert "“From disk”: 2 of 3 pages imported." in printed
        assert KeywordList.objects.get().owner == user
        assert Search.objects.filter(outcome="ok").count() == Keyword.objects.count() == 2

    @pytest.mark.parametrize(
        "words",
        [
            ["no-such-file", "--owner", "alice@example.org"],
            [__file__, "--owner", "nobody@example.org"],
            [__file__, "--owner", "alice@example.org", "--engine", "nobody's"],
        ],
    )
    def test_tells_a_mistake(self, words: list[str]) -> None:
        make_user("alice")
        with pytest.raises(CommandError):
            self.call(*words)

    def test_says_why_nothing_was_imported(self, tmp_path: Path) -> None:
        recipe = tmp_path / "recipe.html"
        recipe.write_bytes(b"<h1>Soup</h1>")
        with pytest.raises(CommandError, match="None of the files"):
            self.call(str(recipe), "--owner", make_user().email)
