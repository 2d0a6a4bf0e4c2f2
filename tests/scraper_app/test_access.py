"""The addresses that are not the pages' own: admin, accounts, health. Each route of them, asked by nobody and by a user
who is no operator."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.keywords.results import finish
from tests.keywords.rows import make_list, make_user

pytestmark = pytest.mark.django_db

SECRET = "a secret of alice"
# The admin's ways in and out show nothing.
DOORS = ("login/", "logout/", "jsi18n/")


def walk(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    for each in patterns:
        route = prefix + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from walk(each.url_patterns, route)
        elif isinstance(each, URLPattern):
            yield route


def fill(route: str) -> str:
    """With 1 for every number, name and path."""
    filled = re.sub(r"<[^>]*>|\(\?P<\w+>[^)]*\)", "1", route)
    return "/" + re.sub(r"[\^$\\?]", "", filled)


ROUTES = list(walk(get_resolver().url_patterns))
ADMIN = [route for route in ROUTES if route.startswith("admin/") and not route.endswith(DOORS)]
ACCOUNT = [route for route in ROUTES if route.startswith("account/")]


@pytest.fixture
def secret() -> None:
    alice = make_user("alice")
    alice.email = f"{SECRET.replace(' ', '.')}@example.org"
    alice.save()
    finish(make_list(SECRET, owner=alice, name=SECRET).keywords.get())


def shows_secret(content: bytes) -> bool:
    text = content.decode()
    return SECRET in text or SECRET.replace(" ", ".") in text


def test_there_is_something_to_test() -> None:
    assert len(ADMIN) > 30
    assert len(ACCOUNT) > 10


@pytest.mark.usefixtures("secret")
class TestAdmin:
    def test_sends_visitors_to_sign_in(self, client: Client) -> None:
        answers = {route: client.get(fill(route)) for route in ADMIN}
        odd = {
            route: answer.status_code
            for route, answer in answers.items()
            if answer.status_code != 302 or "/login/" not in answer["Location"]
        }
        assert odd == {}

    def test_is_closed_to_users(self, client: Client) -> None:
        client.force_login(make_user("bob"))
        for route in ADMIN:
            for method in ("get", "post"):
                answer = getattr(client, method)(fill(route))
                assert answer.status_code in {302, 403, 404}, route
                assert not shows_secret(answer.content)


@pytest.mark.usefixtures("secret")
@pytest.mark.parametrize("who", ["nobody", "bob"])
def test_accounts_show_nothing_of_others(client: Client, who: str) -> None:
    if who == "bob":
        client.force_login(make_user("bob"))
    for route in ACCOUNT:
        answer = client.get(fill(route))
        assert answer.status_code < 500, route
        assert not shows_secret(answer.content), route


def test_health_tells_nothing_of_anybody(client: Client, secret: None) -> None:
    for route in ("healthz", "readyz", "metrics"):
        answer = client.get(f"/{route}")
        assert not shows_secret(answer.content)
