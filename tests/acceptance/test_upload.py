"""Uploading in three steps, as people do it: with second thoughts, twice, without scripts, on a phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from jobs.models import Job
from keywords.models import KeywordList
from tests.acceptance.conftest import Watch
from tests.acceptance.visitors import START, sign_in, start, upload_file
from tests.keywords.rows import make_list, make_user

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


class TestWithoutScripts:
    def test_goes_all_the_way(self, browser: Browser, watch: Watch, site: str, file: Path) -> None:
        context = browser.new_context(java_script_enabled=False)
        sign_in(context, site, make_user("anna"))
        page = context.new_page()
        watch.follow(page)
        page.goto(f"{site}/lists/new")
        upload_file(page, file)
        page.get_by_label("First row").select_option("no")
        page.get_by_role("button", name="Apply").click()
        assert tile(page, "New") == "5"
        page.get_by_label("First row").select_option("auto")
        page.get_by_role("button", name="Apply").click()
        start(page)
        expect(page.get_by_role("heading", name=file.name)).to_be_visible()
        context.close()
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
