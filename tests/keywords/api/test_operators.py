"""Queues and jobs over the API: for operators alone."""

from typing import Any

import pytest

from jobs.audit import AuditEntry
from jobs.models import Job, Queue
from keywords.people import find_or_make_account
from tests.keywords.api.client import ApiClient, assert_problem
from tests.keywords.rows import make_list, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> ApiClient:
    return ApiClient(find_or_make_account("olga@example.org", staff=True))


@pytest.fixture
def queue() -> Queue:
    make_list("one", "two", "three")
    return Queue.objects.get(name="practice")


class TestQueues:
    def test_are_shown_with_what_waits(self, operator: ApiClient, queue: Queue) -> None:
        (shown,) = operator.get("queues").json()
        assert (shown["name"], shown["available"], shown["paused"]) == ("practice", 3, False)

    def test_are_changed_where_something_is_given(self, operator: ApiClient, queue: Queue) -> None:
        Queue.objects.update(burst=7)
        limits = {"rate_limit": 20, "rate_period": 10, "max_running": 4}
        shown = operator.ask(
            "PATCH", "queues/practice", data=_json(limits), content_type="application/json"
        ).json()
        assert (shown["rate_limit"], shown["rate_period"], shown["burst"]) == (20, 10, 7)
        shown = operator.ask(
            "PATCH",
            "queues/practice",
            data=_json({"rate_limit": None}),
            content_type="application/json",
        ).json()
        assert (shown["rate_limit"], shown["max_running"]) == (None, 4)
        assert AuditEntry.objects.filter(by="olga@example.org", action="limits").count() == 2

    def test_are_not_paused_until_a_time_that_has_passed(
        self, operator: ApiClient, queue: Queue
    ) -> None:
        pause = _json({"paused": True, "paused_until": "2020-01-01T00:00:00Z"})
        answer = operator.ask(
            "PATCH", "queues/practice", data=pause, content_type="application/json"
        )
        assert answer.json()["errors"][0]["pointer"] == "/paused_until"
        queue.refresh_from_db()
        assert queue.paused_at is None

    def test_are_paused_and_resumed(self, operator: ApiClient, queue: Queue) -> None:
        pause = _json({"paused": True, "pause_reason": "captcha wave"})
        kind = "application/json"
        shown = operator.ask("PATCH", "queues/practice", data=pause, content_type=kind).json()
        assert (shown["paused"], shown["paused_by"]) == (True, "olga@example.org")
        resume = _json({"paused": False})
        shown = operator.ask("PATCH", "queues/practice", data=resume, content_type=kind).json()
        assert not shown["paused"]

    def test_are_drained(self, operator: ApiClient, queue: Queue) -> None:
        assert operator.post("queues/practice/drain").json() == {"running": 0}
        queue.refresh_from_db()
        assert queue.paused_at is not None

    @pytest.mark.parametrize("change", [{"rate_limit": 0}, {"burst": 0}, {"rate_period": -1}])
    def test_refuse_limits_that_mean_nothing(
        self, operator: ApiClient, queue: Queue, change: dict[str, int]
    ) -> None:
        response = operator.ask(
            "PATCH", "queues/practice", data=_json(change), content_type="application/json"
        )
        assert_problem(response, 422)

    def test_that_are_not_there(self, operator: ApiClient) -> None:
        assert_problem(operator.post("queues/nowhere/drain"), 404)


class TestJobs:
    def test_are_listed_and_filtered(self, operator: ApiClient, queue: Queue) -> None:
        items = operator.get("jobs", state="available", queue="practice").json()["items"]
        assert len(items) == 3
        assert items[0]["kind"] == "keywords.search"
        assert operator.get("jobs", state="completed").json()["items"] == []
        assert len(operator.get("jobs", q="keyword: two").json()["items"]) == 1
        assert_problem(operator.get("jobs", state="asleep"), 422)

    def test_are_cancelled_and_retried(self, operator: ApiClient, queue: Queue) -> None:
        job = Job.objects.order_by("pk")[0]
        assert operator.post(f"jobs/{job.pk}/cancel").json() == {"done": 1}
        problem = assert_problem(operator.post(f"jobs/{job.pk}/cancel"), 409)
        assert problem["detail"] == "This run has already finished."
        assert operator.get(f"jobs/{job.pk}").json()["state"] == "cancelled"
        assert operator.post(f"jobs/{job.pk}/retry").json() == {"done": 1}
        assert operator.get(f"jobs/{job.pk}").json()["state"] == "available"
        assert_problem(operator.post(f"jobs/{job.pk}/retry"), 409)

    def test_are_acted_upon_in_bulk(self, operator: ApiClient, queue: Queue) -> None:
        payload: dict[str, Any] = {"action": "cancel", "filter": {"queue": "practice"}}
        counted = operator.post("jobs/bulk", {**payload, "dry_run": True}).json()
        assert (counted["affected"], counted["done"]) == (3, 0)
        answer = operator.post("jobs/bulk", payload).json()
        assert (answer["done"], answer["complete"]) == (3, True)
        assert operator.post("jobs/bulk", payload).json()["done"] == 0

    def test_need_what_an_act_needs(self, operator: ApiClient, queue: Queue) -> None:
        payload: dict[str, Any] = {"action": "set_priority", "filter": {}}
        assert_problem(operator.post("jobs/bulk", payload), 422)
        assert operator.post("jobs/bulk", {**payload, "priority": 1}).json()["done"] == 3
        assert_problem(
            operator.post("jobs/bulk", {"action": "move", "filter": {}, "queue": "x"}), 422
        )
        assert_problem(
            operator.post("jobs/bulk", {"action": "cancel", "filter": {"age": "x"}}), 422
        )


class TestOthers:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "queues"),
            ("POST", "queues/practice/drain"),
            ("GET", "jobs"),
            ("GET", "jobs/1"),
            ("POST", "jobs/1/cancel"),
            ("POST", "jobs/1/retry"),
        ],
    )
    def test_may_not(self, queue: Queue, method: str, path: str) -> None:
        assert_problem(ApiClient(make_user("alice")).ask(method, path), 403)

    def test_may_not_change_many(self, queue: Queue) -> None:
        alice = ApiClient(make_user("alice"))
        payload = {"action": "cancel", "filter": {}}
        assert_problem(alice.post("jobs/bulk", payload), 403)
        response = alice.ask(
            "PATCH", "queues/practice", data=b'{"paused": true}', content_type="application/json"
        )
        assert_problem(response, 403)
        assert Job.objects.filter(state="available").count() == 3

    def test_readers_among_operators_only_look(self, queue: Queue) -> None:
        olga = ApiClient(find_or_make_account("olga@example.org", staff=True), scope="read")
        assert olga.get("jobs").status_code == 200
        assert_problem(olga.post("queues/practice/drain"), 403)


def _json(payload: Any) -> bytes:
    import json

    return json.dumps(payload).encode()
