"""Exports: whole, safe in a spreadsheet, read back by the upload; large ones written by a job in steps."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from python_calamine import CalamineWorkbook

from jobs.models import Job
from keywords.drafts.changing import Upload, make_draft, start_draft
from keywords.drafts.options import DraftOptions
from keywords.exports import asking, steps
from keywords.exports.asking import Wish, count_rows, delete_expired, write_later, write_now
from keywords.exports.formats import FORMATS
from keywords.exports.records import ExportFile, ExportPart
from keywords.exports.shapes import EVERY, SHAPES
from keywords.filtering import ListFilter
from keywords.models import Keyword, KeywordList, ResultLink
from keywords.runs import rerun
from keywords.uploads import read_file
from keywords.uploads.tags import clean_tag, split_tags
from tests.keywords.api.client import ApiClient
from tests.keywords.results import REFUSED, finish
from tests.keywords.rows import make_list, make_user
from tests.keywords.work import work_off

pytestmark = pytest.mark.django_db

NASTY = 'a,"b" ;=1+1'
FORMULA = "=1+1"


@pytest.fixture
def keyword_list() -> KeywordList:
    keyword_list = make_list(NASTY, FORMULA, "plain", owner=make_user("alice"))
    first, second, third = keyword_list.keywords.order_by("row")
    finish(first)
    finish(second, fields=REFUSED)
    nothing = dict.fromkeys(
        ("ads_top", "ads_bottom", "ads_total", "organic_total", "links_total"), 0
    )
    search = finish(third)
    type(search).objects.filter(pk=search.pk).update(outcome="empty", **nothing)
    search.result_links.all().delete()
    ResultLink.objects.filter(block="organic", rank=1).update(title='a,"b"\n;=1+1', url="=cmd()")
    return keyword_list


def wish(keyword_list: KeywordList, **options: Any) -> Wish:
    return Wish(
        keyword_list=keyword_list, narrowing=ListFilter.build(q=options.pop("q", "")), **options
    )


def written(keyword_list: KeywordList, **options: Any) -> bytes:
    return b"".join(write_now(wish(keyword_list, **options)).pieces)


def read_csv(data: bytes, delimiter: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), delimiter=delimiter))


def read_xlsx(data: bytes) -> list[dict[str, Any]]:
    """Cells that hold a formula are empty here."""
    head, *rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def read_any(name: str, data: bytes) -> list[dict[str, Any]]:
    match name:
        case "json":
            return list(json.loads(data))
        case "ndjson":
            return [json.loads(line) for line in data.splitlines()]
        case "xlsx":
            return read_xlsx(data)
        case _:
            return list(read_csv(data, ";" if name == "excel" else ","))


class TestContents:
    @pytest.mark.parametrize("written_as", FORMATS)
    @pytest.mark.parametrize(("shape", "count"), [("keywords", 3), ("results", 5), ("links", 6)])
    def test_are_complete(
        self, keyword_list: KeywordList, written_as: str, shape: str, count: int
    ) -> None:
        rows = read_any(written_as, written(keyword_list, shape=shape, written_as=written_as))
        assert len(rows) == count == count_rows(wish(keyword_list).keywords, shape)
        assert list(rows[0]) == list(SHAPES[shape].columns)

    def test_survive_commas_quotes_and_line_breaks(self, keyword_list: KeywordList) -> None:
        for written_as in ("csv", "excel", "json", "ndjson"):
            data = written(keyword_list, shape="results", written_as=written_as)
            titles = [row["title"] for row in read_any(written_as, data)]
            assert 'a,"b"\n;=1+1' in titles, written_as

    @pytest.mark.parametrize("written_as", ["csv", "excel"])
    def test_run_nothing_in_a_spreadsheet(self, keyword_list: KeywordList, written_as: str) -> None:
        data = written(keyword_list, shape="results", written_as=written_as)
        for row in read_any(written_as, data):
            assert not any(
                cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row.values()
            )
        assert "'=cmd()" in data.decode()

    def test_are_texts_in_a_workbook(self, keyword_list: KeywordList) -> None:
        rows = read_xlsx(written(keyword_list, written_as="xlsx"))
        assert [row["keyword"] for row in rows] == [NASTY, FORMULA, "plain"]

    def test_never_count_a_failure_as_zero(self, keyword_list: KeywordList) -> None:
        rows = read_any("json", written(keyword_list, written_as="json"))
        by_text = {row["keyword"]: row for row in rows}
        assert by_text[FORMULA]["ads_total"] is None
        assert by_text["plain"]["ads_total"] == 0

    def test_have_the_tags(self, keyword_list: KeywordList) -> None:
        keyword_list.keywords.filter(text="plain").update(tags=["brand", "winter"])
        shown = {"csv": "brand | winter", "json": ["brand", "winter"]}
        for written_as, tags in shown.items():
            rows = read_any(written_as, written(keyword_list, written_as=written_as))
            assert {row["keyword"]: row["tags"] for row in rows}["plain"] == tags

    def test_have_the_chosen_columns_only(self, keyword_list: KeywordList) -> None:
        for written_as in FORMATS:
            data = written(
                keyword_list, written_as=written_as, columns=("outcome", "keyword", "no such")
            )
            assert list(read_any(written_as, data)[0]) == ["keyword", "outcome"], written_as

    def test_are_of_the_filter(self, keyword_list: KeywordList) -> None:
        rows = read_any("json", written(keyword_list, written_as="json", q="outcome:blocked"))
        assert [row["keyword"] for row in rows] == [FORMULA]

    def test_come_back_through_the_upload(self, keyword_list: KeywordList) -> None:
        texts = set(keyword_list.keywords.values_list("text", flat=True))
        for written_as in ("csv", "excel", "xlsx"):
            data = written(keyword_list, written_as=written_as)
            name = f"keywords.{FORMATS[written_as].ending}"
            again = read_file(data, name, max_keywords=100)
            assert {row.text for row in again.accepted} == texts, written_as

    @pytest.mark.parametrize("written_as", ["csv", "excel", "xlsx"])
    def test_come_back_with_their_tags(self, keyword_list: KeywordList, written_as: str) -> None:
        """By the columns' names alone, as somebody who presses Start at once has it."""
        tags = {
            NASTY: ["two words", "plain"],
            FORMULA: ["=1+1", "-25 % off", "@home"],
            "plain": ["-sale"],
        }
        for text, of_text in tags.items():
            keyword_list.keywords.filter(text=text).update(tags=of_text)
        untagged = make_list("untagged", owner=keyword_list.owner).keywords.get()
        Keyword.objects.filter(pk=untagged.pk).update(keyword_list=keyword_list)
        name = f"keywords.{FORMATS[written_as].ending}"
        upload = Upload("file", name, written(keyword_list, written_as=written_as))
        options = DraftOptions(sources=(untagged.source_id,))
        again = start_draft(make_draft(keyword_list.owner, upload, options), on_duplicate="add")
        found = dict(again.keywords.values_list("text", "tags"))
        assert found == {**tags, "untagged": []}
        asked = ("text", "country", "language", "device")
        before, after = (set(each.keywords.values_list(*asked)) for each in (keyword_list, again))
        assert after == before

    def test_have_no_tag_that_would_come_back_as_two(self) -> None:
        for typed in ("a;b", "a|b", "a,b", 'a"b', "a\nb"):
            tag = clean_tag(typed)
            assert tag
            assert split_tags(f"first | {tag} | last") == ("first", tag, "last")


