"""Every page, with something of each kind on it. A test compares with the URLconf: a new page must be added here."""

from dataclasses import dataclass
from datetime import timedelta

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.urls import resolve, reverse, reverse_lazy
from django.utils import timezone

from keywords.bulk.records import BulkAct
from keywords.drafts.changing import Upload, make_draft
from keywords.drafts.options import DraftOptions
from keywords.drafts.records import Draft
from keywords.exports.records import ExportFile
from keywords.models import Keyword, KeywordList
from keywords.notifications.records import Notification
from keywords.runs import rerun
from keywords.schedules import build_schedule, save_schedule
from keywords.source_checks import SourceCheck
from keywords.tokens import create_token
from keywords.tracked_domains.records import TrackedDomain
from tests.keywords.results import REFUSED, finish
from tests.keywords.rows import make_import, make_list, make_user
from tests.scraper_app.passkey_rows import make_passkey


@dataclass(frozen=True)
class Scene:
    user: User
    keyword_list: KeywordList
    good: Keyword
    refused: Keyword
    waiting: Keyword
    draft: Draft
    act: BulkAct
    check: SourceCheck
    passkey: Authenticator

    def paths(self) -> dict[str, str]:
        """Name -> address, of pages for those who are signed in."""
        of_list, good = [self.keyword_list.pk], [self.good.pk]
        return {
            "lists": reverse("home"),
            "new list": reverse("list-new"),
            "list": reverse("list", args=of_list),
            "nothing matches": reverse("list", args=of_list) + "?q=nothing+like+it",
            "check of an upload": reverse("draft", args=[self.draft.pk]),
            "runs of a list": reverse("list-runs", args=of_list),
            "schedule": reverse("list-schedule", args=of_list),
            "progress of a bulk act": reverse("list-act", args=[*of_list, self.act.pk]),
            "queue": reverse("queue"),
            "import report": reverse("list-import", args=of_list),
            "delete list": reverse("list-delete", args=of_list),
            "import pages": reverse("pages-import"),
            "bulk act": reverse("list-bulk", args=of_list) + "?act=tag&all=yes",
            "filter not understood": reverse("list", args=of_list) + "?q=adz>9",
            "export": reverse("list-export", args=of_list) + "?q=shoes",
            "exports": reverse("exports"),
            "keyword": reverse("keyword", args=good),
            "links": reverse("keyword", args=good) + "?tab=links&char=/&n=3",
            "saved page": reverse("keyword", args=good) + "?tab=page",
            "attempts": reverse("keyword", args=good) + "?tab=attempts",
            "history": reverse("keyword", args=good) + "?tab=history",
            "comparison of runs": reverse("keyword", args=good)
            + f"?tab=organic&compare={self.first_run}",
            "source of a saved page": reverse("search-source", args=[self.first_run]),
            "refused keyword": reverse("keyword", args=[self.refused.pk]),
            "waiting keyword": reverse("keyword", args=[self.waiting.pk]),
            "question": reverse("search") + "?where=ad&match=contains",
            "answer": reverse("search") + "?where=ad&value=shop",
            "answer by URL": reverse("search") + "?value=shop&group=url",
            "no answer": reverse("search") + "?where=organic&value=cheap+shoes",
            "domains": reverse("domains"),
            "comparison": reverse("domains-compare") + "?d=shop.example&d=wiki.example",
            "find": reverse("find") + "?q=shoes",
            "sources": reverse("sources"),
            "one source": reverse("source", args=[self.check.source.name]),
            "test of a source": reverse("source-check", args=[self.check.pk]),
            "preferences": reverse("preferences"),
            "notifications": reverse("notifications"),
            "tokens": reverse("tokens"),
            "your data": reverse("account-data"),
            "API": reverse("api-guide"),
            "e-mail": reverse("account_email"),
            "password": reverse("account_change_password"),
            "two factors": reverse("mfa_index"),
            "passkeys": reverse("mfa_list_webauthn"),
            "add a passkey": reverse("mfa_add_webauthn"),
            "rename a passkey": reverse("mfa_edit_webauthn", args=[self.passkey.pk]),
            "remove a passkey": reverse("mfa_remove_webauthn", args=[self.passkey.pk]),
            "set up the app": reverse("mfa_activate_totp"),
            "recovery codes": reverse("mfa_generate_recovery_codes"),
            "confirm": reverse("account_reauthenticate"),
            "confirm by passkey": reverse("mfa_reauthenticate_webauthn"),
            "sessions": reverse("usersessions_list"),
            "sign out": reverse("account_logout"),
        }

    @property
    def first_run(self) -> int:
        return self.good.searches.earliest("pk").pk

    @property
    def landings(self) -> set[str]:
        """Names in the URLconf of the pages above, and of those for everybody."""
        paths = [*self.paths().values(), *map(str, PUBLIC.values())]
        return {resolve(path.partition("?")[0]).url_name or "" for path in paths}


BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "a-program-of-our-own-with-a-name-that-has-no-place-to-break/1.0",
)

# Name -> address, of pages for everybody.
PUBLIC = {
    "landing": reverse_lazy("home"),
    "demo": reverse_lazy("demo"),
    "ads of the demo": reverse_lazy("demo-keyword", args=[1]),
    "results of the demo": reverse_lazy("demo-keyword", args=[2], query={"tab": "organic"}),
    "links of the demo": reverse_lazy("demo-keyword", args=[2], query={"tab": "links"}),
    "saved page of the demo": reverse_lazy("demo-keyword", args=[2], query={"tab": "page"}),
    "refused keyword of the demo": reverse_lazy("demo-keyword", args=[4]),
    "sign in": reverse_lazy("account_login"),
    "sign up": reverse_lazy("account_signup"),
    "reset": reverse_lazy("account_reset_password"),
    "reset sent": reverse_lazy("account_reset_password_done"),
}


def make_scene() -> Scene:
    user = make_user("anna")
    texts = [
        "red shoes",
        "red shoes",
        "a" * 300,
        "blue shoes with a name that is so long that it has to wrap",
        "x" * 200,
    ]
    keyword_list = make_list(owner=user, imported=make_import(*texts), name="Shoes of every kind")
    good, refused, waiting = keyword_list.keywords.order_by("pk")
    finish(good, page("A page"))
    finish(refused, fields=REFUSED)
    good.refresh_from_db()
    rerun(Keyword.objects.filter(pk=good.pk), by=user)
    finish(good, page("Another page"))
    TrackedDomain.objects.create(keyword_list=keyword_list, domain="shop.example")
    schedule = build_schedule(keyword_list, cron="0 8 * * 1", time_zone="Europe/Berlin")
    save_schedule(schedule, by=user)
    create_token(user, name="reports", scope="write")
    Notification.objects.create(
        owner=user, channel="webhook", target="https://example.org/hook", event="test"
    )
    ExportFile.objects.create(
        owner=user,
        title=keyword_list.name,
        filename="Shoes-links.csv",
        shape="links",
        written_as="csv",
        finished_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=7),
    )
    for browser in BROWSERS:
        make_session(user, browser)
    return Scene(
        user,
        keyword_list,
        good,
        refused,
        waiting,
        draft=make_upload(user, keyword_list),
        act=BulkAct.objects.create(
            owner=user, keyword_list=keyword_list, act=BulkAct.Act.TAG, tag="hats", total=40, seen=9
        ),
        check=SourceCheck.objects.create(
            source=good.source, purpose=SourceCheck.Purpose.TEST, keyword="shoes", owner=user.pk
        ),
        passkey=make_passkey(user, "The phone with a name that is so long that it has to wrap"),
    )


def make_session(user: User, browser: str) -> None:
    """Somebody's other browser, signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    UserSession.objects.create(
        user=user, ip="2001:db8::8a2e:370:7334", user_agent=browser, session_key=session.session_key
    )


def page(heading: str) -> bytes:
    words = f"<html lang=en><title>Page</title><body><main><h1>{heading}</h1></main></body></html>"
    return words.encode()


def make_upload(user: User, keyword_list: KeywordList) -> Draft:
    """With a row of every kind, and something to be corrected."""
    rows = [
        "keyword;country;tags",
        "new boots;us;a",
        ";us;",
        "sandals;usa;",
        "red shoes;;",
        "new boots;us;",
    ]
    options = DraftOptions(sources=(keyword_list.keywords.earliest("pk").source_id,))
    return make_draft(user, Upload("file", "boots.csv", "\n".join(rows).encode()), options)
