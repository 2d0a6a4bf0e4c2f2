"""The pages of sources in a browser: accessible, narrow enough, and a test that is followed live."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from jobs.models import Node
from jobs.testing import drain_queue
from keywords.rolling import roll_up
from keywords.sources import set_source
from tests.acceptance.axe import find_violations
from tests.acceptance.visitors import sign_in
from tests.jobs.staff import make_staff
from tests.keywords.rows import make_list
from tests.keywords.work import work_off

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_operator_tests_a_source_and_opens_it_again(page: Page, site: str) -> None:
    set_source("practice", budget_day=100, canary_keyword="wikipedia")
    make_list("red shoes", "odd fault:layout", "blocked fault:captcha")
    work_off()
    roll_up()
    Node.objects.create(host="here", pid=1, seen_at=timezone.now() + timedelta(hours=1))
    sign_in(page.context, site, make_staff("operator"))
    page.emulate_media(reduced_motion="reduce")

    for path in ("/sources", "/sources/practice"):
        page.goto(f"{site}{path}")
        assert find_violations(page) == []
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        page.set_viewport_size({"width": 1280, "height": 800})

    expect(page.get_by_text("one keyword tries whether it answers again")).to_be_visible()
    page.get_by_role("button", name="Ask it again now").click()
    expect(page.get_by_text("practice is asked again from now on.")).to_be_visible()

    page.get_by_role("textbox", name="Keyword", exact=True).fill("blue boots")
    page.get_by_role("button", name="Ask it", exact=True).click()
    expect(page.get_by_role("heading", name="Waiting for its turn")).to_be_visible()
    drain_queue("practice")
    expect(page.get_by_role("heading", name="Results, as they were read")).to_be_visible()
    expect(page.get_by_text("Blue boots").first).to_be_visible()
    assert find_violations(page) == []
