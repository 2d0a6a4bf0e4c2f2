"""Uploading in three steps, as people do it: with second thoughts, twice, without scripts, on a phone."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from jobs.models import Job
from keywords.models import KeywordList
from tests.acceptance.visitors import START, sign_in, start, upload_file, write_keywords
from tests.keywords.results import finish
from tests.keywords.rows import make_list, make_user
from tests.keywords.uploads.files import make_file

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FILE = (
    "Suchbegriff;Land\nred shoes;us\n  blue   shoes ;us\nred shoes;us\nold boots;us\nsandals;usa\n"
)
NARROWEST = {"width": 320, "height": 640}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a-file-with-a-rather-long-name-as-people-have-them-in-their-folders.csv"
    path.write_text(FILE)
    return path


def tile(page: Page, name: str) -> str:
    link = page.get_by_role("navigation", name="What becomes of the rows").get_by_role("link")
    return link.filter(has_text=name).locator(".tile__figure").inner_text()


class TestThreeSteps:
    def test_can_be_changed_and_happen_once(
        self, context: BrowserContext, page: Page, site: str, file: Path
    ) -> None:
        user = make_user("anna")
        make_list("old boots", owner=user, name="Boots", country="us")
        sign_in(context, site, user)
        page.goto(f"{site}/lists/new")
        upload_file(page, file)
        self.change_the_reading(page)
        self.correct_a_row(page)
        self.start_twice(page)
        keyword_list = KeywordList.objects.latest("pk")
        assert set(keyword_list.keywords.values_list("text", "country")) == {
            ("red shoes", "us"),
            ("blue shoes", "us"),
            ("sandals", "us"),
        }
        assert KeywordList.objects.count() == 2
        assert Job.objects.count() == 4

    def change_the_reading(self, page: Page) -> None:
        assert tile(page, "New") == "2"
        assert tile(page, "Already tracked") == "1"
        page.evaluate("window.notReloaded = true")
        page.get_by_label("Delimiter").select_option("none")
        expect(page.get_by_text("red shoes;us").first).to_be_visible()
        page.get_by_label("Delimiter").select_option("auto")
        expect(page.get_by_label("Land")).to_have_value("country")
        page.get_by_label("Land").select_option("")
        expect(page.get_by_role("link", name="With problems 0")).to_be_visible()
        page.get_by_label("Land").select_option("country")
        expect(page.get_by_role("link", name="With problems 1")).to_be_visible()
        assert page.evaluate("window.notReloaded") is True
        expect(page.locator(".was q")).to_have_text("blue shoes")

    def correct_a_row(self, page: Page) -> None:
        page.get_by_role("link", name="With problems 1").click()
        expect(page.get_by_role("row")).to_have_count(2)
        page.get_by_label("Row 6, corrected").last.fill("us")
        page.get_by_role("button", name="Save corrections").click()
        expect(page.get_by_role("link", name="With problems 0")).to_be_visible()

    def start_twice(self, page: Page) -> None:
        page.reload()
        page.get_by_role("button", name=START).dblclick()
        expect(page.locator("#progress")).to_be_visible(timeout=30_000)
        expect(page.get_by_text("3 keywords queued, 1 already tracked")).to_be_visible()
        address = page.url
        page.go_back()
        if page.url != address:  # the browser had kept the page
            start(page)
        expect(page).to_have_url(address)
        page.reload()
        expect(page.locator("#progress")).to_be_visible(timeout=30_000)


class TestTracked:
    def test_are_run_again_where_nothing_is_new(
        self, context: BrowserContext, page: Page, site: str
    ) -> None:
        user = make_user("anna")
        boots = make_list("old boots", owner=user, name="Boots").keywords.get()
        finish(boots)
        sign_in(context, site, user)
        page.goto(f"{site}/lists/new")
        write_keywords(page, "old boots")
        page.get_by_role("button", name="Check", exact=True).click()
        expect(page.get_by_text("None of them is new.")).to_be_visible()
        page.get_by_role("button", name="Start", exact=True).click()
        expect(page.get_by_text("1 searched again")).to_be_visible()
        assert boots.searches.count() == 2

    def test_are_counted_as_they_are_chosen(
        self, context: BrowserContext, page: Page, site: str
    ) -> None:
        user = make_user("anna")
        make_list("old boots", owner=user, name="Boots")
        sign_in(context, site, user)
        page.goto(f"{site}/lists/new")
        write_keywords(page, "old boots\nnew boots")
        page.get_by_role("button", name="Check", exact=True).click()
        expect(page.get_by_role("button", name="Start 1")).to_be_visible()
        page.get_by_label("search in this list too").check()
        expect(page.locator(".start-bar__words")).to_contain_text("2 keywords")
        page.get_by_role("button", name="Start 2").click()
        expect(page.get_by_text("2 keywords queued.")).to_be_visible()


class TestInput:
    """Every way in, as a browser sends it."""

    @pytest.mark.parametrize("name", ["k.xlsx", "k.ods", "k.tsv", "k.txt", "k.csv"])
    def test_reads_any_file(
        self, context: BrowserContext, page: Page, site: str, tmp_path: Path, name: str
    ) -> None:
        path = tmp_path / name
        path.write_bytes(
            make_file(path.suffix, [["keyword", "country"], ["größe", "de"], ["b", "us"]])
        )
        sign_in(context, site, make_user("anna"))
        page.goto(f"{site}/lists/new")
        upload_file(page, path)
        assert tile(page, "New") == "2"
        expect(page.get_by_text("größe").first).to_be_visible()

    def test_takes_a_file_that_is_dropped(
        self, context: BrowserContext, page: Page, site: str
    ) -> None:
        sign_in(context, site, make_user("anna"))
        page.goto(f"{site}/lists/new")
        data = page.evaluate_handle(
            """() => {
                const data = new DataTransfer();
                data.items.add(new File(["red\\nblue\\n"], "dropped.csv"));
                return data;
            }"""
        )
        zone = page.locator("[data-drop]")
        zone.dispatch_event("dragover", {"dataTransfer": data})
        expect(zone).to_have_class(re.compile("is-over"))
        zone.dispatch_event("drop", {"dataTransfer": data})
        expect(zone).not_to_have_class(re.compile("is-over"))
        page.get_by_role("button", name="Check", exact=True).click()
        expect(page.get_by_text("dropped.csv")).to_be_visible()
        assert tile(page, "New") == "2"

    def test_counts_what_is_pasted(self, context: BrowserContext, page: Page, site: str) -> None:
        sign_in(context, site, make_user("anna"))
        page.goto(f"{site}/lists/new")
        write_keywords(page, "red\nblue\n\nRed ")
        expect(page.get_by_text("3 keywords · 1 repeated")).to_be_visible()

    @pytest.mark.parametrize("name", ["", "pasted.csv"])
    def test_takes_what_is_pasted_anywhere(
        self, context: BrowserContext, page: Page, site: str, name: str
    ) -> None:
        """Text goes into the field, a file into the other tab."""
        sign_in(context, site, make_user("anna"))
        page.goto(f"{site}/lists/new")
        page.get_by_label("Paste" if name else "File", exact=True).check()
        page.evaluate(
            """name => {
                const data = new DataTransfer();
                if (name) data.items.add(new File(["red\\nblue\\n"], name));
                else data.setData("text/plain", "red\\nblue");
                document.querySelector("h1").dispatchEvent(
                    new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
            }""",
            name,
        )
        if not name:
            expect(page.get_by_label("Paste keywords")).to_be_focused()
            expect(page.get_by_text("2 keywords", exact=True)).to_be_visible()
        page.get_by_role("button", name="Check", exact=True).click()
        expect(page.locator(".facts").get_by_text(name or "Pasted")).to_be_visible()
        assert tile(page, "New") == "2"

    def test_takes_the_first_rows_of_too_many_when_told_to(
        self, context: BrowserContext, page: Page, site: str, settings: Any
    ) -> None:
        settings.MAX_KEYWORDS = 2
        sign_in(context, site, make_user("anna"))
        page.goto(f"{site}/lists/new")
        write_keywords(page, "a\nb\nc")
        page.get_by_role("button", name="Check", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("3 rows; only 2 keywords are allowed.")
        expect(page.get_by_role("button", name=START)).to_have_count(0)
        page.get_by_role("button", name="Take the first 2").click()
        start(page)
        expect(page.get_by_text("2 keywords queued, 1 not imported")).to_be_visible()


class TestWithoutScripts:
    def test_goes_all_the_way(self, plain: Page, site: str, file: Path) -> None:
        sign_in(plain.context, site, make_user("anna"))
        plain.goto(f"{site}/lists/new")
        upload_file(plain, file)
        plain.get_by_label("First row").select_option("no")
        plain.get_by_role("button", name="Apply").click()
        assert tile(plain, "New") == "5"
        plain.get_by_label("First row").select_option("auto")
        plain.get_by_role("button", name="Apply").click()
        start(plain)
        expect(plain.get_by_role("heading", name=file.name)).to_be_visible()
        assert KeywordList.objects.get().keywords.count() == 3


class TestPhone:
    def test_needs_no_scrolling_sideways(
        self, context: BrowserContext, page: Page, site: str, file: Path
    ) -> None:
        sign_in(context, site, make_user("anna"))
        page.set_viewport_size(NARROWEST)  # type: ignore[arg-type]  # a ViewportSize
        page.goto(f"{site}/lists/new")
        upload_file(page, file)
        expect(page.get_by_role("button", name=START)).to_be_visible()
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
        start(page)
        expect(page.locator("#progress")).to_be_visible(timeout=30_000)
