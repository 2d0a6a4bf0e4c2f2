"""Every page, with something of each kind on it."""

from dataclasses import dataclass

from django.contrib.auth.models import User
from django.urls import reverse

from keywords.drafts.changing import Upload, make_draft
from keywords.drafts.options import DraftOptions
from keywords.drafts.records import Draft
from keywords.models import Keyword, KeywordList
from tests.keywords.results import REFUSED, finish
from tests.keywords.rows import make_import, make_list, make_user


@dataclass(frozen=True)
class Scene:
    user: User
    keyword_list: KeywordList
    good: Keyword
    refused: Keyword
    waiting: Keyword
    draft: Draft

    def paths(self) -> dict[str, str]:
        """Name -> address, of pages for those who are signed in."""
        of_list, good = [self.keyword_list.pk], [self.good.pk]
        return {
            "lists": reverse("home"),
            "new list": reverse("list-new"),
            "list": reverse("list", args=of_list),
            "nothing matches": reverse("list", args=of_list) + "?q=nothing+like+it",
            "import report": reverse("list-import", args=of_list),
            "delete list": reverse("list-delete", args=of_list),
            "import pages": reverse("pages-import"),
            "check": reverse("draft", args=[self.draft.pk]),
            "under way": reverse("queue"),
            "runs over time": reverse("list-runs", args=of_list),
            "bulk act": reverse("list-bulk", args=of_list) + "?act=tag&all=yes",
            "filter not understood": reverse("list", args=of_list) + "?q=adz>9",
            "source of the page": reverse("search-source", args=[self.good.latest_search_id]),
            "export": reverse("list-export", args=of_list) + "?q=shoes",
            "exports": reverse("exports"),
            "keyword": reverse("keyword", args=good),
            "links": reverse("keyword", args=good) + "?tab=links&char=/&n=3",
            "saved page": reverse("keyword", args=good) + "?tab=page",
            "attempts": reverse("keyword", args=good) + "?tab=attempts",
            "history": reverse("keyword", args=good) + "?tab=history",
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
            "e-mail": reverse("account_email"),
            "password": reverse("account_change_password"),
            "two factors": reverse("mfa_index"),
        }


PUBLIC = {
    "landing": "home",
    "sign in": "account_login",
    "sign up": "account_signup",
    "reset": "account_reset_password",
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
    finish(
        good, b"<html lang=en><title>Page</title><body><main><h1>A page</h1></main></body></html>"
    )
    finish(refused, fields=REFUSED)
    good.refresh_from_db()
    return Scene(user, keyword_list, good, refused, waiting, make_upload(user, keyword_list))


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