class TestEveryRun:
    """The same rows of every run: a keyword that was good and then refused has both."""

    @pytest.fixture
    def runs(self, keyword_list: KeywordList) -> KeywordList:
        first = keyword_list.keywords.filter(text=NASTY)
        rerun(first, by=keyword_list.owner)
        finish(first.get(), fields=REFUSED)
        return keyword_list

    @pytest.mark.parametrize("written_as", FORMATS)
    def test_is_complete(self, runs: KeywordList, written_as: str) -> None:
        rows = read_any(written_as, written(runs, shape="keyword-runs", written_as=written_as))
        found = [(row["keyword"].removeprefix("'"), row["outcome"]) for row in rows]
        assert found == [
            (NASTY, "ok"),
            (NASTY, "blocked"),
            (FORMULA, "blocked"),
            ("plain", "empty"),
        ]
        assert list(rows[0]) == list(SHAPES["keywords"].columns)
        assert len(rows) == count_rows(wish(runs).keywords, "keyword-runs")

    def test_tells_the_runs_apart(self, runs: KeywordList) -> None:
        rows = read_any("json", written(runs, shape="keyword-runs", written_as="json"))
        good, refused = (row for row in rows if row["keyword"] == NASTY)
        assert good["search_id"] != refused["search_id"]
        assert good["ads_total"] is not None
        assert refused["ads_total"] is None
        assert (good["status"], refused["status"]) == ("done", "failed")

    @pytest.mark.parametrize(("shape", "of_latest"), [("result-runs", 5), ("link-runs", 6)])
    def test_has_the_links_of_all_good_ones(
        self, keyword_list: KeywordList, shape: str, of_latest: int
    ) -> None:
        first = keyword_list.keywords.filter(text=NASTY)
        rerun(first, by=keyword_list.owner)
        finish(first.get())
        rows = read_any("json", written(keyword_list, shape=shape, written_as="json"))
        assert len(rows) == 2 * of_latest == count_rows(wish(keyword_list).keywords, shape)
        assert len({row["search_id"] for row in rows}) == 2

    def test_is_of_the_filter(self, runs: KeywordList) -> None:
        rows = read_any("csv", written(runs, shape="keyword-runs", q="plain"))
        assert [row["keyword"] for row in rows] == ["plain"]

    @pytest.mark.parametrize("shape", EVERY)
    def test_is_written_by_a_job_as_at_once(
        self, runs: KeywordList, shape: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(steps.SIZES, shape, 1)
        export = write_later(wish(runs, shape=shape), 5, by=runs.owner)
        while not export.finished_at:
            assert work_off("exports")
            export.refresh_from_db()
        data = b"".join(bytes(part.body) for part in export.parts.order_by("number"))
        assert data == written(runs, shape=shape)

    def test_is_offered_on_the_page_and_by_the_api(self, client: Client, runs: KeywordList) -> None:
        client.force_login(runs.owner)
        page = f"/lists/{runs.pk}/export"
        assert "4 runs" in client.get(page).content.decode()
        choice = {"shape": "keywords", "runs": "every", "written_as": "csv"}
        response: Any = client.post(page, choice)
        assert response["Content-Disposition"].endswith('"Shoes-keyword-runs.csv"')
        of_page = b"".join(response.streaming_content)
        response = ApiClient(runs.owner).get(f"lists/{runs.pk}/export", runs="every")
        assert b"".join(response.streaming_content) == of_page
        assert len(read_csv(of_page)) == 4


class TestJob:
    @pytest.mark.parametrize("written_as", FORMATS)
    def test_writes_the_same_as_at_once(
        self, keyword_list: KeywordList, written_as: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(steps.SIZES, "results", 1)  # a keyword a step
        monkeypatch.setattr(steps, "PART_SIZE", 1000)
        chosen = wish(keyword_list, shape="results", written_as=written_as)
        export = write_later(chosen, 5, by=keyword_list.owner)
        while not export.finished_at:
            assert work_off("exports")
            export.refresh_from_db()
        data = b"".join(bytes(part.body) for part in export.parts.order_by("number"))
        assert len(data) == export.size
        assert (export.rows_done, export.keywords_done, export.problem) == (5, 3, "")
        expected = written(keyword_list, shape="results", written_as=written_as)
        assert read_any(written_as, data) == read_any(written_as, expected)
        if written_as != "xlsx":
            assert data == expected
        assert Job.objects.get(export_file=export).state == "completed"

    def test_ends_where_the_export_was_deleted(self, keyword_list: KeywordList) -> None:
        export = write_later(wish(keyword_list), 3, by=keyword_list.owner)
        asking.delete_export(export, by="alice")
        assert Job.objects.get(kind="keywords.export").state == "cancelled"

    def test_refuses_a_workbook_that_would_be_too_large(self, keyword_list: KeywordList) -> None:
        with pytest.raises(asking.UnableToExport, match="choose CSV"):
            write_later(wish(keyword_list, written_as="xlsx"), 100_001, by=keyword_list.owner)

    def test_files_expire(self, keyword_list: KeywordList) -> None:
        write_later(wish(keyword_list), 3, by=keyword_list.owner)
        work_off("exports")
        assert delete_expired() == 0
        ExportFile.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        delete_expired()
        assert not ExportFile.objects.exists()
        assert not ExportPart.objects.exists()


class TestPages:
    @pytest.fixture
    def alice(self, client: Client, keyword_list: KeywordList) -> Client:
        client.force_login(keyword_list.owner)
        return client

    def test_offer_what_there_is(self, alice: Client, keyword_list: KeywordList) -> None:
        html = alice.get(f"/lists/{keyword_list.pk}/export?q=outcome:ok").content.decode()
        assert "1 keyword" in html
        assert "5 rows" in html
        assert "outcome" in html

    def test_send_a_small_file_at_once(self, alice: Client, keyword_list: KeywordList) -> None:
        response: Any = alice.post(
            f"/lists/{keyword_list.pk}/export?q=outcome:ok",
            {"shape": "keywords", "written_as": "csv", "keyword_columns": ["keyword"]},
        )
        assert response["Content-Disposition"] == 'attachment; filename="Shoes-keywords.csv"'
        data = b"".join(response.streaming_content)
        assert read_csv(data) == [{"keyword": NASTY}]

    def test_let_a_job_write_a_large_one(
        self, alice: Client, keyword_list: KeywordList, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("keywords.views.exports.AT_ONCE", 2)
        choice = {"shape": "keywords", "written_as": "csv"}
        response: Any = alice.post(f"/lists/{keyword_list.pk}/export", choice)
        assert (response.status_code, response["Location"]) == (303, "/exports")
        assert "Waiting" in alice.get("/exports").content.decode()
        export = ExportFile.objects.get()
        assert alice.get(f"/exports/{export.pk}/download").status_code == 404
        work_off("exports")
        assert "Ready" in alice.get("/exports").content.decode()
        response = alice.get(f"/exports/{export.pk}/download")
        data = b"".join(response.streaming_content)
        assert len(read_csv(data)) == 3
        assert response["Content-Length"] == str(len(data))
        assert alice.post(f"/exports/{export.pk}/delete").status_code == 303
        assert not ExportFile.objects.exists()

    def test_tell_a_mistake(self, alice: Client, keyword_list: KeywordList) -> None:
        html = alice.post(f"/lists/{keyword_list.pk}/export", {"shape": "no"}).content.decode()
        assert "Select a valid choice" in html

    def test_hold_nothing_of_a_filter_that_is_not_understood(
        self, alice: Client, keyword_list: KeywordList
    ) -> None:
        html = alice.get(f"/lists/{keyword_list.pk}/export?q=ads>x").content.decode()
        assert "0 keywords" in html
        assert "Problem(" not in html
        assert Keyword.objects.count() == 3


class TestApi:
    def test_takes_a_filter_and_columns(self, keyword_list: KeywordList) -> None:
        client = ApiClient(User.objects.get(pk=keyword_list.owner_id))
        address = f"lists/{keyword_list.pk}/export"
        response: Any = client.get(address, q="outcome:blocked", columns="keyword, outcome")
        assert read_csv(b"".join(response.streaming_content)) == [
            {"keyword": f"'{FORMULA}", "outcome": "blocked"}
        ]
        assert client.get(address, q="ads>many").status_code == 422
