"""Every page for everybody: axe's rules in both themes and two sizes, no sideways scrolling, a silent console."""

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from keywords.urls import urlpatterns
from tests.acceptance.axe import find_violations
from tests.acceptance.conftest import Watch
from tests.acceptance.scenes import PUBLIC, make_scene
from tests.acceptance.visitors import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = {"desktop": (1280, 800), "phone": (360, 640)}
NARROWEST = {"width": 320, "height": 640}
# Everything that a desk has, on the narrowest screen that gets it.
TABLET = {"width": 768, "height": 1024}
# What a theme can break; all else is the same page.
RULES_OF_THEMES = ("color-contrast", "link-in-text-block")


# What is no page of its own: files, parts of pages, and what is only sent to.
NO_PAGES = {
    "account-copy", "account-leave", "draft-correct", "draft-problems", "draft-read", "draft-start",
    "draft-take", "export-delete", "export-download", "find-suggest", "keyword-cancel", "keyword-rerun",
    "list-cancel", "list-from-sample", "list-notifications", "list-pause", "list-rename", "list-rerun",
    "list-resume", "list-rows", "list-sample", "list-schedule-switch", "list-template", "list-track", "list-untrack",
    "notifications-secret", "notifications-test", "password-strength", "queue-pill", "search-download", "search-raw",
    "session-end", "source-close", "source-test", "theme", "token-revoke",
    # Somebody else's, in a frame: see test_hostile_page.
    "demo-page", "search-marked", "search-page",
}  # fmt: skip


def find_too_narrow(page: Page) -> list[int]:
    """The widths at which it has to be scrolled sideways."""
    found = []
    for size in (NARROWEST, TABLET):
        page.set_viewport_size(size)  # type: ignore[arg-type]  # a ViewportSize
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(size["width"])
    return found


class TestEveryPage:
    """Each is loaded once, and looked at in every way."""

    def test_is_among_the_scenes(self) -> None:
        """A new page cannot escape what follows."""
        known = {pattern.name for pattern in urlpatterns}
        assert known - NO_PAGES - make_scene().landings == set()
        assert known >= NO_PAGES

    def test_is_for_everybody(self, browser: Browser, watch: Watch, site: str) -> None:
        scene = make_scene()
        context = browser.new_context(reduced_motion="reduce")
        page = context.new_page()
        watch.follow(page)
        found = self.look(page, site, {name: str(path) for name, path in PUBLIC.items()})
        sign_in(context, site, scene.user, confirmed=True)
        found |= self.look(page, site, scene.paths())
        with watch.expecting(404):
            found |= self.look(page, site, {"not found": "/lists/999999"})
        context.close()
        assert "\n".join(f"{where}: {what}" for where, what in found.items()) == ""

    def look(self, page: Page, site: str, paths: dict[str, str]) -> dict[str, list[str]]:
        found = {}
        for name, path in paths.items():
            page.goto(f"{site}{path}")
            page.wait_for_load_state("networkidle")
            for size, (width, height) in SIZES.items():
                page.set_viewport_size({"width": width, "height": height})
                for theme, rules in (("light", ()), ("dark", RULES_OF_THEMES)):
                    page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # a literal
                    if violations := find_violations(page, rules=rules):
                        found[f"{name}, {size}, {theme}"] = violations
            if widths := find_too_narrow(page):
                found[f"{name}, narrow"] = [f"has to be scrolled sideways at {widths}"]
        return found


class TestLongerWords:
    def test_fit_on_narrow_screens(self, browser: Browser, watch: Watch, site: str) -> None:
        """German is longer by a third."""
        scene = make_scene()
        context = browser.new_context(
            locale="de-DE",
            viewport=NARROWEST,  # type: ignore[arg-type]  # a ViewportSize
            reduced_motion="reduce",
        )
        page = context.new_page()
        watch.follow(page)
        wide = self.find_wide(page, site, {name: str(path) for name, path in PUBLIC.items()})
        sign_in(context, site, scene.user, confirmed=True)
        wide += self.find_wide(page, site, scene.paths())
        context.close()
        assert wide == []

    def find_wide(self, page: Page, site: str, paths: dict[str, str]) -> list[str]:
        wide = []
        for name, path in paths.items():
            page.goto(f"{site}{path}")
            assert page.locator("html").get_attribute("lang") == "de"
            if widths := find_too_narrow(page):
                wide.append(f"{name} at {widths}")
        return wide


class TestNarrowScreens:
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

    def test_is_that_of_the_api_reference_too(self, page: Page, site: str) -> None:
        page.emulate_media(color_scheme="dark")
        page.goto(f"{site}/api/v1/docs")
        page.locator(".opblock").first.wait_for()
        paint = "getComputedStyle(document.body).backgroundColor"
        ink = "getComputedStyle(document.querySelector('.opblock-summary-path a')).color"
        dark, light_ink = page.evaluate(paint), page.evaluate(ink)
        assert find_violations(page, rules=("color-contrast",)) == []
        page.emulate_media(color_scheme="light")
        assert page.evaluate(paint) != dark
        assert page.evaluate(ink) != light_ink
        assert find_violations(page, rules=("color-contrast",)) == []
