"""The figures for Prometheus: what they say, and that counters never go down."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from jobs import control, maintenance
from jobs.metrics import make_registry
from jobs.models import Job, Worker
from tests.jobs.rows import claim, make_jobs, make_queue, make_worker
from tests.jobs.test_stats import finish, roll_up_everything

pytestmark = pytest.mark.django_db

Labels = dict[str, str]


def scrape() -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    text = generate_latest(make_registry()).decode()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(name: str, **labels: str) -> float | None:
    return scrape().get((name, tuple(sorted(labels.items()))))


class TestQueues:
    def test_depth_by_state(self) -> None:
        make_jobs(4)
        claim(1)
        assert value("athanor_queue_jobs", queue="work", state="available") == 3
        assert value("athanor_queue_jobs", queue="work", state="running") == 1
        assert value("athanor_queue_jobs", queue="work", state="retryable") == 0

    def test_oldest_waiting(self) -> None:
        make_jobs(1)
        Job.objects.update(scheduled_at=timezone.now() - timedelta(minutes=5))
        waits = value("athanor_queue_oldest_waiting_seconds", queue="work")
        assert waits == pytest.approx(300, abs=10)

    def test_pause_and_limits(self) -> None:
        make_queue(max_running=4, rate_limit=30, rate_period=60)
        control.pause_queue("work", by="anna")
        assert value("athanor_queue_paused", queue="work") == 1
        assert value("athanor_queue_cooling", queue="work") == 0
        assert value("athanor_queue_max_running", queue="work") == 4
        assert value("athanor_queue_rate_limit_per_second", queue="work") == 0.5
        assert value("athanor_queue_rate_used_ratio", queue="work") == 0

    def test_a_queue_without_limits_claims_none(self) -> None:
        make_queue()
        assert value("athanor_queue_max_running", queue="work") is None
        assert value("athanor_queue_rate_used_ratio", queue="work") is None


class TestAttempts:
    def test_counters_survive_pruning(self) -> None:
        make_jobs(3)
        finish(claim(2))
        finish(claim(1), "discarded")
        roll_up_everything()
        before = scrape()
        maintenance.prune(timezone.now() + timedelta(days=100))
        after = scrape()
        key = ("athanor_attempts_total", (("queue", "work"), ("result", "completed")))
        assert before[key] == after[key] == 2

    def test_histograms_are_cumulative(self) -> None:
        make_jobs(3)
        for ran in (0.2, 2.0, 100.0):
            finish(claim(1), ran=ran)
        name = "athanor_attempt_run_seconds_bucket"
        assert value(name, queue="work", le="0.1") == 0
        assert value(name, queue="work", le="0.25") == 1
        assert value(name, queue="work", le="2.5") == 2
        assert value(name, queue="work", le="+Inf") == 3
        assert value("athanor_attempt_run_seconds_count", queue="work") == 3
        assert value("athanor_attempt_run_seconds_sum", queue="work") == pytest.approx(102.2)
        assert value("athanor_job_wait_seconds_count", queue="work") == 3

    def test_a_queue_where_nothing_ended_has_empty_ones(self) -> None:
        make_queue()
        assert value("athanor_job_wait_seconds_count", queue="work") == 0


class TestWorkers:
    def test_slots_and_heartbeats(self) -> None:
        make_jobs(2)
        worker = make_worker(threads=8)
        claim(2, worker=worker)
        Worker.objects.update(seen_at=timezone.now() - timedelta(seconds=30))
        assert value("athanor_slots") == 8
        assert value("athanor_slots_used") == 2
        assert value("athanor_nodes") == 1
        age = value(
            "athanor_worker_heartbeat_age_seconds", worker=f"host:1/{worker.pk}", node="host:1"
        )
        assert age == pytest.approx(30, abs=5)


class TestDashboard:
    def test_asks_only_for_figures_that_exist(self) -> None:
        make_queue(max_running=4, rate_limit=30)
        make_jobs(1)
        finish(claim(1))
        known = {name for name, _ in scrape()}
        dashboard = (Path(__file__).parents[2] / "docs" / "grafana-dashboard.json").read_text()
        asked = set(re.findall(r"athanor_[a-z_]+", dashboard))
        assert asked <= known, asked - known

    def test_every_figure_is_explained(self) -> None:
        text = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
        families = {family.name for family in make_registry().collect()}
        told = set(re.findall(r"athanor_[a-z_]+", text))
        assert {
            name for name in families if name not in told and f"{name}_total" not in told
        } == set()
