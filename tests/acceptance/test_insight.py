"""Questions across results, domains, the search field of every page, history, exports, schedules and notifications, in
a browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from keywords.models import Keyword
from keywords.runs import rerun
from tests.acceptance.axe import find_violations
from tests.acceptance.scenes import make_scene
from tests.acceptance.visitors import sign_in, upload_file
from tests.jobs.nodes import NodeProcess
from tests.keywords.found import TWO_KEYWORDS, make_found
from tests.keywords.results import REFUSED, finish
from tests.keywords.rows import make_list, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class TestQuestions:
    def test_are_asked_answered_and_followed(
        self, context: BrowserContext, page: Page, site: str
    ) -> None:
        anna = make_user("anna")
        make_found(TWO_KEYWORDS, owner=anna, name="Two")
        sign_in(context, site, anna)
        page.goto(f"{site}/")
        page.keyboard.press("g")
        page.keyboard.press("s")
        page.get_by_role("link", name="Keywords with an ad URL containing").click()
        expect(page.get_by_label("Text")).to_be_focused()
        page.keyboard.type("technology")
        page.keyboard.press("Enter")
        line = page.locator("#answer")
        expect(line).to_have_text("“technology” is in 2 ad URLs of 2 keywords (of 2).")
        line.get_by_role("link", name="2 ad URLs").click()
        expect(page.get_by_role("region", name="Links found").locator("tbody tr")).to_have_count(2)
        page.get_by_text("Copy as API call").click()
        expect(page.locator("#api-call")).to_contain_text("/api/v1/links/groups?where=ad")
        with page.expect_download() as download:
            page.get_by_role("link", name="Export this").click()
        assert download.value.suggested_filename == "search.csv"
        page.get_by_label("Match").select_option("count")
        expect(page.get_by_label("n", exact=True)).to_be_visible()
        page.get_by_label("Look in").select_option("organic")
        page.get_by_label("Text").fill("nothing at all")
        page.get_by_role("button", name="Ask").click()
        expect(page.get_by_role("heading", name="Nothing matches")).to_be_visible()

    def test_are_answered_without_scripts(self, plain: Page, site: str) -> None:
        anna = make_user("anna")
        make_found(TWO_KEYWORDS, owner=anna)
        sign_in(plain.context, site, anna)
        plain.goto(f"{site}/search")
        plain.get_by_role("link", name="Domains advertising on most keywords").click()
        assert "3 ad URLs of 2 keywords (of 2)" in plain.locator("#answer").inner_text()
        plain.get_by_role("searchbox", name="Find lists, keywords and domains").fill("one")
        plain.keyboard.press("Enter")
        expect(plain).to_have_url(f"{site}/find?q=one")


class TestDomains:
    def test_are_picked_from_the_board_and_compared(
        self, context: BrowserContext, page: Page, site: str
    ) -> None:
        anna = make_user("anna")
        make_found(TWO_KEYWORDS, owner=anna)
        sign_in(context, site, anna)
        page.goto(f"{site}/domains")
        page.get_by_role("checkbox", name="Compare example.com").check()
        page.get_by_role("checkbox", name="Compare shop.test").check()
        page.get_by_role("button", name="Compare the ticked").click()
        row = page.get_by_role("row", name="one")
        expect(row).to_contain_text("winner, 2 ad 1")
        page.get_by_role("link", name="Domains").last.click()
        page.get_by_role("link", name="Share of voice").click()
        expect(page.locator("th[aria-sort]")).to_have_text("Share of voice")


class TestSearchField:
    def test_suggests_while_one_types(self, context: BrowserContext, page: Page, site: str) -> None:
        anna = make_user("anna")
        make_found(TWO_KEYWORDS, owner=anna, name="Example list")
        sign_in(context, site, anna)
        page.goto(f"{site}/sources")
        page.keyboard.press("/")
        field = page.get_by_role("combobox", name="Find lists, keywords and domains")
        expect(field).to_be_focused()
        page.keyboard.type("exam")
        expect(page.get_by_role("option", name="Example list")).to_be_visible()
        expect(page.get_by_role("option", name="example.com")).to_be_visible()
        assert find_violations(page) == []
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("option", name="example.com")).to_have_attribute(
            "aria-selected", "true"
        )
        page.keyboard.press("Enter")
        expect(page.locator("#answer")).to_contain_text("2 keywords")
        # It is one when the new page's scripts have come, and keys are heard.
        expect(field).to_be_visible()
        page.keyboard.press("/")
        expect(field).to_be_focused()
        page.keyboard.type("exam")
        expect(page.get_by_role("option").first).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("listbox")).to_be_hidden()


class TestHistory:
    def test_is_drawn_with_its_gaps_and_leads_to_a_comparison(
        self, context: BrowserContext, page: Page, site: str
    ) -> None:
        scene = make_scene()
        rerun(Keyword.objects.filter(pk=scene.good.pk), by=scene.user)
        finish(scene.good, fields=REFUSED)
        rerun(Keyword.objects.filter(pk=scene.good.pk), by=scene.user)
        finish(scene.good)
        sign_in(context, site, scene.user)
        page.goto(f"{site}/keywords/{scene.good.pk}")
        page.get_by_role("link", name="History").click()
        expect(page.locator(".chart canvas").first).to_be_visible()
        runs = page.get_by_role("region", name="Runs")
        expect(runs.locator("tbody tr")).to_have_count(4)
        expect(runs.get_by_text("Blocked")).to_be_visible()
        page.get_by_text("The numbers of the charts").first.click()
        numbers = page.get_by_role("region", name="The numbers of the charts")
        expect(numbers.get_by_text("✕").first).to_be_visible()
        expect(numbers.get_by_role("columnheader", name="shop.example")).to_be_visible()
        runs.get_by_role("link", name="compare").last.click()
        expect(page).to_have_url(re.compile("compare="))
        expect(page.get_by_text("Compared with").first).to_be_visible()

    def test_is_read_with_the_arrow_keys(
        self, context: BrowserContext, page: Page, site: str
    ) -> None:
        scene = make_scene()
        rerun(Keyword.objects.filter(pk=scene.good.pk), by=scene.user)
        finish(scene.good, fields=REFUSED)
        sign_in(context, site, scene.user)
        page.goto(f"{site}/keywords/{scene.good.pk}?tab=history")
        counts = page.locator("[data-plot]").last
        chart = counts.get_by_role("group", name="Ads and organic results")
        spoken = counts.get_by_role("status")
        chart.press("ArrowLeft")
        expect(spoken).to_contain_text(re.compile(r"ads \u2013, organic results \u2013$"))
        chart.press("Home")
        expect(spoken).to_contain_text(re.compile(r"ads 3, organic results 2$"))
        expect(counts.locator(".u-legend")).to_contain_text("3")


class TestExports:
    def test_come_at_once_and_are_uploaded_again(
        self, context: BrowserContext, page: Page, site: str, tmp_path: Path
    ) -> None:
        nasty = 'a,"b" ;=1+1'
        anna = make_user("anna")
        keyword_list = make_list(nasty, "plain", owner=anna)
        finish(keyword_list.keywords.earliest("pk"))
        sign_in(context, site, anna)
        for written_as in ("CSV", "CSV for Excel", "Excel workbook"):
            page.goto(f"{site}/lists/{keyword_list.pk}")
            page.get_by_role("link", name="Export").first.click()
            page.get_by_role("radio", name=re.compile(f"^{written_as} [A-Z]")).check()
            with page.expect_download() as download:
                page.get_by_role("button", name="Export").click()
            file = tmp_path / download.value.suggested_filename
            download.value.save_as(file)
            page.goto(f"{site}/lists/new")
            upload_file(page, file)
            rows = page.locator("tbody")
            expect(rows.get_by_text(nasty, exact=True).first).to_be_visible()
            expect(rows.get_by_text("plain", exact=True).first).to_be_visible()

    @pytest.mark.cluster
    def test_that_are_large_are_written_by_a_job(
        self,
        context: BrowserContext,
        page: Page,
        site: str,
        node: NodeProcess,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("keywords.views.exports.AT_ONCE", 1)
        anna = make_user("anna")
        keyword_list = make_list("one", "two", owner=anna)
        sign_in(context, site, anna)
        page.goto(f"{site}/lists/{keyword_list.pk}/export")
        page.get_by_role("button", name="Export").click()
        expect(page).to_have_url(f"{site}/exports")
        # Ready without a reload: the page asks by itself.
        with page.expect_download(timeout=60_000) as download:
            page.get_by_role("link", name="Download").click(timeout=60_000)
        assert len(Path(download.value.path()).read_text().splitlines()) == 3


class TestSchedule:
    def test_is_previewed_saved_and_paused(
        self, context: BrowserContext, page: Page, site: str
    ) -> None:
        anna = make_user("anna")
        keyword_list = make_list("one", owner=anna)
        sign_in(context, site, anna)
        page.goto(f"{site}/lists/{keyword_list.pk}/schedule")
        page.get_by_label("How often").select_option("weekly")
        page.get_by_label("At", exact=True).fill("08:00")
        page.get_by_label("Day of the week").select_option(label="Monday")
        page.get_by_label("Time zone").select_option("Europe/Berlin")
        page.get_by_role("button", name="Show the next runs").click()
        expect(page.get_by_role("heading", name="It would run")).to_be_visible()
        expect(page.locator(".coming li")).to_have_count(5)
        page.get_by_role("button", name="Save the schedule").click()
        expect(page.get_by_text("every Monday at 08:00").first).to_be_visible()
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_text("it does not run until you let it go on")).to_be_visible()


class TestNotifications:
    def test_are_chosen_and_tried(self, context: BrowserContext, page: Page, site: str) -> None:
        sign_in(context, site, make_user("anna"))
        page.goto(f"{site}/account/notifications")
        page.get_by_label("A webhook").select_option("finished")
        page.get_by_label("Address of the webhook").fill("http://127.0.0.1:9/hook")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("is a private address, which is not allowed")).to_be_visible()
        page.get_by_label("Address of the webhook").fill("https://example.org/hook")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("whsec_")).to_be_visible()
        page.get_by_role("button", name="Send a test webhook").click()
        expect(page.get_by_role("row", name="A test")).to_contain_text("On its way")
