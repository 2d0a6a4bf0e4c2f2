"""What stands around every page, in a browser: the queue pill, the keys; and all of it without scripts."""

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from tests.acceptance.axe import find_violations
from tests.acceptance.scenes import Scene, make_scene
from tests.acceptance.visitors import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def scene() -> Scene:
    return make_scene()


class TestPill:
    def test_shows_what_is_under_way(
        self, context: BrowserContext, page: Page, site: str, scene: Scene
    ) -> None:
        sign_in(context, site, scene.user)
        page.goto(f"{site}{reverse('sources')}")
        pill = page.locator(".pill summary")
        expect(pill).to_contain_text("waiting")
        pill.click()
        link = page.locator(".pill__sheet").get_by_role("link", name=scene.keyword_list.name)
        expect(link).to_be_visible()
        assert find_violations(page) == []
        page.keyboard.press("Escape")
        expect(link).to_be_hidden()
        expect(pill).to_be_focused()


class TestKeys:
    def test_lead_to_pages_and_explain_themselves(
        self, context: BrowserContext, page: Page, site: str, scene: Scene
    ) -> None:
        sign_in(context, site, scene.user)
        page.goto(f"{site}/")
        page.keyboard.press("?")
        dialog = page.get_by_role("dialog", name="Keyboard")
        expect(dialog).to_be_visible()
        assert find_violations(page) == []
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        page.keyboard.press("g")
        page.keyboard.press("o")
        page.wait_for_url(f"{site}{reverse('sources')}")
        page.keyboard.press("u")
        page.wait_for_url(f"{site}{reverse('list-new')}")

    def test_are_letters_where_one_types_and_can_be_switched_off(
        self, context: BrowserContext, page: Page, site: str, scene: Scene
    ) -> None:
        sign_in(context, site, scene.user)
        page.goto(f"{site}{reverse('list-new')}")
        page.get_by_label("Paste", exact=True).check()
        page.get_by_label("Paste keywords").press_sequentially("go u?")
        expect(page.get_by_label("Paste keywords")).to_have_value("go u?")
        page.locator("main").press("?")
        page.get_by_label("Keys are on in this browser").uncheck()
        page.keyboard.press("Escape")
        page.goto(f"{site}/")
        page.keyboard.press("u")
        page.keyboard.press("?")
        expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
        assert page.url == f"{site}/"


class TestWithoutScripts:
    def test_every_page_can_be_read_and_left(self, plain: Page, site: str, scene: Scene) -> None:
        sign_in(plain.context, site, scene.user)
        for name, path in scene.paths().items():
            answer = plain.goto(f"{site}{path}")
            assert answer is not None, name
            assert answer.status == 200, name
            assert plain.get_by_role("heading", level=1).count() == 1, name
        plain.goto(f"{site}/")
        plain.get_by_role("link", name="Queue").click()
        expect(plain.get_by_role("heading", level=1)).to_have_text("Under way")
        plain.get_by_role("button", name="Theme: light").click()
        assert plain.locator("html").get_attribute("data-theme") == "light"
