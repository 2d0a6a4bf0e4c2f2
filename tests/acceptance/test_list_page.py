"""A list under people's hands: rows that change while one looks, choosing, acting on many, keys."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from jobs.models import Job
from keywords.holding import pause_list
from keywords.models import Keyword, KeywordList
from tests.acceptance.axe import find_violations
from tests.acceptance.conftest import Watch
from tests.acceptance.visitors import sign_in, write_keywords
from tests.keywords.results import REFUSED, finish
from tests.keywords.rows import make_list, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TEXTS = [f"shoe {letter}" for letter in "abcdef"]


@pytest.fixture
def shoes(site: str) -> KeywordList:
    return make_list(*TEXTS, owner=make_user("anna"), name="Shoes")


@pytest.fixture
def page(context: BrowserContext, watch: Watch, site: str, shoes: KeywordList) -> Page:
    sign_in(context, site, shoes.owner)
    return context.new_page()


def address(site: str, shoes: KeywordList, query: str = "") -> str:
    return f"{site}{reverse('list', args=[shoes.pk])}{query}"


def row(page: Page, text: str) -> Locator:
    return page.locator("#rows > tr").filter(has=page.get_by_role("link", name=text, exact=True))


def named(shoes: KeywordList, text: str) -> Keyword:
    return shoes.keywords.get(text=text)


class TestLiveRows:
    def test_change_in_their_place(self, page: Page, site: str, shoes: KeywordList) -> None:
        page.goto(address(site, shoes))
        page.evaluate("window.notReloaded = true")
        row(page, "shoe b").get_by_role("checkbox").check()
        row(page, "shoe c").get_by_role("link").focus()
        for text in ("shoe b", "shoe c"):
            finish(named(shoes, text))
        finish(named(shoes, "shoe d"), fields=REFUSED)
        expect(row(page, "shoe c")).to_contain_text("OK", timeout=30_000)
        expect(row(page, "shoe d")).to_contain_text("Blocked")
        expect(row(page, "shoe b").get_by_role("checkbox")).to_be_checked()
        expect(row(page, "shoe c").get_by_role("link")).to_be_focused()
        expect(page.locator("#progress")).to_contain_text("3 of 6 finished")
        expect(page.get_by_role("link", name="OK 2")).to_be_visible()
        assert page.evaluate("window.notReloaded") is True

    def test_wait_for_an_open_menu_and_keep_their_order(
        self, page: Page, site: str, shoes: KeywordList
    ) -> None:
        page.goto(address(site, shoes, "?sort=-ads"))
        menu = page.get_by_role("button", name="What to do with shoe b")
        menu.click()
        sheet = row(page, "shoe b").locator("[popover]")
        expect(sheet).to_be_visible()
        finish(named(shoes, "shoe b"))
        finish(named(shoes, "shoe f"))
        expect(row(page, "shoe f")).to_contain_text("OK", timeout=30_000)
        expect(sheet).to_be_visible()
        expect(page.locator("#rows .row-link")).to_have_text(TEXTS)
        pill = page.get_by_role("link", name="1 row changed: refresh the order")
        page.keyboard.press("Escape")
        expect(row(page, "shoe b")).to_contain_text("OK", timeout=30_000)
        page.get_by_role("link", name="2 rows changed: refresh the order").click()
        expect(page.locator("#rows .row-link").first).to_have_text(re.compile("shoe [bf]"))
        expect(pill).to_be_hidden()

    def test_have_what_goes_on_told_anew_though_none_has_changed(
        self, page: Page, site: str, shoes: KeywordList
    ) -> None:
        page.clock.install()
        page.goto(address(site, shoes))
        expect(page.locator("#progress")).not_to_contain_text("held back")
        pause_list(shoes, by=shoes.owner)
        page.clock.fast_forward(40_000)
        expect(page.locator("#progress")).to_contain_text("held back", timeout=30_000)

    def test_stay_when_the_server_cannot_be_heard(
        self, context: BrowserContext, page: Page, site: str, shoes: KeywordList, watch: Watch
    ) -> None:
        page.goto(address(site, shoes))
        note = page.locator("[data-trouble]")
        with watch.expecting(500):
            context.route("**/rows?*", lambda route: route.fulfill(status=500))
            expect(note).to_contain_text("does not answer as it should", timeout=30_000)
            expect(page.locator("#rows > tr")).to_have_count(6)
            context.unroute("**/rows?*")
            finish(named(shoes, "shoe a"))
            expect(row(page, "shoe a")).to_contain_text("OK", timeout=60_000)
        expect(note).to_be_hidden()

    def test_lead_to_sign_in_when_the_session_has_ended(
        self, context: BrowserContext, page: Page, site: str, shoes: KeywordList
    ) -> None:
        page.goto(address(site, shoes, "?outcome="))
        context.clear_cookies()
        finish(named(shoes, "shoe a"))
        page.wait_for_url(re.compile(r"/account/login/\?next="), timeout=30_000)


class TestActsOnOneRow:
    """Without leaving the page."""

    def open_menu(self, page: Page, text: str) -> Locator:
        row(page, text).get_by_role("button", name=f"What to do with {text}").click()
        return row(page, text).locator(".row-menu")

    def test_cancel_and_tell(self, page: Page, site: str, shoes: KeywordList) -> None:
        page.goto(address(site, shoes))
        page.evaluate("window.notReloaded = true")
        self.open_menu(page, "shoe b").get_by_role("button", name="Cancel").click()
        expect(page.locator("#told")).to_contain_text("The search is cancelled.")
        expect(row(page, "shoe b")).to_contain_text("Cancelled")
        expect(row(page, "shoe b").locator(".row-menu")).to_be_hidden()
        expect(row(page, "shoe b").get_by_role("button", name="What to do")).to_be_focused()
        assert find_violations(page) == []
        page.get_by_role("button", name="Close").click()
        expect(page.locator("#told")).to_be_empty()
        assert page.evaluate("window.notReloaded") is True

    def test_say_when_a_run_ended_meanwhile(
        self, page: Page, watch: Watch, site: str, shoes: KeywordList
    ) -> None:
        page.goto(address(site, shoes))
        page.evaluate("window.notReloaded = true")
        # A row whose menu is open is not drawn anew, so that it still offers what is past.
        menu = self.open_menu(page, "shoe b")
        finish(named(shoes, "shoe b"))
        with watch.expecting(409):
            menu.get_by_role("button", name="Cancel").click()
            expect(page.locator("#told")).to_contain_text("This run has already finished.")
        expect(row(page, "shoe b")).to_contain_text("OK")
        expect(row(page, "shoe b").get_by_role("button", name="Run again")).to_have_count(0)
        menu = self.open_menu(page, "shoe b")
        expect(menu.get_by_role("button", name="Run again")).to_be_visible()
        assert page.evaluate("window.notReloaded") is True

    def test_say_when_the_server_fails(
        self, page: Page, watch: Watch, site: str, shoes: KeywordList
    ) -> None:
        page.goto(address(site, shoes))
        page.route("**/cancel", lambda route: route.fulfill(status=500))
        with watch.expecting(500):
            self.open_menu(page, "shoe b").get_by_role("button", name="Cancel").click()
            expect(page.get_by_text("That did not work")).to_be_visible()
        # It stays while polls, which are none of its business, find that nothing has moved.
        for _ in range(2):
            page.wait_for_event("response", lambda response: "/rows" in response.url)
        expect(page.get_by_text("That did not work")).to_be_visible()
        page.unroute("**/cancel")
        page.get_by_role("button", name="Try again").click()
        expect(page.locator("#told")).to_contain_text("The search is cancelled.")


class TestActs:
    def test_reach_exactly_what_is_chosen(self, page: Page, site: str, shoes: KeywordList) -> None:
        page.goto(address(site, shoes))
        row(page, "shoe b").get_by_role("checkbox").check()
        row(page, "shoe d").get_by_role("checkbox").click(modifiers=["Shift"])
        expect(page.locator("[data-ticked-count]")).to_have_text("3")
        assert find_violations(page) == []
        page.get_by_role("button", name="Cancel", exact=True).click()
        expect(page.get_by_role("list").filter(has_text="shoe")).to_have_text("shoe bshoe cshoe d")
        page.get_by_role("button", name="(3)").click()
        expect(page.get_by_role("link", name="Cancelled 3")).to_be_visible()
        assert Job.objects.filter(state="cancelled").count() == 3

    def test_reach_all_that_match_and_no_other(
        self, page: Page, site: str, shoes: KeywordList
    ) -> None:
        for text in TEXTS[:4]:
            finish(named(shoes, text), fields=REFUSED if text > "shoe b" else {})
        page.goto(address(site, shoes, "?outcome=blocked&size=50"))
        row(page, "shoe c").get_by_role("checkbox").check()
        page.get_by_label("All 2 that match").check()
        page.get_by_role("button", name="Tag", exact=True).click()
        page.get_by_label("Tag").fill("again")
        page.get_by_role("button", name="(2)").click()
        expect(page.locator("#rows .tag.is-own")).to_have_text(["again", "again"])
        tagged = shoes.keywords.filter(tags__contains=["again"])
        assert set(tagged.values_list("text", flat=True)) == {"shoe c", "shoe d"}


class TestKeys:
    def test_move_choose_and_open(self, page: Page, site: str, shoes: KeywordList) -> None:
        page.goto(address(site, shoes, "?sort=-keyword"))
        for key in ("j", "j", "k", "x", "j", " "):
            page.keyboard.press(key)
        expect(page.locator("[data-ticked-count]")).to_have_text("2")
        expect(row(page, "shoe e").get_by_role("checkbox")).to_be_checked()
        page.keyboard.press("o")
        expect(page.get_by_role("heading", level=1)).to_have_text("shoe e")
        page.keyboard.press("j")
        expect(page.get_by_role("heading", level=1)).to_have_text("shoe d")
        page.keyboard.press("5")
        page.wait_for_url(re.compile("tab=attempts"))


class TestWithoutScripts:
    def test_everything_can_be_done(self, plain: Page, site: str, shoes: KeywordList) -> None:
        for text in TEXTS[:2]:
            finish(named(shoes, text))
        plain.set_viewport_size({"width": 360, "height": 640})
        sign_in(plain.context, site, shoes.owner)
        plain.goto(f"{site}/sources")
        plain.get_by_role("button", name="Menu").click()
        plain.get_by_role("dialog", name="Menu").get_by_role("link", name="Lists").click()
        plain.get_by_role("link", name="Shoes").click()
        self.narrow(plain)
        self.act(plain, shoes)
        self.pause(plain)

    def narrow(self, page: Page) -> None:
        page.get_by_label("Filter keywords").fill("ads>2")
        page.get_by_role("button", name="Filter", exact=True).click()
        expect(page.locator("#rows > tr")).to_have_count(2)
        page.locator("summary", has_text="Columns").click()
        page.get_by_label("Top ads").uncheck()
        page.get_by_role("button", name="Show these").click()
        expect(page.locator("#rows td[data-label='top ads']")).to_have_count(0)
        expect(page.locator("#rows > tr")).to_have_count(2)

    def act(self, page: Page, shoes: KeywordList) -> None:
        row(page, "shoe b").get_by_role("checkbox").check()
        page.get_by_role("button", name="Run again", exact=True).last.click()
        page.get_by_role("button", name="(1)").click()
        expect(page.locator(".notices")).to_contain_text("1")
        assert named(shoes, "shoe b").searches.count() == 2
        assert named(shoes, "shoe a").searches.count() == 1

    def pause(self, page: Page) -> None:
        page.get_by_role("link", name="Clear").click()
        page.get_by_role("button", name="Pause", exact=True).click()
        expect(page.locator("#progress")).to_contain_text("held back")
        page.get_by_role("button", name="Resume", exact=True).click()
        page.get_by_role("button", name=re.compile("Cancel waiting")).click()
        expect(page.get_by_role("link", name="Cancelled 5")).to_be_visible()


class TestParts:
    def test_that_fail_leave_the_page_and_can_be_tried_again(
        self, context: BrowserContext, page: Page, site: str, watch: Watch
    ) -> None:
        page.goto(f"{site}{reverse('list-new')}")
        write_keywords(page, "red;us\nblue;us")
        page.get_by_role("button", name="Check", exact=True).click()
        page.wait_for_url("**/drafts/*")  # and its scripts, without which a change is not sent
        failing: list[int] = [500]

        def answer(route: Route) -> None:
            if failing:
                route.fulfill(status=failing.pop(), headers={"X-Request-ID": "quote-me"})
            else:
                route.continue_()

        context.route("**/read", answer)
        with watch.expecting(500):
            page.get_by_label("Delimiter").select_option("none")
            alert = page.get_by_role("alert")
            expect(alert).to_contain_text("quote-me")
            assert find_violations(page) == []
        alert.get_by_role("button", name="Try again").click()
        expect(alert).to_be_hidden()
        expect(page.get_by_text("red;us")).to_be_visible()
