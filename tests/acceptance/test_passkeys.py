"""Passkeys in a browser, with an authenticator that the browser itself plays: added, used in each way, removed."""

from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from playwright.sync_api import BrowserContext, CDPSession, Page, expect

from tests.acceptance.axe import find_violations
from tests.acceptance.conftest import Watch
from tests.acceptance.test_accessibility import RULES_OF_THEMES, SIZES
from tests.acceptance.visitors import PASSWORD, sign_up

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EMAIL = "anna@example.org"
PASSKEYS = Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN)
# A phone with a finger on it: keeps passkeys, and knows who holds it.
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Phone:
    """What stands in for somebody's phone."""

    def __init__(self, session: CDPSession) -> None:
        self.session = session
        session.send("WebAuthn.enable")
        made = session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        self.id = made["authenticatorId"]

    def keys(self) -> list[dict[str, object]]:
        found = self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        keys: list[dict[str, object]] = found["credentials"]
        return keys

    def forget(self) -> None:
        self.session.send("WebAuthn.clearCredentials", {"authenticatorId": self.id})

    def refuse(self) -> None:
        """No finger comes: the browser gives up."""
        verified = {"authenticatorId": self.id, "isUserVerified": False}
        self.session.send("WebAuthn.setUserVerified", verified)


@pytest.fixture
def phone(context: BrowserContext, page: Page) -> Iterator[Phone]:
    session = context.new_cdp_session(page)
    yield Phone(session)
    session.detach()


def confirm(page: Page) -> None:
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def add_passkey(page: Page, site: str, name: str, *, alone: bool = True) -> None:
    page.goto(f"{site}/account/2fa/webauthn/add/")
    if page.get_by_role("heading", name="Is it you?").is_visible():
        confirm(page)
    page.get_by_label("Name").fill(name)
    page.get_by_label("It signs in alone").set_checked(alone)
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_text("The passkey is added.")).to_be_visible()


def sign_out(page: Page, site: str) -> None:
    page.goto(f"{site}/account/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()


def give_password(page: Page, site: str) -> None:
    page.goto(f"{site}/account/login/")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def expect_signed_in(page: Page) -> None:
    expect(page.get_by_role("heading", name="Lists", exact=True)).to_be_visible()


def look_at(page: Page) -> list[str]:
    """The same as for every page: this one needs somebody half way in."""
    found = []
    for width, height in SIZES.values():
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="light")
        found += find_violations(page)
        page.emulate_media(color_scheme="dark")
        found += find_violations(page, rules=RULES_OF_THEMES)
    return found


class TestAlone:
    def test_signs_in_without_a_password(self, page: Page, site: str, phone: Phone) -> None:
        sign_up(page, site)
        add_passkey(page, site, "My phone")
        assert len(phone.keys()) == 1
        sign_out(page, site)
        page.goto(f"{site}/account/login/?next=/search")
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page).to_have_url(f"{site}/search")
        page.goto(f"{site}/account/2fa/webauthn/")
        row = page.get_by_role("row", name="My phone")
        expect(row).to_contain_text("signs in alone")
        expect(row).not_to_contain_text("never")

    def test_is_renamed_and_removed(self, page: Page, site: str, phone: Phone) -> None:
        sign_up(page, site)
        add_passkey(page, site, "My phone")
        page.goto(f"{site}/account/2fa/webauthn/")
        page.get_by_role("link", name="Rename My phone").click()
        page.get_by_label("Name").fill("The old phone")
        page.get_by_role("button", name="Save").click()
        page.get_by_role("link", name="Remove The old phone").click()
        page.get_by_role("button", name="Remove it").click()
        expect(page.get_by_role("heading", name="No passkeys")).to_be_visible()
        assert not Authenticator.objects.exists()  # its recovery codes went with it
        sign_out(page, site)
        page.goto(f"{site}/account/login/")
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_text("This passkey was not accepted.")).to_be_visible()
        give_password(page, site)
        expect_signed_in(page)


class TestSecondStep:
    def test_follows_the_password(self, page: Page, site: str, phone: Phone) -> None:
        sign_up(page, site)
        add_passkey(page, site, "My phone", alone=False)
        sign_out(page, site)
        give_password(page, site)
        expect(page.get_by_role("heading", name="Second step")).to_be_visible()
        assert look_at(page) == []
        page.goto(f"{site}/search")
        expect(page.get_by_role("heading", name="Second step")).to_be_visible()  # half way is out
        page.get_by_role("button", name="Use a passkey").click()
        expect_signed_in(page)

    def test_can_be_a_recovery_code(self, page: Page, site: str, phone: Phone) -> None:
        sign_up(page, site)
        add_passkey(page, site, "My phone")
        code = page.get_by_label("Unused codes").get_by_role("listitem").first.inner_text()
        sign_out(page, site)
        phone.forget()
        give_password(page, site)
        page.get_by_label("Code").fill(code)
        page.get_by_role("button", name="Sign in with the code").click()
        expect_signed_in(page)

    def test_says_so_when_nothing_came_of_it(self, page: Page, site: str, phone: Phone) -> None:
        sign_up(page, site)
        add_passkey(page, site, "My phone")
        sign_out(page, site)
        phone.refuse()
        page.goto(f"{site}/account/login/")
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect(page.get_by_role("alert")).to_contain_text("Nothing came of it")


class TestConfirming:
    def test_works_with_a_passkey(self, page: Page, site: str, phone: Phone) -> None:
        sign_up(page, site)
        add_passkey(page, site, "My phone")
        sign_out(page, site)
        page.goto(f"{site}/account/login/")
        page.get_by_role("button", name="Sign in with a passkey").click()
        expect_signed_in(page)
        page.goto(f"{site}/account/2fa/webauthn/add/")
        page.get_by_role("link", name="Use a passkey").click()
        assert look_at(page) == []
        page.get_by_role("button", name="Use a passkey").click()
        expect(page.get_by_role("heading", name="Add a passkey")).to_be_visible()
        # The same device once more: it says that it has one.
        page.get_by_role("button", name="Add the passkey").click()
        expect(page.get_by_role("alert")).to_contain_text("holds a passkey of this account already")
        assert PASSKEYS.count() == 1


class TestElsewhere:
    def test_at_a_number_no_passkey_is_offered(self, page: Page, watch: Watch, site: str) -> None:
        """A browser would refuse: a passkey belongs to a name."""
        page.goto(site.replace("localhost", "127.0.0.1") + "/account/login/")
        expect(page.get_by_role("button", name="Sign in", exact=True)).to_be_enabled()
        expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()

    def test_without_scripts_it_is_said(self, plain: Page, site: str) -> None:
        response = plain.goto(f"{site}/account/login/")
        assert response is not None
        assert '<noscript><p class="small muted">A passkey needs JavaScript' in response.text()
        expect(plain.get_by_role("button", name="Sign in with a passkey")).to_be_disabled()
        plain.get_by_label("E-mail address").fill(EMAIL)
        plain.get_by_label("Password", exact=True).fill(PASSWORD)
        User.objects.create_user("anna", EMAIL, PASSWORD)
        plain.get_by_role("button", name="Sign in", exact=True).click()
        expect_signed_in(plain)
