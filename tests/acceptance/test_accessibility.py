"""Every page for everybody: axe's rules in both themes and two sizes, and no sideways scrolling."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page

from tests.acceptance.conftest import Watch
from tests.acceptance.scenes import PUBLIC, make_scene
from tests.acceptance.visitors import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = {"desktop": (1280, 800), "phone": (360, 640)}


def find_violations(page: Page) -> list[str]:
    # Axe styles what it looks at, which the content policy tells on the console.
    found = Axe().run(page, options={"iframes": False}).response["violations"]
    return [
        f"{each['id']}: {node['target']} {node.get('failureSummary', '')[:300]}"
        for each in found
        for node in each["nodes"]
    ]


def is_too_wide(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > innerWidth"))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["desktop", "phone"])
class TestAxe:
    def test_finds_nothing(self, browser: Browser, site: str, size: str, theme: str) -> None:
        scene = make_scene()
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
        )
        page = context.new_page()
        found = self.look(page, site, {name: reverse(url) for name, url in PUBLIC.items()})
        sign_in(context, site, scene.user)
        found |= self.look(page, site, scene.paths())
        found |= self.look(page, site, {"not found": "/lists/999999"})
        context.close()
        assert found == {}

    def look(self, page: Page, site: str, paths: dict[str, str]) -> dict[str, list[str]]:
        found = {}
        for name, path in paths.items():
            page.goto(f"{site}{path}")
            if violations := find_violations(page):
                found[name] = violations
        return found


class TestNarrowScreens:
    def test_need_no_sideways_scrolling(self, browser: Browser, site: str) -> None:
        scene = make_scene()
        context: BrowserContext = browser.new_context(viewport={"width": 320, "height": 640})
        page = context.new_page()
        wide = []
        for name, url in PUBLIC.items():
            page.goto(f"{site}{reverse(url)}")
            wide += [name] if is_too_wide(page) else []
        sign_in(context, site, scene.user)
        for name, path in scene.paths().items():
            page.goto(f"{site}{path}")
            wide += [name] if is_too_wide(page) else []
        context.close()
        assert wide == []

    def test_have_the_menu_in_a_dialog(self, context: BrowserContext, site: str) -> None:
        sign_in(context, site, make_scene().user)
        page = context.new_page()
        page.set_viewport_size({"width": 360, "height": 640})
        page.goto(f"{site}/")
        page.get_by_role("button", name="Menu").click()
        menu = page.get_by_role("dialog", name="Menu")
        assert menu.is_visible()
        assert find_violations(page) == []
        page.keyboard.press("Escape")
        assert not menu.is_visible()
        assert page.evaluate("document.activeElement.dataset.opens") == "phone-menu"


class TestConsole:
    def test_is_silent_on_every_page(
        self, context: BrowserContext, page: Page, watch: Watch, site: str
    ) -> None:
        scene = make_scene()
        for url in PUBLIC.values():
            page.goto(f"{site}{reverse(url)}")
        sign_in(context, site, scene.user)
        for path in scene.paths().values():
            page.goto(f"{site}{path}")
            page.wait_for_load_state("networkidle")
        with watch.expecting(404):
            page.goto(f"{site}/lists/999999")


class TestTheme:
    def test_is_chosen_before_the_first_paint(
        self, context: BrowserContext, page: Page, site: str
    ) -> None:
        page.goto(f"{site}/")
        page.get_by_role("button", name="Theme: light").click()
        page.get_by_role("button", name="Theme: light").click()
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        response = page.goto(f"{site}/account/login/")
        assert response is not None
        assert 'data-theme="dark"' in response.text()
