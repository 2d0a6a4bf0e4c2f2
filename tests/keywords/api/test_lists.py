"""Lists over the API."""

from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from jobs.models import Job
from keywords.api import api
from keywords.api.throttling import PerToken
from keywords.models import KeywordList
from keywords.sources import ensure_practice_source, set_source
from tests.keywords.api.client import ApiClient, assert_problem
from tests.keywords.rows import make_list, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice() -> ApiClient:
    return ApiClient(make_user("alice"))


@pytest.fixture
def charlie() -> ApiClient:
    return ApiClient(make_user("charlie"))


def make_file(data: bytes, name: str = "shoes.csv") -> BytesIO:
    file = BytesIO(data)
    file.name = name
    return file


class TestCreate:
    def test_takes_a_file(self, alice: ApiClient) -> None:
        file = make_file(b"keyword,country\nred shoes,de\n\nred shoes,de\nblue shoes,\n")
        response = alice.upload("lists", file=file, country="AT", priority="2", device="mobile")
        assert response.status_code == 201
        created = response.json()
        assert created["name"] == "shoes.csv"
        assert created["accepted"] == 2
        assert created["skipped"] == [
            {"row": 3, "text": "", "reason": "Empty row."},
            {"row": 4, "text": "red shoes", "reason": "Duplicate of row 2."},
        ]
        assert created["counts"]["waiting"] == created["counts"]["total"] == 2
        keywords = KeywordList.objects.get(pk=created["id"]).keywords.order_by("row")
        assert [(each.text, each.country, each.device) for each in keywords] == [
            ("red shoes", "de", "mobile"),
            ("blue shoes", "at", "mobile"),
        ]

    def test_takes_json(self, alice: ApiClient) -> None:
        keywords: list[Any] = ["one, two", {"text": "three", "country": "de", "priority": 1}, ""]
        response = alice.post("lists", {"name": "Mine", "source": "practice", "keywords": keywords})
        assert response.status_code == 201
        assert response.json()["accepted"] == 2
        assert response.json()["skipped"] == [{"row": 3, "text": "", "reason": "Empty row."}]
        assert list(Job.objects.order_by("id").values_list("priority", flat=True)) == [5, 1]

    def test_makes_one_list_for_one_idempotency_key(self, alice: ApiClient) -> None:
        headers = {"Idempotency-Key": "abc"}
        first = alice.post("lists", {"keywords": ["one"]}, headers=headers)
        again = alice.post("lists", {"keywords": ["one"]}, headers=headers)
        assert first.json()["id"] == again.json()["id"]
        assert KeywordList.objects.count() == 1

    def test_reports_what_is_over_the_limit(self, alice: ApiClient, settings: Any) -> None:
        settings.MAX_KEYWORDS = 2
        created = alice.post("lists", {"keywords": ["one", "two", "three"]}).json()
        assert created["accepted"] == 2
        assert created["skipped"][0]["reason"] == "Over the limit of 2 keywords."

    def test_skips_or_repeats_what_is_there_already(self, alice: ApiClient) -> None:
        alice.post("lists", {"keywords": ["One"], "name": "First"})
        Job.objects.update(state="completed", finished_at=timezone.now())
        skipped = alice.post("lists", {"keywords": ["one", "two"], "on_duplicate": "skip"}).json()
        assert skipped["accepted"] == 1
        assert skipped["skipped"][0]["reason"] == "Already in the list “First”."
        assert Job.objects.count() == 2
        again = alice.post("lists", {"keywords": ["ONE"], "on_duplicate": "rerun"}).json()
        assert again["accepted"] == 0
        assert Job.objects.filter(state="available").count() == 2

    @pytest.mark.parametrize(
        ("payload", "pointer"),
        [
            ({}, "/keywords"),
            ({"keywords": ["x"], "priority": 10}, "/priority"),
            ({"keywords": ["x"], "device": "toaster"}, "/device"),
            ({"keywords": ["x"], "country": "Germany"}, "/country"),
            ({"keywords": ["x"], "source": "altavista"}, "/source"),
            ({"keywords": ["x"], "name": "a\x00b"}, "/name"),
            ({"keywords": ["x"], "start_at": "2026-01-01T00:00"}, "/start_at"),
            ({"keywords": "x"}, "/keywords"),
        ],
    )
    def test_refuses_what_is_not_right(
        self, alice: ApiClient, payload: dict[str, Any], pointer: str
    ) -> None:
        problem = assert_problem(alice.post("lists", payload), 422)
        assert pointer in {error["pointer"] for error in problem["errors"]}

    def test_refuses_files_that_are_no_lists(self, alice: ApiClient) -> None:
        response = alice.upload("lists", file=make_file(b"\x89PNG\r\n\x1a\n", "x.csv"))
        assert "PNG" in assert_problem(response, 422)["detail"]
        assert_problem(alice.upload("lists", name="no file"), 422)
        assert not KeywordList.objects.exists()

    def test_refuses_files_that_are_too_large(self, alice: ApiClient, settings: Any) -> None:
        settings.MAX_UPLOAD_BYTES = 10
        assert_problem(alice.upload("lists", file=make_file(b"x" * 11)), 413)
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
        assert_problem(alice.post("lists", {"keywords": ["long enough"]}), 413)

    def test_refuses_other_kinds_of_body(self, alice: ApiClient) -> None:
        response = alice.ask("POST", "lists", data=b"<x/>", content_type="text/xml")
        assert_problem(response, 415)
        response = alice.ask("POST", "lists", data=b"{", content_type="application/json")
        assert_problem(response, 422)

    def test_refuses_a_source_that_is_switched_off(self, alice: ApiClient) -> None:
        ensure_practice_source()
        set_source("practice", enabled=False)
        payload = {"keywords": ["x"], "source": "practice"}
        assert_problem(alice.post("lists", payload), 409)
        assert_problem(alice.post("lists", {"keywords": ["x"]}), 409)


