"""A keyword under people's hands: its runs side by side, its tabs, its neighbours, and what a refusal says."""

import re
from collections.abc import Mapping
from types import MappingProxyType

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from keywords.lists import rerun
from keywords.models import Keyword, KeywordList, ResultLink, Search
from tests.acceptance.axe import find_violations
from tests.acceptance.conftest import Watch
from tests.acceptance.visitors import sign_in
from tests.keywords.results import REFUSED, finish
from tests.keywords.rows import make_list, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOTHING: Mapping[str, str] = MappingProxyType({})


@pytest.fixture
def shoes(site: str) -> KeywordList:
    """Of "red" three runs: the first has another order, the last was refused."""
    shoes = make_list("red", "green", "blue", owner=make_user("anna"), name="Shoes")
    change_order(run(shoes, "red", again=False))
    run(shoes, "red")
    run(shoes, "red", fields=REFUSED)
    run(shoes, "blue", again=False)
    return shoes


def run(
    shoes: KeywordList, text: str, *, again: bool = True, fields: Mapping[str, str] = NOTHING
) -> Search:
    keywords = shoes.keywords.filter(text=text)
    if again:
        rerun(keywords, by=shoes.owner)
    return finish(keywords.get(), fields=fields)


def change_order(search: Search) -> None:
    organic = ResultLink.objects.filter(search=search, block=ResultLink.Block.ORGANIC)
    organic.filter(rank=1).update(url="https://old.example/", domain="old.example", title="Old")
    Search.objects.filter(pk=search.pk).update(ads_total=1)


def address(site: str, shoes: KeywordList, text: str, query: str = "") -> str:
    keyword: Keyword = shoes.keywords.get(text=text)
    return f"{site}{reverse('keyword', args=[keyword.pk])}{query}"


class TestRefusal:
    def test_keeps_the_last_good_result_at_hand(
        self, context: BrowserContext, page: Page, site: str, shoes: KeywordList
    ) -> None:
        sign_in(context, site, shoes.owner)
        page.goto(address(site, shoes, "red"))
        panel = page.locator(".verdict")
        expect(panel).to_contain_text("No numbers were recorded")
        expect(panel).to_contain_text(str(REFUSED["reason"]))
        expect(page.locator(".tiles")).to_have_count(0)
        page.get_by_role("link", name="Show the last good result").click()
        expect(page.get_by_text("You are looking at the run of")).to_be_visible()
        expect(page.locator(".tile").filter(has_text="All ads")).to_contain_text("+2")
        page.get_by_role("link", name="Show the latest").click()
        expect(panel).to_be_visible()


class TestRuns:
    def test_are_compared(
        self, context: BrowserContext, page: Page, site: str, shoes: KeywordList
    ) -> None:
        sign_in(context, site, shoes.owner)
        page.goto(address(site, shoes, "red", "?tab=organic"))
        first, second, _third = Search.objects.filter(keyword__text="red").order_by("pk")
        page.get_by_label("Run", exact=True).select_option(str(second.pk))
        expect(page.get_by_text("run 2 of 3")).to_be_visible()
        expect(page.locator("#organic tbody tr").first).to_contain_text("new")
        expect(page.locator("#organic")).to_contain_text("Gone since")
        expect(page.get_by_role("link", name="Old")).to_be_visible()
        assert find_violations(page) == []
        page.get_by_role("link", name="Run before").click()
        expect(page.get_by_text("run 1 of 3")).to_be_visible()
        page.get_by_label("Compared with").select_option(str(second.pk))
        page.wait_for_url(re.compile(rf"compare={second.pk}"))
        expect(page.locator("#organic")).to_contain_text("All about shoes")
        assert f"run={first.pk}" in page.url


