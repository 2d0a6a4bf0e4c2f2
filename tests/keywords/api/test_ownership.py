"""Every operation of the API, asked by nobody and by a stranger. The list is the API's own document, so that a new
one cannot escape."""

import re
from typing import Any

import pytest

from jobs.models import Job
from keywords.api import api
from keywords.models import Keyword, KeywordList, Search
from tests.keywords.api.client import ApiClient, assert_problem
from tests.keywords.results import finish
from tests.keywords.rows import make_list, make_user

pytestmark = pytest.mark.django_db

SECRET = "a secret of alice"
# Operators alone may use these, whosever the row is.
STAFF = ("queues", "jobs")


def list_operations() -> list[tuple[str, str]]:
    paths: dict[str, Any] = api.get_openapi_schema()["paths"]
    return [
        (method.upper(), path.removeprefix("/api/v1/"))
        for path, operations in paths.items()
        for method in operations
    ]


OPERATIONS = list_operations()
OWNED = [each for each in OPERATIONS if "{" in each[1] and not each[1].startswith(STAFF)]
OF_STAFF = [each for each in OPERATIONS if each[1].startswith(STAFF)]
PERSONAL = [each for each in OPERATIONS if each not in OWNED and each not in OF_STAFF]


@pytest.fixture
def ids() -> dict[str, Any]:
    keyword_list = make_list(SECRET, owner=make_user("alice"), name=SECRET)
    keyword = keyword_list.keywords.get()
    search = finish(keyword)
    job = Job.objects.latest("pk")
    return {
        "lists": keyword_list.pk,
        "keywords": keyword.pk,
        "searches": search.pk,
        "jobs": job.pk,
        "queues": "practice",
        "sources": "practice",
    }


def fill(path: str, ids: dict[str, Any]) -> str:
    kind = path.partition("/")[0]
    if "{" not in path:
        return path
    assert kind in ids, f"whose is {path}? Tell this test how to make one."
    return re.sub(r"\{\w+\}", str(ids[kind]), path)


def count_everything() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (KeywordList, Keyword, Search, Job))


def ask(client: ApiClient, method: str, path: str) -> Any:
    data = b"" if method == "GET" else b"{}"
    return client.ask(method, path, data=data, content_type="application/json")


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_nobody_is_let_in(ids: dict[str, Any], method: str, path: str) -> None:
    before = count_everything()
    assert_problem(ask(ApiClient(), method, fill(path, ids)), 401)
    assert count_everything() == before


@pytest.mark.parametrize(("method", "path"), OWNED)
def test_a_stranger_finds_nothing(ids: dict[str, Any], method: str, path: str) -> None:
    before = count_everything()
    answer = ask(ApiClient(make_user("bob")), method, fill(path, ids))
    assert answer.status_code == 404
    assert SECRET not in answer.content.decode()
    assert count_everything() == before


@pytest.mark.parametrize(("method", "path"), OF_STAFF)
def test_only_operators_reach_queues_and_jobs(ids: dict[str, Any], method: str, path: str) -> None:
    before = count_everything()
    answer = ask(ApiClient(make_user("bob")), method, fill(path, ids))
    # A body that is not understood is refused before anything is looked at.
    assert answer.status_code in {403, 422}
    assert SECRET not in answer.content.decode()
    assert count_everything() == before


@pytest.mark.parametrize(("method", "path"), PERSONAL)
def test_what_belongs_to_nobody_shows_nothing_of_others(
    ids: dict[str, Any], method: str, path: str
) -> None:
    answer = ask(ApiClient(make_user("bob")), method, path)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert SECRET not in body.decode()


@pytest.mark.parametrize(("method", "path"), [each for each in OPERATIONS if each[0] != "GET"])
def test_a_reading_token_changes_nothing(ids: dict[str, Any], method: str, path: str) -> None:
    before = count_everything()
    alice = KeywordList.objects.get(name=SECRET).owner
    answer = ask(ApiClient(alice, scope="read"), method, fill(path, ids))
    assert answer.status_code == 403
    assert count_everything() == before


def test_the_owner_is_let_in(ids: dict[str, Any]) -> None:
    """Else the tests above would show nothing."""
    alice = ApiClient(KeywordList.objects.get(name=SECRET).owner)
    found = {
        path: ask(alice, method, fill(path, ids)).status_code
        for method, path in OWNED
        if method == "GET"
    }
    assert [path for path, status in found.items() if status == 404] in ([], ["searches/{pk}/page"])