class TestRead:
    def test_pages_through_ones_own_lists_newest_first(self, alice: ApiClient) -> None:
        made = [make_list("x", name=f"List {number}").pk for number in range(5)]
        make_list("x", owner=make_user("charlie"))
        seen: list[int] = []
        cursor = ""
        while True:
            page = alice.get("lists", limit=2, cursor=cursor).json()
            seen += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert seen == sorted(made, reverse=True)

    def test_costs_as_many_queries_for_twenty_lists_as_for_two(
        self, alice: ApiClient, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(20):
            make_list("x", "y", name=f"List {number}")
        with django_assert_max_num_queries(5):
            assert len(alice.get("lists").json()["items"]) == 20

    def test_shows_one_with_its_report(self, alice: ApiClient) -> None:
        keyword_list = make_list("one", "one")
        shown = alice.get(f"lists/{keyword_list.pk}").json()
        assert shown["skipped"] == [{"row": 2, "text": "one", "reason": "Duplicate of row 1."}]
        assert shown["imported"]["how"] == "api"

    def test_refuses_cursors_of_others(self, alice: ApiClient) -> None:
        assert_problem(alice.get("lists", cursor="bm9uZQ"), 422)
        assert_problem(alice.get("lists", limit=0), 422)


class TestActions:
    def test_cancels_and_runs_again(self, alice: ApiClient) -> None:
        keyword_list = make_list("one", "two")
        assert alice.post(f"lists/{keyword_list.pk}/cancel").json() == {"cancelled": 2}
        assert alice.get(f"lists/{keyword_list.pk}").json()["counts"]["cancelled"] == 2
        rerun = f"lists/{keyword_list.pk}/rerun"
        assert alice.post(f"{rerun}?status=done").json() == {"started": 0}
        assert alice.post(f"{rerun}?outcome=cancelled").json() == {"started": 2}
        assert alice.post(rerun).json() == {"started": 0}

    def test_deletes(self, alice: ApiClient) -> None:
        keyword_list = make_list("one")
        assert alice.delete(f"lists/{keyword_list.pk}").status_code == 204
        assert_problem(alice.get(f"lists/{keyword_list.pk}"), 404)


class TestStrangers:
    @pytest.mark.parametrize(
        ("method", "path"),
        [("GET", ""), ("DELETE", ""), ("POST", "/rerun"), ("POST", "/cancel")],
    )
    def test_find_nothing(self, charlie: ApiClient, method: str, path: str) -> None:
        keyword_list = make_list("one")
        assert_problem(charlie.ask(method, f"lists/{keyword_list.pk}{path}"), 404)
        assert Job.objects.filter(state="available").count() == 1


class TestAccess:
    @pytest.mark.parametrize(
        "header", ["", "Bearer", "Bearer nonsense", "Basic YTpi", "Bearer \udcff"]
    )
    def test_needs_a_token(self, header: str) -> None:
        headers = {"Authorization": header} if header else {}
        response = ApiClient().ask("GET", "lists", headers=headers)
        assert_problem(response, 401)
        assert response["WWW-Authenticate"].startswith("Bearer")

    def test_needs_write_scope_to_change_things(self) -> None:
        reader = ApiClient(make_user("alice"), scope="read")
        keyword_list = make_list("one")
        assert reader.get("lists").status_code == 200
        assert_problem(reader.post("lists", {"keywords": ["x"]}), 403)
        assert_problem(reader.delete(f"lists/{keyword_list.pk}"), 403)
        assert_problem(reader.post(f"lists/{keyword_list.pk}/cancel"), 403)

    def test_tells_wrong_addresses_and_methods_in_json(self, alice: ApiClient) -> None:
        assert_problem(alice.get("nothing/here"), 404)
        assert_problem(alice.get("lists/"), 404)
        assert_problem(alice.get("lists/99999999999999999999"), 404)
        response = alice.ask("PUT", "lists")
        assert_problem(response, 405)
        assert set(response["Allow"].split(", ")) == {"GET", "POST"}

    def test_stops_programs_that_run_wild(
        self, alice: ApiClient, charlie: ApiClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with time_machine.travel("2026-01-01T00:00:30Z", tick=False):
            assert isinstance(api.throttle, PerToken)
            monkeypatch.setattr(api.throttle.counts, "most", 2)
            assert [alice.get("lists").status_code for _ in range(2)] == [200, 200]
            response = alice.get("lists")
            assert_problem(response, 429)
            assert response["Retry-After"] == "30"
            assert charlie.get("lists").status_code == 200
