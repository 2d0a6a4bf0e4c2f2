"""What people do in a browser."""

import re
import time
from pathlib import Path

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import BrowserContext, Page, expect

PASSWORD = "correct horse battery"
AN_HOUR = 3600
START = re.compile(r"^Start [\d,]+$")


def sign_up(page: Page, site: str, email: str = "anna@example.org") -> None:
    page.goto(f"{site}/account/signup/")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign up", exact=True).click()
    expect(page).to_have_url(f"{site}/lists/new")


def sign_in(context: BrowserContext, site: str, user: User, *, confirmed: bool = False) -> None:
    """Signed in at once; the form has a test of its own. Who has `confirmed` may change how they sign in,
    as for five minutes after the password was asked for once more; here for an hour."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    if confirmed:
        at = time.time() + AN_HOUR
        record = {"method": "password", "at": at, "reauthenticated": True}
        session["account_authentication_methods"] = [record]
        session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": str(session.session_key), "url": site}]
    )


def upload_file(page: Page, path: Path) -> None:
    page.get_by_label("Choose a file").set_input_files(path)
    page.get_by_role("button", name="Check", exact=True).click()


def start(page: Page) -> None:
    page.get_by_role("button", name=START).click()


def write_keywords(page: Page, text: str) -> None:
    page.get_by_label("Paste", exact=True).check()
    page.get_by_label("Paste keywords").fill(text)


def paste(page: Page, *lines: str) -> None:
    write_keywords(page, "\n".join(lines))
    page.get_by_role("button", name="Check", exact=True).click()
    start(page)
