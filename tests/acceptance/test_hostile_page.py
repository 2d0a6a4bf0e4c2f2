"""A saved page is somebody else's: whatever it holds, it reaches nobody and changes nothing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Page

from keywords.models import Search
from tests.acceptance.hostile import Trap, make_hostile_page
from tests.acceptance.visitors import sign_in
from tests.keywords.results import finish
from tests.keywords.rows import make_list, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Enough for a meta refresh of 0 seconds and for whatever loads late.
WHILE = 1500


@pytest.fixture
def trap() -> Iterator[Trap]:
    with Trap() as trap:
        yield trap


@pytest.fixture
def hostile(site: str, context: BrowserContext, trap: Trap) -> Search:
    user = make_user("anna")
    keyword = make_list("red shoes", owner=user).keywords.get()
    sign_in(context, site, user)
    return finish(keyword, make_hostile_page(trap.url))


@pytest.fixture
def quiet_page(context: BrowserContext) -> Page:
    """Without the watch: what the policy blocks is told on the console, as it should be."""
    return context.new_page()


def press_everything(place: Page | FrameLocator, *names: str) -> None:
    for name in names:
        place.locator(name).click(no_wait_after=True, timeout=5000)


def check_untouched(context: BrowserContext, trap: Trap) -> None:
    assert trap.visits == []
    assert len(context.pages) == 1
    assert "pwned" not in {cookie["name"] for cookie in context.cookies()}


class TestHostilePage:
    @pytest.mark.parametrize("view", ["saved", "marked"])
    def test_does_nothing_in_its_frame(
        self,
        site: str,
        quiet_page: Page,
        hostile: Search,
        trap: Trap,
        view: str,
    ) -> None:
        page = quiet_page
        page.goto(f"{site}/keywords/{hostile.keyword_id}?tab=page&view={view}")
        address, title = page.url, page.title()
        frame = page.frame_locator("iframe.saved-page")
        frame.locator("#text").wait_for()
        press_everything(frame, "#send", "#top", "#blank", "#ping", "#script")
        page.wait_for_timeout(WHILE)
        check_untouched(page.context, trap)
        assert (page.url, page.title()) == (address, title)
        assert page.evaluate("localStorage.length") == 0

    @pytest.mark.parametrize("view", ["page", "marked"])
    def test_does_nothing_opened_alone(
        self,
        site: str,
        quiet_page: Page,
        hostile: Search,
        trap: Trap,
        view: str,
    ) -> None:
        page = quiet_page
        response = page.goto(f"{site}/searches/{hostile.pk}/{view}")
        assert response is not None
        policy = response.headers["content-security-policy"]
        assert policy.startswith("sandbox; default-src 'none'")
        press_everything(page, "#send", "#blank", "#ping", "#script")
        page.wait_for_timeout(WHILE)
        check_untouched(page.context, trap)
        assert page.url.partition("#")[0] == f"{site}/searches/{hostile.pk}/{view}"
        assert page.title() == "harmless"

    def test_is_really_hostile(self, quiet_page: Page, trap: Trap) -> None:
        """Else the tests above would show nothing: without our headers it does reach out."""
        page = quiet_page
        body = make_hostile_page(trap.url)
        page.route(
            "http://127.0.0.1:1/", lambda route: route.fulfill(body=body, content_type="text/html")
        )
        page.goto("http://127.0.0.1:1/", wait_until="commit")
        page.wait_for_timeout(WHILE)
        assert trap.visits
