"""Questions across results, domains and the search field of every page, in a browser."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.acceptance.axe import find_violations
from tests.acceptance.visitors import sign_in
from tests.keywords.found import TWO_KEYWORDS, make_found
from tests.keywords.rows import make_user

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

    def test_are_answered_without_scripts(self, context: BrowserContext, site: str) -> None:
        anna = make_user("anna")
        make_found(TWO_KEYWORDS, owner=anna)
        sign_in(context, site, anna)
        browser = context.browser
        assert browser is not None
        plain = browser.new_context(
            java_script_enabled=False, storage_state=context.storage_state()
        )
        page = plain.new_page()
        page.goto(f"{site}/search")
        page.get_by_role("link", name="Domains advertising on most keywords").click()
        assert "3 ad URLs of 2 keywords (of 2)" in page.locator("#answer").inner_text()
        page.get_by_role("searchbox", name="Find lists, keywords and domains").fill("one")
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{site}/find?q=one")
        plain.close()


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
        page.keyboard.press("/")
        page.keyboard.type("exam")
        expect(page.get_by_role("option").first).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("listbox")).to_be_hidden()
