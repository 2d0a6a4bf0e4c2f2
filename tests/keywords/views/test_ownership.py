"""Every address that the site has, asked by nobody and by a stranger. A new route cannot escape: where this
test does not know whose an address is, it fails."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern
from django.utils import timezone

from keywords.bulk.records import BulkAct
from keywords.drafts.changing import Upload, make_draft
from keywords.drafts.options import DraftOptions
from keywords.drafts.records import Draft
from keywords.exports.records import ExportFile
from keywords.models import ApiToken, Keyword, KeywordList, Search, Source
from keywords.source_checks import SourceCheck
from keywords.tokens import create_token
from tests.keywords.results import finish
from tests.keywords.rows import make_list, make_user

pytestmark = pytest.mark.django_db

# Anybody may see these, and they show nothing of anybody.
PUBLIC = {
    "",
    "theme",
    "account/password-strength",
    "lists/sample.csv",
    "lists/template.csv",
    "demo",
    "demo/<int:number>",
    "demo/<int:number>/page",
}
# Other parts of the site, held to the same by tests of their own.
ELSEWHERE = ("admin/", "api/v1/", "healthz", "readyz", "metrics", "setup")
# allauth's, among which ours stand.
ACCOUNTS = "account/"
# 303: a draft that was started leads to its list.
LET_IN = {200, 286, 303, 405}
SECRET = "a secret of alice"


def walk(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    for each in patterns:
        assert isinstance(each.pattern, RoutePattern), f"not a plain route: {each.pattern}"
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            if not route.startswith((*ELSEWHERE, ACCOUNTS)):
                yield from walk(each.url_patterns, route)
        else:
            assert isinstance(each, URLPattern)
            yield route


ROUTES = [route for route in walk(get_resolver().url_patterns) if not route.startswith(ELSEWHERE)]
# Sources belong to all; what may be done to them is for operators.
SHARED = [route for route in ROUTES if route.startswith("sources/<slug:name>")]
OWNED = [route for route in ROUTES if "<" in route and route not in {*SHARED, *PUBLIC}]
PERSONAL = [route for route in ROUTES if "<" not in route and route not in PUBLIC]


@pytest.fixture
def ids() -> dict[str, int]:
    """The ids of alice's, by the beginning of their addresses."""
    keyword_list = make_list(SECRET, owner=make_user("alice"), name=SECRET)
    keyword = keyword_list.keywords.get()
    search = finish(keyword)
    draft = make_draft(
        make_user("alice"), Upload("paste", "", SECRET.encode()), DraftOptions(name=SECRET)
    )
    export = ExportFile.objects.create(
        owner=make_user("alice"),
        filename=SECRET,
        shape="keywords",
        written_as="csv",
        finished_at=timezone.now(),
        expires_at=timezone.now() + timedelta(days=1),
    )
    check = SourceCheck.objects.create(
        source=keyword.source,
        purpose=SourceCheck.Purpose.TEST,
        keyword=SECRET,
        owner=keyword.keyword_list.owner_id,
    )
    act = BulkAct.objects.create(
        owner=make_user("alice"), keyword_list=keyword_list, act=BulkAct.Act.TAG, tag=SECRET
    )
    token, _secret = create_token(make_user("alice"), name=SECRET)
    session = UserSession.objects.create(
        user=make_user("alice"), ip="127.0.0.1", session_key=SECRET, user_agent=SECRET
    )
    return {
        "account": token.pk,
        "account/sessions": session.pk,
        "acts": act.pk,
        "sources": check.pk,
        "lists": keyword_list.pk,
        "keywords": keyword.pk,
        "searches": search.pk,
        "drafts": draft.pk,
        "exports": export.pk,
    }


def fill(route: str, ids: dict[str, int]) -> str:
    kind = next((kind for kind in ids if route.startswith(f"{kind}/<")), route.partition("/")[0])
    assert kind in ids, f"whose is {route}? Tell this test how to make one."
    route = route.replace("<int:act>", str(ids["acts"]))
    return "/" + re.sub(r"<int:\w+>", str(ids[kind]), route).replace("<slug:name>", "practice")


def read(response: Any) -> str:
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return str(body, errors="replace")


def count_everything() -> tuple[int, ...]:
    return (
        ApiToken.objects.count(),
        Draft.objects.count(),
        ExportFile.objects.count(),
        KeywordList.objects.count(),
        Keyword.objects.count(),
        Search.objects.count(),
        UserSession.objects.count(),
    )


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
class TestStrangers:
    @pytest.mark.parametrize("route", OWNED)
    def test_find_nothing(
        self, client: Client, ids: dict[str, int], route: str, method: str
    ) -> None:
        client.force_login(make_user("bob"))
        before = count_everything()
        response = getattr(client, method)(fill(route, ids))
        assert response.status_code in {404, 405}
        assert SECRET not in read(response)
        assert count_everything() == before

    @pytest.mark.parametrize("route", PERSONAL)
    def test_see_only_their_own(
        self, client: Client, ids: dict[str, int], route: str, method: str
    ) -> None:
        client.force_login(make_user("bob"))
        response = getattr(client, method)(f"/{route}")
        assert SECRET not in read(response)


@pytest.mark.parametrize("route", SHARED)
def test_users_change_nothing_of_sources(client: Client, ids: dict[str, int], route: str) -> None:
    client.force_login(make_user("bob"))
    before = (Source.objects.values().get(), SourceCheck.objects.count())
    for method in ("get", "post", "put", "delete"):
        response = getattr(client, method)(fill(route, ids))
        assert response.status_code in {200, 403, 404, 405}
        assert SECRET not in read(response)
    assert (Source.objects.values().get(), SourceCheck.objects.count()) == before


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
@pytest.mark.parametrize("route", [*OWNED, *SHARED, *PERSONAL])
class TestVisitors:
    def test_are_sent_to_sign_in(
        self, client: Client, ids: dict[str, int], route: str, method: str
    ) -> None:
        before = count_everything()
        path = fill(route, ids) if "<" in route else f"/{route}"
        response = getattr(client, method)(path)
        if response.status_code != 405:
            assert response.status_code == 302
            assert response["Location"].startswith("/account/login/?next=")
        assert count_everything() == before


@pytest.mark.parametrize("route", sorted(PUBLIC))
def test_public_pages_show_nothing_of_anybody(
    client: Client, ids: dict[str, int], route: str
) -> None:
    response = client.get("/" + route.replace("<int:number>", "1"))
    assert response.status_code in {200, 405}
    assert SECRET not in read(response)


def test_owners_are_let_in(client: Client, ids: dict[str, int]) -> None:
    """Else the tests above would show nothing."""
    client.force_login(make_user("alice"))
    statuses = {route: client.get(fill(route, ids)).status_code for route in OWNED}
    odd = {route: status for route, status in statuses.items() if status not in LET_IN}
    assert odd == {}
    assert list(statuses.values()).count(200) > 10
