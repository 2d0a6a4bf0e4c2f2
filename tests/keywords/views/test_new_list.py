"""Uploading in three steps: what is refused, what the check shows, and that Start happens once."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from jobs.models import Job
from keywords.drafts.changing import prune_drafts
from keywords.drafts.records import KEPT_FOR, Draft
from keywords.models import KeywordList
from keywords.sources import ensure_practice_source, set_source
from tests.keywords.rows import make_list, make_user

pytestmark = pytest.mark.django_db

AUTO = {"encoding": "auto", "delimiter": "auto", "has_header": "auto"}


@pytest.fixture
def alice(client: Client) -> Client:
    client.force_login(make_user("alice"))
    return client


def post(client: Client, **fields: Any) -> Any:
    return client.post(
        "/lists/new", {"source": ensure_practice_source().pk, "device": "desktop", **fields}
    )


def upload(client: Client, data: bytes, **fields: Any) -> Any:
    return post(client, file=SimpleUploadedFile("words.csv", data), **fields)


def check(client: Client, data: bytes, **fields: Any) -> str:
    """The address of the check page."""
    response = upload(client, data, **fields)
    assert response.status_code == 303, response.context["form"].errors
    return str(response["Location"])


def start(client: Client, draft: str, **fields: Any) -> Any:
    return client.post(f"{draft}/start", fields)


def tiles(client: Client, draft: str) -> dict[str, int]:
    return {tile.kind: tile.count for tile in client.get(draft).context["tiles"]}


class TestInput:
    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (b"", "The file is empty."),
            (b"\x89PNG\r\n\x1a\n" + bytes(200), "a PNG picture"),
            (b"\n\n\n", "every row is empty"),
        ],
    )
    def test_says_what_is_wrong_with_a_file(self, alice: Client, data: bytes, said: str) -> None:
        response = upload(alice, data)
        assert response.status_code == 200
        assert said in response.content.decode()
        assert not Draft.objects.exists()

    def test_says_how_large_a_file_may_be(self, alice: Client, settings: Any) -> None:
        settings.MAX_UPLOAD_BYTES = 2048
        response = upload(alice, b"word\n" * 1000)
        assert "the limit is 2.0" in response.content.decode().replace("\xa0", " ")

    def test_takes_a_file_or_text_but_not_both(self, alice: Client) -> None:
        response = upload(alice, b"one", text="two")
        assert "Give a file or text, not both." in response.content.decode()
        assert "Choose a file, or paste" in post(alice).content.decode()

    @pytest.mark.parametrize(("way", "rows"), [("file", "one"), ("paste", "two")])
    def test_takes_what_the_tab_shows(self, alice: Client, way: str, rows: str) -> None:
        response = upload(alice, b"one", text="two", way=way)
        (row,) = alice.get(response["Location"]).context["rows"]
        assert [cell.text for cell in row.cells] == [rows]

    @pytest.mark.parametrize("way", ["file", "paste"])
    def test_says_what_is_missing_where_one_looks(self, alice: Client, way: str) -> None:
        response = post(alice, way=way)
        assert list(response.context["form"].errors) == ["text" if way == "paste" else "file"]
        assert f'id="way-{way}" checked' in response.content.decode()

    def test_forgets_a_file_that_is_too_large_when_text_is_pasted(
        self, alice: Client, settings: Any
    ) -> None:
        settings.MAX_UPLOAD_BYTES = 2048
        assert upload(alice, b"word\n" * 1000, text="two", way="paste").status_code == 303

    def test_gives_a_template_that_is_understood(self, alice: Client) -> None:
        template = alice.get("/lists/template.csv").content
        page = alice.get(check(alice, template)).context
        assert [column.role for column in page["columns"]] == template.split(b"\n")[
            0
        ].decode().split(",")
        assert page["check"].counts["problem"] == 0

    def test_checks_the_options(self, alice: Client) -> None:
        response = post(alice, text="one", country="u", language="?", start="later")
        content = response.content.decode()
        assert "is not a country code" in content
        assert "is not a language code" in content
        assert "Say when it starts." in content

    def test_offers_only_sources_that_are_switched_on(self, alice: Client) -> None:
        off = set_source("off", engine="practice", enabled=False)
        assert "off" not in [
            source.name for source, *_ in alice.get("/lists/new").context["sources"]
        ]
        assert "switched off" in post(alice, text="one", source=off.pk).content.decode()

    def test_says_that_practice_results_are_made_up(self, alice: Client) -> None:
        ensure_practice_source()
        assert "made-up results" in alice.get("/lists/new").content.decode()

    def test_says_so_when_there_is_no_source(self, alice: Client) -> None:
        set_source("practice", engine="practice", enabled=False)
        assert "No source is switched on." in alice.get("/lists/new").content.decode()

    def test_leaves_priorities_to_staff(self, alice: Client) -> None:
        start(alice, check(alice, b"one", priority=0))
        assert Job.objects.get().priority == 5
        alice.force_login(make_user("staff", is_staff=True))
        start(alice, check(alice, b"two", priority=0))
        assert Job.objects.latest("pk").priority == 0

    def test_keeps_the_file_when_one_goes_back(self, alice: Client) -> None:
        draft = check(alice, b"shoes\nboots\n", name="mine")
        pk = draft.rpartition("/")[2]
        page = alice.get(f"/lists/new?draft={pk}").content.decode()
        assert "words.csv" in page
        assert 'value="mine"' in page
        response = post(alice, draft=pk, country="de", name="other")
        assert response["Location"] == draft
        start(alice, draft)
        keyword_list = KeywordList.objects.get()
        assert keyword_list.name == "other"
        assert {keyword.country for keyword in keyword_list.keywords.all()} == {"de"}

    def test_sample_shows_what_the_check_is_for(self, alice: Client) -> None:
        ensure_practice_source()
        response = alice.post("/lists/sample")
        assert tiles(alice, response["Location"]) == {
            "new": 12, "tracked": 0, "duplicate": 1, "problem": 1
        }  # fmt: skip


class TestCheck:
    def test_tells_kinds_of_rows_apart(self, alice: Client) -> None:
        make_list("old boots", owner=make_user("alice"), name="Boots")
        draft = check(alice, b"keyword\nred shoes\nRed Shoes\nold boots\n\nbell\x07\n")
        assert tiles(alice, draft) == {"new": 1, "tracked": 1, "duplicate": 1, "problem": 2}
        content = alice.get(draft).content.decode()
        for said in (
            "Duplicate of row 2.",
            "Already in the list “Boots”.",
            "Empty row.",
            "U+0007",
            "header found",
        ):
            assert said in content
        assert not KeywordList.objects.exclude(name="Boots").exists()

    def test_shows_problems_first_and_each_kind_alone(self, alice: Client) -> None:
        draft = check(alice, b"one\ntwo\n" + b"x" * 300 + b"\none\n")
        assert [row.number for row in alice.get(draft).context["rows"]] == [3, 4, 1, 2]
        only = alice.get(f"{draft}?show=duplicate").context["rows"]
        assert [row.number for row in only] == [4]

    def test_shows_how_a_keyword_stood_before_it_was_cleaned(self, alice: Client) -> None:
        content = alice.get(check(alice, b"  red   shoes \n")).content.decode()
        assert "<q>  red   shoes </q>" in content

    def test_shows_markup_and_formulas_as_text(self, alice: Client) -> None:
        content = alice.get(check(alice, b"<script>x</script>\n=cmd|' /C calc'!A0\n")).content
        assert b"&lt;script&gt;x" in content
        assert b"<script>x" not in content

    def test_reads_again_in_another_encoding(self, alice: Client) -> None:
        draft = check(alice, "Größe\nStraße zum Hügel\n".encode("cp1252"))
        alice.post(f"{draft}/read", {**AUTO, "encoding": "cp1251"})
        assert "GrцЯe" in alice.get(draft).content.decode()
        alice.post(f"{draft}/read", AUTO)
        assert "Größe" in alice.get(draft).content.decode()

    def test_says_when_it_cannot_be_read_so(self, alice: Client) -> None:
        draft = check(alice, "Größe\n".encode("cp1252"))
        alice.post(f"{draft}/read", {**AUTO, "encoding": "utf-8"})
        assert "not written in utf-8" in alice.get(draft).content.decode()

    def test_takes_another_delimiter_header_and_column(self, alice: Client) -> None:
        draft = check(alice, b"shoes;red\nboots;blue\n")
        alice.post(f"{draft}/read", {**AUTO, "column-0": "", "column-1": "keyword"})
        assert [row.cells[1].text for row in alice.get(draft).context["rows"]] == ["red", "blue"]
        alice.post(f"{draft}/read", {**AUTO, "delimiter": "none"})
        assert alice.get(draft).context["rows"][0].cells[0].text == "shoes;red"
        alice.post(f"{draft}/read", {**AUTO, "has_header": "yes"})
        assert alice.get(draft).context["row_count"] == 1

    def test_wants_one_column_for_the_keyword(self, alice: Client) -> None:
        draft = check(alice, b"keyword,country\nshoes,us\n")
        alice.post(f"{draft}/read", {**AUTO, "column-0": ""})
        assert "one column, and only one" in alice.get(draft).content.decode()

    def test_refuses_more_tags_than_a_keyword_bears(self, alice: Client) -> None:
        many = ",".join(map(str, range(21)))
        draft = check(alice, f"keyword\ttags\nred\t{many}\nblue\ta\x07b\ngreen\tfine\n".encode())
        content = alice.get(draft).content.decode()
        assert "21 tags, the limit is 20." in content
        assert tiles(alice, draft)["problem"] == 2
        form = post(alice, text="red", tags=many).context["form"]
        assert form.errors["tags"] == ["21 tags, the limit is 20."]

    def test_takes_corrections(self, alice: Client) -> None:
        draft = check(alice, b"keyword,country\nshoes,us\nboots,usa\n,us\n")
        cells = {"cell-3-0": "boots", "cell-3-1": "us", "cell-4-0": "", "cell-2-0": "not this"}
        alice.post(f"{draft}/correct", cells)
        assert tiles(alice, draft) == {"new": 2, "tracked": 0, "duplicate": 0, "problem": 1}
        start(alice, draft)
        keywords = KeywordList.objects.get().keywords.order_by("row")
        assert list(keywords.values_list("row", "text", "country")) == [
            (2, "shoes", "us"), (3, "boots", "us")
        ]  # fmt: skip

    def test_gives_problem_rows_as_a_file(self, alice: Client) -> None:
        draft = check(alice, b'keyword,country\n"=1+1, x",usa\nshoes,us\n')
        response = alice.get(f"{draft}/problems.csv")
        text = response.content.decode("utf-8-sig")
        assert text.splitlines()[0] == "keyword,country,problem"
        assert text.splitlines()[1].startswith('"\'=1+1, x",usa,row 2: “usa” is not a country')
        assert len(text.splitlines()) == 2

    def test_takes_the_first_rows_only_when_told_to(self, alice: Client, settings: Any) -> None:
        settings.MAX_KEYWORDS = 2
        draft = check(alice, b"one\ntwo\nthree\n")
        assert "only 2 keywords are allowed" in alice.get(draft).content.decode()
        assert start(alice, draft)["Location"] == draft
        assert not KeywordList.objects.exists()
        alice.post(f"{draft}/take")
        start(alice, draft)
        keyword_list = KeywordList.objects.get()
        assert keyword_list.keywords.count() == 2
        assert [row.text for row in keyword_list.skipped_rows.all()] == ["three"]

    def test_says_how_long_it_takes_at_most(self, alice: Client) -> None:
        source = set_source("slow", engine="practice", limits={"rate_limit": 2})
        draft = check(alice, b"one\ntwo\nthree\nfour\n", source=source.pk)
        assert "2 min or more: at most 2/min are allowed" in alice.get(draft).content.decode()

    @pytest.mark.parametrize("count", [10, 1000])
    def test_costs_the_same_whatever_the_size(
        self, alice: Client, count: int, django_assert_max_num_queries: DjangoAssertNumQueries
    ) -> None:
        draft = check(alice, b"\n".join(b"keyword %d" % number for number in range(count)))
        with django_assert_max_num_queries(14):
            alice.get(draft)
        with django_assert_max_num_queries(45):
            start(alice, draft)


class TestStart:
    def test_leads_to_the_list(self, alice: Client) -> None:
        response = start(alice, check(alice, b"keyword\nred shoes\nblue shoes\nred shoes\n"))
        keyword_list = KeywordList.objects.get()
        assert (response.status_code, response["Location"]) == (303, f"/lists/{keyword_list.pk}")
        assert keyword_list.owner.get_username() == "alice"
        assert keyword_list.name == "words.csv"
        assert Job.objects.count() == keyword_list.keywords.count() == 2
        page = alice.get(response["Location"]).content.decode()
        assert "2 keywords queued, 1 not imported" in page
        report = alice.get(f"/lists/{keyword_list.pk}/import").content.decode()
        assert "Duplicate of row 2." in report

    def test_happens_once(self, alice: Client) -> None:
        draft = check(alice, b"one")
        first, second = start(alice, draft), start(alice, draft)
        assert first["Location"] == second["Location"]
        assert KeywordList.objects.count() == 1
        for path in (draft, f"{draft}/problems.csv"):
            assert alice.get(path)["Location"].startswith(first["Location"])
        assert alice.post(f"{draft}/read", AUTO)["Location"] == first["Location"]

    @pytest.mark.parametrize(
        ("choice", "keywords", "jobs"), [("skip", 1, 1), ("rerun", 1, 2), ("add", 2, 2)]
    )
    def test_does_as_told_with_what_is_tracked(
        self, alice: Client, choice: str, keywords: int, jobs: int
    ) -> None:
        make_list("old", owner=make_user("alice"))
        Job.objects.update(state="completed", finished_at=timezone.now())
        before = Job.objects.count()
        start(alice, check(alice, b"old\nnew"), on_duplicate=choice)
        assert KeywordList.objects.latest("pk").keywords.count() == keywords
        assert Job.objects.count() - before == jobs

    def test_searches_each_keyword_at_each_source(self, alice: Client) -> None:
        other = set_source("other", engine="practice")
        draft = check(alice, b"one\ntwo", source=[ensure_practice_source().pk, other.pk])
        start(alice, draft)
        keywords = KeywordList.objects.get().keywords
        assert set(keywords.values_list("text", "source__name")) == {
            (text, name) for text in ("one", "two") for name in ("practice", "other")
        }

    def test_gives_tags_of_the_row_and_of_the_list(self, alice: Client) -> None:
        data = b'keyword;Tags\nred;"brand, ""top"" | back\\slash"\nblue;\n'
        draft = check(alice, data, tags="autumn, brand,autumn")
        start(alice, draft)
        keywords = KeywordList.objects.get().keywords
        assert keywords.get(text="red").tags == ["brand", "top", "back\\slash", "autumn"]
        assert keywords.get(text="blue").tags == ["autumn", "brand"]
        assert alice.get("/").context["rows"][0].keyword_list.tags[:2] == ["autumn", "brand"]
        page = alice.get(f"/lists/{KeywordList.objects.get().pk}")
        tag, link = page.context["tags"][2]
        assert (tag, link) == ("back\\slash", "?q=tag%3Aback%5Cslash")
        assert len(page.context["tags"]) == 4
        rows = alice.get(f"{page.request['PATH_INFO']}{link}").context["rows"]
        assert [row.keyword.text for row in rows] == ["red"]

    def test_holds_when_told_to(self, alice: Client) -> None:
        start(alice, check(alice, b"one"), how="hold")
        assert Job.objects.get().held_at is not None

    def test_waits_for_its_time(self, alice: Client) -> None:
        start(alice, check(alice, b"one", start="later", start_at="2999-01-01T08:00"))
        assert Job.objects.get().scheduled_at.year == 2999

    def test_refuses_a_draft_whose_source_was_switched_off(self, alice: Client) -> None:
        draft = check(alice, b"one")
        set_source("practice", enabled=False)
        start(alice, draft)
        assert not KeywordList.objects.exists()
        assert "switched off" in alice.get(draft).content.decode()


class TestExpiry:
    def test_forgets_what_nobody_started(self, alice: Client) -> None:
        old, young = check(alice, b"one"), check(alice, b"two")
        pk = int(old.rpartition("/")[2])
        Draft.objects.filter(pk=pk).update(created_at=timezone.now() - KEPT_FOR)
        assert alice.get(old).status_code == 404
        assert prune_drafts() == 1
        assert alice.get(young).status_code == 200
