"""The first minutes of whoever installs it: an operator's account, and a look at what works."""

import pytest
from playwright.sync_api import Page, expect

from scraper_app.first_operator import make_token
from tests.acceptance.axe import find_violations
from tests.jobs.nodes import NodeProcess

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.cluster
class TestFirstOperator:
    def test_makes_an_account_and_sees_a_source_answer(
        self, page: Page, site: str, node: NodeProcess
    ) -> None:
        page.goto(f"{site}/setup?token={make_token()}")
        assert find_violations(page) == []
        page.get_by_label("E-mail").fill("op@example.org")
        page.get_by_label("Password").fill("123")
        page.get_by_role("button", name="Make the account").click()
        expect(page.get_by_text("This password is too short.")).to_be_visible()
        page.get_by_label("Password").fill("a fine long phrase")
        page.get_by_role("button", name="Make the account").click()
        expect(page.get_by_text("You are the operator now.")).to_be_visible()
        expect(page.get_by_role("listitem").filter(has_text="worker")).to_contain_text("OK")
        page.get_by_role("button", name="Test", exact=True).click()
        expect(page.get_by_role("row", name="practice")).to_contain_text("OK", timeout=60_000)
        assert find_violations(page) == []
        page.get_by_role("link", name="First list").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("New list")
