"""Stored pages are read again: shown first, written whole, nothing lost, nothing fetched."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from jobs.models import Job
from jobs.states import State
from keywords.models import Keyword, ResultLink, Search, Source
from keywords.reparsing.changes import compare
from keywords.reparsing.history import unpack_reading
from keywords.reparsing.passes import go_through
from keywords.reparsing.reading import read_again
from keywords.reparsing.records import SearchReading
from keywords.reparsing.selection import Selection
from keywords.reparsing.stored import load_stored
from keywords.reparsing.writing import write_changes
from serp.engines.registry import get_engine
from tests.keywords.reparsing.old_readings import age, empty, refuse, search_for

VERSION = get_engine("practice").parser_version

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("source")]


def links_of(search: Search) -> list[tuple[Any, ...]]:
    rows = ResultLink.objects.filter(search=search).order_by("pk")
    return list(rows.values_list("block", "rank", "absolute_rank", "title", "url", "snippet"))


def status_of(search: Search) -> str:
    keyword: Any = Keyword.objects.with_status().get(pk=search.keyword_id)
    return str(keyword.status)


def reparse(*words: str) -> str:
    out = StringIO()
    call_command("reparse", "--processes", "1", *words, stdout=out)
    return out.getvalue()


class TestReadingAgain:
    def test_finds_the_same_where_nothing_has_changed(self) -> None:
        (search,) = search_for("red shoes")
        (stored,) = load_stored([search.pk])
        (reread,) = read_again([stored])
        change = compare(stored, reread)
        assert (change.kind, change.differences) == ("same", ())

    @pytest.mark.parametrize("fault", ["captcha", "429", "503", "shell", "layout", "decoy"])
    def test_finds_a_refusal_to_be_the_refusal_it_was(self, fault: str) -> None:
        """Status, headers and hops are stored with the page: the verdict needs them."""
        (search,) = search_for(f"red shoes fault:{fault}")
        assert search.outcome != "ok"
        (stored,) = load_stored([search.pk])
        assert compare(stored, read_again([stored])[0]).kind == "same"

    def test_tells_what_differs_by_field(self) -> None:
        (search,) = search_for("red shoes")
        age(search)
        (stored,) = load_stored([search.pk])
        change = compare(stored, read_again([stored])[0])
        assert change.kind == "changed"
        fields = [difference.field for difference in change.differences]
        assert fields == [
            "number of organic results",
            "organic results: title",
            "organic results: how many",
        ]
        assert change.differences[1].before == "A title cut sh"


class TestPass:
    def test_shows_without_writing(self) -> None:
        (search,) = search_for("red shoes")
        age(search)
        before = (Search.objects.values().get(), links_of(search))
        tally = go_through(Selection(), write=False)
        assert (tally["read"], tally["changed"], tally["written"]) == (1, 1, 0)
        assert tally["fields"]["number of organic results"] == 1
        assert tally["samples"][0]["keyword"] == "red shoes"
        assert (Search.objects.values().get(), links_of(search)) == before

    def test_writes_the_new_reading_and_keeps_the_old(self) -> None:
        (search,) = search_for("red shoes")
        right = (Search.objects.values().get(), links_of(search))
        age(search)
        wrong = links_of(search)
        assert go_through(Selection(), write=True)["written"] == 1
        assert (Search.objects.values().get(), links_of(search)) == right
        old = SearchReading.objects.get()
        assert (old.search, old.parser_version, old.outcome) == (search, "practice-0", "ok")
        kept = unpack_reading(old)
        assert kept["search"]["organic_total"] == (search.organic_total or 0) - 1
        assert [(link["block"], link["rank"], link["title"]) for link in kept["links"]] == [
            (block, rank, title) for block, rank, _, title, _, _ in wrong
        ]

    def test_goes_on_where_it_was_and_does_nothing_twice(self) -> None:
        for search in search_for("red shoes", "blue shoes", "green shoes"):
            age(search)
        first = Selection(search_ids=(Search.objects.earliest("pk").pk,))
        assert go_through(first, write=True)["written"] == 1
        assert go_through(Selection(), write=True)["written"] == 2
        assert go_through(Selection(), write=True)["read"] == 0
        assert go_through(Selection(everything=True), write=True)["written"] == 0
        assert SearchReading.objects.count() == 3

    def test_notes_the_version_alone_where_it_reads_the_same(self) -> None:
        search_for("red shoes")
        Search.objects.update(parser_version="practice-0")
        tally = go_through(Selection(), write=True)
        assert (tally["same"], tally["written"]) == (1, 0)
        assert Search.objects.get().parser_version == VERSION
        assert not SearchReading.objects.exists()

    def test_leaves_alone_what_is_on_its_way(self) -> None:
        (search,) = search_for("red shoes")
        age(search)
        Job.objects.filter(kind="keywords.search").update(state=State.AVAILABLE, finished_at=None)
        assert go_through(Selection(), write=True)["read"] == 0

    def test_leaves_alone_what_somebody_wrote_meanwhile(self) -> None:
        (search,) = search_for("red shoes")
        age(search)
        stored = load_stored([search.pk])
        changes = [compare(stored[0], read_again(stored)[0])]
        Search.objects.update(parser_version="practice-2")
        tally = write_changes(changes)
        assert (tally["written"], tally["gone"]) == (0, 1)
        assert not SearchReading.objects.exists()


class TestOutcomes:
    def test_a_page_that_can_be_trusted_now_counts(self) -> None:
        (search,) = search_for("red shoes")
        refuse(search)
        Job.objects.filter(kind="keywords.search").update(state=State.DISCARDED)
        assert status_of(search) == "failed"
        tally = go_through(Selection(), write=True)
        assert (tally["better"], tally["outcomes"]) == (1, {"blocked → ok": 1})
        search.refresh_from_db()
        assert (search.outcome, status_of(search)) == ("ok", "done")
        keyword = Keyword.objects.get()
        assert keyword.latest_good_search == search
        assert SearchReading.objects.get().job == Job.objects.get(kind="keywords.search").pk

    def test_a_page_that_cannot_be_trusted_any_more_is_told_and_kept(self) -> None:
        (search,) = search_for("red shoes")
        empty(search)
        links = links_of(search)
        tally = go_through(Selection(), write=True)
        assert (tally["worse"], tally["kept"], tally["written"]) == (1, 1, 0)
        assert tally["outcomes"] == {"ok → layout_changed": 1}
        search.refresh_from_db()
        assert (search.outcome, search.parser_version) == ("ok", "practice-0")
        assert links_of(search) == links

    def test_and_is_written_where_the_operator_wants_it(self) -> None:
        (search,) = search_for("red shoes")
        empty(search)
        assert go_through(Selection(), write=True, also_worse=True)["written"] == 1
        search.refresh_from_db()
        assert (search.outcome, search.organic_total) == ("layout_changed", None)
        assert links_of(search) == []
        assert status_of(search) == "failed"
        assert Keyword.objects.get().latest_good_search is None


class TestCommand:
    def test_shows_and_writes(self) -> None:
        aged, refused = search_for("red shoes", "blue shoes")
        age(aged)
        refuse(refused)
        shown = reparse("--dry-run")
        assert "2 stored pages to read again" in shown
        assert "organic results: title" in shown
        assert f"search {refused.pk}, “blue shoes”: blocked → ok" in shown
        assert "Nothing was written" in shown
        assert not SearchReading.objects.exists()
        assert "Written: 2 new readings" in reparse()
        assert "each was read by today's parser" in reparse()

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            (["--engine", "practice"], 1),
            (["--engine", "google"], 0),
            (["--source", "practice"], 1),
            (["--since", "2020-01-01"], 1),
            (["--since", "2999-01-01T00:00"], 0),
            (["--parser-version", "practice-0"], 1),
            (["--parser-version", "practice-9"], 0),
        ],
    )
    def test_narrows(self, words: list[str], found: int) -> None:
        (search,) = search_for("red shoes")
        age(search)
        assert ("1 stored pages" in reparse("--dry-run", *words)) == bool(found)

    @pytest.mark.parametrize(
        "words",
        [["--engine", "no"], ["--source", "no"], ["--list", "999999"], ["--since", "yesterday"]],
    )
    def test_tells_a_mistake(self, words: list[str]) -> None:
        with pytest.raises(CommandError):
            reparse(*words)

    def test_reads_in_several_processes(self) -> None:
        for search in search_for("red shoes", "blue shoes"):
            age(search)
        assert "Written: 2 new readings" in reparse("--processes", "2")


class TestSourcesOfOnesOwn:
    def test_are_read_again_when_their_selectors_change(self, source: Source) -> None:
        """The parser's version holds a hash of the selectors."""
        search_for("red shoes")
        settings = {
            "search_url": "https://docs.example.org/?q={query}",
            "selectors": {"result": "li.hit", "title": "h3 a"},
        }
        Source.objects.update(engine="custom", settings=settings)
        Search.objects.update(engine="custom", parser_version="custom-1-00000000")
        tally = go_through(Selection(), write=True)
        assert tally["read"] == 1
        assert Search.objects.get().parser_version.startswith("custom-1-")
        assert go_through(Selection(), write=True)["read"] == 0
