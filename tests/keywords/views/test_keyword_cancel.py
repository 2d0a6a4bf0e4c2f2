"""Stopping one keyword's search: from a page, from a row, and when there is nothing left to stop."""

import json
from typing import Any

import pytest
from django.test import Client

from jobs.models import Job
from keywords.models import Keyword
from tests.keywords.results import finish
from tests.keywords.rows import make_list, make_user

pytestmark = pytest.mark.django_db

HTMX = {"hx-request": "true"}
FINISHED = "This run has already finished."


@pytest.fixture
def keyword() -> Keyword:
    return make_list("red shoes", owner=make_user("alice")).keywords.get()


@pytest.fixture
def alice(client: Client, keyword: Keyword) -> Client:
    client.force_login(keyword.keyword_list.owner)
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


def state_of(keyword: Keyword) -> str:
    return Job.objects.get(search__keyword=keyword).state


class TestFromAForm:
    def test_leads_back(self, alice: Client, keyword: Keyword) -> None:
        back = f"/lists/{keyword.keyword_list_id}?q=shoes"
        response = alice.post(f"/keywords/{keyword.pk}/cancel", {"next": back})
        assert (response.status_code, response["Location"]) == (303, back)
        assert state_of(keyword) == "cancelled"

    @pytest.mark.parametrize("back", ["", "https://elsewhere.example/", "//elsewhere.example/"])
    def test_leads_to_the_keyword_otherwise(
        self, alice: Client, keyword: Keyword, back: str
    ) -> None:
        response = alice.post(f"/keywords/{keyword.pk}/cancel", {"next": back})
        assert response["Location"] == f"/keywords/{keyword.pk}"

    def test_of_what_has_finished_is_a_conflict(self, alice: Client, keyword: Keyword) -> None:
        finish(keyword)
        back = f"/lists/{keyword.keyword_list_id}?q=shoes"
        response = alice.post(f"/keywords/{keyword.pk}/cancel", {"next": back})
        assert response.status_code == 409
        assert FINISHED in text(response)
        assert f'href="{back}"' in text(response)
        response = alice.post(f"/keywords/{keyword.pk}/cancel", {"next": "https://elsewhere/"})
        assert f'href="/keywords/{keyword.pk}"' in text(response)
        assert state_of(keyword) == "completed"


class TestFromARow:
    def test_tells_what_came_of_it_and_lets_the_page_look_again(
        self, alice: Client, keyword: Keyword
    ) -> None:
        response = alice.post(f"/keywords/{keyword.pk}/cancel", headers=HTMX)
        assert response.status_code == 200
        assert "The search is cancelled." in text(response)
        assert "tick" in json.loads(response["HX-Trigger"])
        response = alice.post(f"/keywords/{keyword.pk}/cancel", headers=HTMX)
        assert response.status_code == 409
        assert FINISHED in text(response)
        assert 'hx-swap-oob="innerHTML"' in text(response)
        assert "tick" in json.loads(response["HX-Trigger"])
        assert "<html" not in text(response)