class TestTabs:
    def test_that_is_chosen_is_seen_and_the_page_begins_at_its_top(
        self, context: BrowserContext, page: Page, site: str, shoes: KeywordList
    ) -> None:
        sign_in(context, site, shoes.owner)
        page.set_viewport_size({"width": 360, "height": 640})
        page.goto(address(site, shoes, "blue", "?tab=history"))
        expect(page.locator(".tabs [aria-current]")).to_have_text(re.compile("History"))
        tabs = page.locator(".tabs")
        page.wait_for_function("document.querySelector('.tabs').scrollLeft > 0")
        assert page.evaluate("scrollY") == 0
        tab, row = tabs.locator("[aria-current]").bounding_box(), tabs.bounding_box()
        assert tab
        assert row
        assert tab["x"] + tab["width"] <= row["x"] + row["width"]

    def test_are_links_and_keys(
        self, context: BrowserContext, page: Page, site: str, shoes: KeywordList
    ) -> None:
        sign_in(context, site, shoes.owner)
        page.goto(address(site, shoes, "blue"))
        seen = {
            "1": "Buy shoes",
            "2": "All about shoes",
            "3": "engine.example",
            "4": "sha-256",
            "5": "host:1",
            "6": "Every run and its results are kept",
        }
        for key, text in seen.items():
            page.keyboard.press(key)
            expect(page.locator(".tabs a[aria-current]")).to_have_count(1)
            expect(page.get_by_role("main")).to_contain_text(text)


class TestNeighbours:
    def test_are_those_of_the_filter(
        self, context: BrowserContext, page: Page, site: str, shoes: KeywordList
    ) -> None:
        sign_in(context, site, shoes.owner)
        page.goto(f"{site}{reverse('list', args=[shoes.pk])}?q=-green")
        page.get_by_role("link", name="red", exact=True).click()
        page.get_by_role("link", name="Next").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("blue")
        page.keyboard.press("k")
        expect(page.get_by_role("heading", level=1)).to_have_text("red")


class TestCancelling:
    @pytest.mark.parametrize("ended", [False, True])
    def test_tells_what_came_of_it(
        self, page: Page, watch: Watch, site: str, shoes: KeywordList, *, ended: bool
    ) -> None:
        context = page.context
        sign_in(context, site, shoes.owner)
        # No poll comes in between: the page does not know what has happened.
        context.route("**/*version=*", lambda route: route.fulfill(status=204))
        page.goto(address(site, shoes, "green"))
        if ended:
            finish(shoes.keywords.get(text="green"))
        context.unroute("**/*version=*")
        with watch.expecting(409):
            page.keyboard.press("c")
            told = "This run has already finished." if ended else "The search is cancelled."
            expect(page.locator("#told")).to_contain_text(told)
        expect(page.locator(".facts")).to_contain_text("OK" if ended else "Cancelled")
        expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
        assert find_violations(page) == []


class TestWithoutScripts:
    def test_a_run_that_ended_meanwhile_is_told_on_a_page(
        self, plain: Page, watch: Watch, site: str, shoes: KeywordList
    ) -> None:
        sign_in(plain.context, site, shoes.owner)
        plain.goto(address(site, shoes, "green"))
        finish(shoes.keywords.get(text="green"))
        with watch.expecting(409):
            plain.get_by_role("button", name="Cancel").click()
            expect(plain.get_by_role("heading", name="already finished")).to_be_visible()
        plain.get_by_role("link", name="Show it").click()
        expect(plain.get_by_role("button", name="Run again")).to_be_enabled()

    def test_everything_can_be_done(self, plain: Page, site: str, shoes: KeywordList) -> None:
        sign_in(plain.context, site, shoes.owner)
        first = Search.objects.filter(keyword__text="red").earliest("pk")
        plain.goto(address(site, shoes, "red"))
        plain.get_by_label("Run", exact=True).select_option(str(first.pk))
        plain.get_by_role("button", name="Show", exact=True).click()
        expect(plain.get_by_text("run 1 of 3")).to_be_visible()
        plain.get_by_role("link", name=re.compile("^Organic")).last.click()
        expect(plain.get_by_role("link", name="Old")).to_be_visible()
        plain.get_by_role("button", name="Run again").click()
        expect(plain.get_by_text("The keyword is searched again.")).to_be_visible()
        plain.get_by_role("button", name="Cancel").click()
        expect(plain.get_by_text("The search is cancelled.")).to_be_visible()
