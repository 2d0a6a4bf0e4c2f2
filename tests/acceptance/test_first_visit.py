"""The whole way of a newcomer: sign up, upload, watch, read a result and the page it came from."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from serp.practice.server import PracticeServer
from tests.acceptance.visitors import (
    PASSWORD,
    START,
    paste,
    sign_up,
    start,
    upload_file,
    write_keywords,
)
from tests.jobs.nodes import NodeProcess

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FILE = """keyword,country
running shoes,us
"desk, standing",us
running shoes,us

fault:layout,us
fault:nothing,us
""".encode("utf-8-sig").replace(b"\n", b"\r\n")


@pytest.mark.cluster
class TestFirstVisit:
    def test_goes_from_sign_up_to_the_saved_page(
        self, page: Page, site: str, practice: PracticeServer, node: NodeProcess, tmp_path: Path
    ) -> None:
        practice.app.latency = 0.4
        file = tmp_path / "keywords.csv"
        file.write_bytes(FILE)
        sign_up(page, site)
        upload_file(page, file)
        expect(page.get_by_role("link", name="With problems 1")).to_be_visible()
        start(page)

        expect(page.get_by_role("heading", level=1)).to_have_text("keywords.csv")
        expect(page.get_by_text("4 keywords queued, 2 not imported")).to_be_visible()
        page.evaluate("window.notReloaded = true")
        expect(page.locator("#progress[data-live=no]")).to_be_visible(timeout=60_000)
        assert page.evaluate("window.notReloaded") is True

        expect(page.get_by_role("row", name="running shoes")).to_contain_text("OK")
        unread = page.get_by_role("row", name="fault:layout")
        expect(unread).to_contain_text("Not understood")
        assert unread.locator("td.num").first.inner_text() == "\N{EN DASH}"
        empty = page.get_by_role("row", name="fault:nothing")
        expect(empty).to_contain_text("Empty")
        assert empty.locator("td.num").first.inner_text() == "0"

        self.read_report(page)
        self.read_result(page)

    def read_report(self, page: Page) -> None:
        page.get_by_role("link", name="Import report").click()
        table = page.get_by_role("table")
        expect(table).to_contain_text("Duplicate of row 2.")
        expect(table).to_contain_text("Empty row.")
        page.go_back()

    def read_result(self, page: Page) -> None:
        page.get_by_role("link", name="desk, standing").click()
        expect(page.get_by_text("Made-up results.")).to_be_visible()
        expect(page.get_by_role("link", name="Organic 10")).to_be_visible()
        page.get_by_role("link", name="Page", exact=True).click()
        for title in ("Saved page with marks", "Saved page"):
            frame = page.frame_locator(f"iframe[title='{title}']")
            expect(frame.get_by_text("everything on it is made up")).to_be_visible()
            page.get_by_role("link", name="As saved").click()
        with page.expect_download() as download:
            page.get_by_role("link", name="Download raw").click()
        assert b"made up" in Path(download.value.path()).read_bytes()

    def test_tells_on_the_keyword_page_when_the_result_is_there(
        self, page: Page, site: str, practice: PracticeServer, node: NodeProcess
    ) -> None:
        practice.app.latency = 3
        sign_up(page, site)
        paste(page, "red shoes")
        page.get_by_role("link", name="red shoes").click()
        expect(page.locator("#keyword-live[data-live=yes]")).to_be_visible()
        page.evaluate("window.notReloaded = true")
        expect(page.locator("#keyword-live[data-live=no]")).to_be_visible(timeout=60_000)
        expect(page.get_by_role("link", name="Organic 10")).to_be_visible()
        assert page.evaluate("window.notReloaded") is True


class TestAccounts:
    def test_signs_out_and_in_again(self, page: Page, site: str) -> None:
        sign_up(page, site)
        page.locator("summary", has_text="Account").click()
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("heading", name="Know what stands")).to_be_visible()
        page.get_by_role("banner").get_by_role("link", name="Sign in").click()
        page.get_by_label("E-mail address").fill("anna@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", name="No lists yet")).to_be_visible()

    def test_shows_what_is_wrong_with_a_sign_up(self, page: Page, site: str) -> None:
        page.goto(f"{site}/account/signup/")
        page.get_by_label("E-mail address").fill("anna@example.org")
        password = page.get_by_label("Password", exact=True)
        password.fill("1234567890")
        page.get_by_role("button", name="Show", exact=True).click()
        expect(password).to_have_attribute("type", "text")
        page.get_by_role("button", name="Hide", exact=True).click()
        expect(password).to_have_attribute("type", "password")
        page.get_by_role("button", name="Sign up", exact=True).click()
        expect(page.get_by_text("This password is entirely numeric.")).to_be_visible()
        assert not User.objects.exists()


class TestUpload:
    def test_says_why_nothing_was_started(self, page: Page, site: str, tmp_path: Path) -> None:
        sign_up(page, site)
        empty = tmp_path / "empty.csv"
        empty.write_bytes(b"")
        upload_file(page, empty)
        alert = page.get_by_role("alert")
        expect(alert).to_contain_text("The file is empty.")
        expect(alert).to_be_focused()

    def test_starts_one_list_however_often_it_is_pressed(self, page: Page, site: str) -> None:
        sign_up(page, site)
        write_keywords(page, "red shoes")
        page.get_by_role("button", name="Check", exact=True).click()
        page.get_by_role("button", name=START).dblclick()
        expect(page.locator("#progress")).to_be_visible()
        page.goto(f"{site}/")
        expect(page.locator("tbody tr")).to_have_count(1)
