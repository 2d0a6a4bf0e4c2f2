"""What belongs to a person, in a browser: preferences, tokens and the API's first steps, data, leaving."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core import mail
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.acceptance.axe import find_violations
from tests.acceptance.conftest import Watch
from tests.acceptance.visitors import PASSWORD, paste, sign_in, sign_up
from tests.jobs.nodes import NodeProcess
from tests.keywords.rows import make_list, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class TestPreferences:
    def test_go_along_to_another_browser(
        self, browser: Browser, context: BrowserContext, page: Page, watch: Watch, site: str
    ) -> None:
        anna = make_user("anna")
        sign_in(context, site, anna)
        page.goto(f"{site}/")
        page.locator("summary", has_text="Account").click()
        page.get_by_role("link", name="Preferences").click()
        page.get_by_label("Tables").select_option("compact")
        page.get_by_label("Language").select_option("de")
        page.get_by_label("Time zone").select_option("Europe/Berlin")
        page.get_by_label("Keyboard shortcuts").uncheck()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Gespeichert.")).to_be_visible()
        with page.expect_response("**/theme"):
            page.get_by_role("button", name="Farbschema").click()
        other = browser.new_context()
        sign_in(other, site, anna)
        second = other.new_page()
        watch.follow(second)
        second.goto(f"{site}/")
        html = second.locator("html")
        expect(html).to_have_attribute("lang", "de")
        expect(html).to_have_attribute("data-density", "compact")
        expect(html).to_have_attribute("data-theme", "light")
        second.keyboard.press("u")
        second.keyboard.press("?")
        expect(second.get_by_role("dialog")).to_be_visible()
        expect(second).to_have_url(f"{site}/")
        other.close()


@pytest.mark.cluster
class TestTokens:
    def test_are_made_copied_and_used_by_the_guides_program(
        self, context: BrowserContext, page: Page, site: str, node: NodeProcess
    ) -> None:
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        sign_in(context, site, make_user("anna"))
        page.goto(f"{site}/api")
        program = page.locator("#python").inner_text()
        page.get_by_role("link", name="Tokens", exact=True).click()
        page.get_by_label("What it is for").fill("first steps")
        page.get_by_label("It may").select_option("write")
        page.get_by_role("button", name="Make a token").click()
        page.get_by_role("button", name="Copy").click()
        expect(page.get_by_text("Copied")).to_be_visible()
        token = page.evaluate("navigator.clipboard.readText()")
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "TOKEN": token},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines() == ["red shoes done", "blue shoes done"]
        page.reload()
        expect(page.locator("#secret")).to_have_count(0)
        row = page.get_by_role("row", name="first steps")
        expect(row).to_contain_text("127.0.0.1")
        row.get_by_role("button", name="Revoke first steps").click()
        expect(page.get_by_role("heading", name="No tokens")).to_be_visible()


@pytest.mark.cluster
class TestData:
    def test_is_taken_along_and_left_behind(
        self, page: Page, site: str, node: NodeProcess, tmp_path: Path
    ) -> None:
        sign_up(page, site)
        paste(page, "red shoes")
        expect(page.locator("#progress[data-live=no]")).to_be_visible(timeout=60_000)
        page.goto(f"{site}/account/data")
        page.get_by_role("button", name="Write the file").click()
        with page.expect_download(timeout=60_000) as download:
            page.get_by_role("link", name="Download").click(timeout=60_000)
        lines = Path(download.value.path()).read_text().splitlines()
        kinds = [json.loads(line)["kind"] for line in lines]
        assert kinds == ["account", "session", "list", "keyword"]
        page.goto(f"{site}/account/data")
        page.get_by_label("Type your e-mail address").fill("anna@example.org")
        page.get_by_label("Password").fill("guessed")
        page.get_by_role("button", name="Delete my account for good").click()
        expect(page.get_by_text("That is not the password.")).to_be_visible()
        page.get_by_label("Type your e-mail address").fill("anna@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Delete my account for good").click()
        expect(page.get_by_text("Your account is closed")).to_be_visible()
        expect(page.get_by_role("link", name="Sign in").first).to_be_visible()


class TestSessions:
    def test_of_other_browsers_are_ended(
        self, browser: Browser, page: Page, watch: Watch, site: str
    ) -> None:
        sign_up(page, site)
        other = browser.new_context(user_agent="Another browser/1")
        second = other.new_page()
        watch.follow(second)
        second.goto(f"{site}/account/login/")
        second.get_by_label("E-mail address").fill("anna@example.org")
        second.get_by_label("Password", exact=True).fill(PASSWORD)
        second.get_by_role("button", name="Sign in", exact=True).click()
        expect(second.get_by_role("heading", name="Lists", exact=True)).to_be_visible()
        page.goto(f"{site}/account/sessions/")
        expect(page.get_by_role("row", name="Another browser/1")).to_be_visible()
        page.get_by_role("button", name="End Another browser/1").click()
        expect(page.get_by_text("Another browser/1 is signed out.")).to_be_visible()
        expect(page.get_by_role("row", name="Another browser/1")).to_have_count(0)
        second.goto(f"{site}/search")
        expect(second.get_by_role("heading", name="Sign in")).to_be_visible()
        other.close()


class TestPasswords:
    """While one types it is said how good it is; the field of every new password does it."""

    def say_all(self, page: Page, label: str) -> None:
        field = page.get_by_label(label, exact=True)
        said = page.locator("#id_password1_strength")
        expect(said).to_be_empty()
        field.press_sequentially("abcdefghijklm")
        expect(said).to_contain_text("It counts, or goes by the alphabet.")
        field.fill(PASSWORD)
        expect(said).to_contain_text("Strong")
        assert find_violations(page) == []
        page.emulate_media(color_scheme="dark")
        assert find_violations(page) == []
        page.emulate_media(color_scheme="light")
        field.fill("short")
        expect(said).to_contain_text("Not accepted")

    def test_are_judged_at_sign_up(self, page: Page, site: str) -> None:
        page.goto(f"{site}/account/signup/")
        self.say_all(page, "Password")

    def test_are_judged_when_they_are_changed(self, page: Page, site: str) -> None:
        sign_up(page, site)
        page.goto(f"{site}/account/password/change/")
        self.say_all(page, "New password")

    def test_are_judged_when_they_are_reset(self, page: Page, site: str) -> None:
        sign_up(page, site)
        page.context.clear_cookies()
        page.goto(f"{site}/account/password/reset/")
        page.get_by_label("E-mail address").fill("anna@example.org")
        page.get_by_role("button", name="Send the link").click()
        expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
        body = str(mail.outbox[-1].body)
        path = body.partition("//")[2].split()[0].partition("/")[2]
        page.goto(f"{site}/{path}")
        self.say_all(page, "New password")
        page.get_by_label("New password", exact=True).fill(f"{PASSWORD} two")
        page.get_by_label("New password, again").fill(f"{PASSWORD} two")
        page.get_by_role("button", name="Change it").click()
        page.goto(f"{site}/account/login/")
        page.get_by_label("E-mail address").fill("anna@example.org")
        page.get_by_label("Password", exact=True).fill(f"{PASSWORD} two")
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", name="Lists", exact=True)).to_be_visible()

    def test_are_shown_when_asked(self, page: Page, site: str) -> None:
        page.goto(f"{site}/account/signup/")
        field = page.get_by_label("Password", exact=True)
        field.fill(PASSWORD)
        page.get_by_role("button", name="Show").click()
        expect(field).to_have_attribute("type", "text")
        page.get_by_role("button", name="Hide").click()
        expect(field).to_have_attribute("type", "password")


def test_a_list_of_somebody_who_left_is_not_left_over(
    context: BrowserContext, page: Page, site: str
) -> None:
    """Signed in once more with the same address, one begins anew."""
    anna = make_user("anna")
    make_list("red shoes", owner=anna, name="Old list")
    sign_in(context, site, anna)
    page.goto(f"{site}/account/data")
    page.get_by_label("Type your e-mail address").fill("anna@example.org")
    page.get_by_label("Password").fill("a password of sorts")
    page.get_by_role("button", name="Delete my account for good").click()
    expect(page.get_by_text("Your account is closed")).to_be_visible()
    sign_up(page, site)
    page.goto(f"{site}/")
    expect(page.get_by_text("No lists yet")).to_be_visible()
    assert User.objects.filter(email="anna@example.org").count() == 1
