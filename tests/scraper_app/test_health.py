"""The two addresses that machines ask."""

from datetime import timedelta

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from jobs.models import Node


def beat(seconds_ago: float) -> None:
    Node.objects.create(host="here", pid=1, seen_at=timezone.now() - timedelta(seconds=seconds_ago))


class TestHealthz:
    def test_answers_without_a_database(self, client: Client) -> None:
        assert client.get("/healthz").content == b"ok"

    def test_refuses_to_be_posted_to(self, client: Client) -> None:
        assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
class TestReadyz:
    def test_is_ready_while_a_node_reports(self, client: Client) -> None:
        beat(seconds_ago=1)
        answer = client.get("/readyz")
        assert answer.status_code == 200
        assert answer.json() == {
            "ready": True,
            "checks": {"database": "ok", "migrations": "ok", "worker": "ok"},
        }

    def test_says_that_no_node_has_reported(self, client: Client) -> None:
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["checks"]["worker"] == "No worker node has reported yet."

    def test_says_how_old_the_last_heartbeat_is(self, client: Client) -> None:
        beat(seconds_ago=60)
        assert "60 s old" in client.get("/readyz").json()["checks"]["worker"]

    def test_counts_migrations_that_are_not_applied(self, client: Client) -> None:
        last = MigrationRecorder.Migration.objects.filter(app="jobs").latest("id")
        last.delete()
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert "not applied" in answer.json()["checks"]["migrations"]
