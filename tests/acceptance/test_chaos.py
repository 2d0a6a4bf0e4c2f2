"""The short form of `make chaos`: one seed on a Postgres of its own. docs/reliability.md has the long one."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from jobs.models import Attempt, Job
from jobs.states import State
from keywords.lists import start_list
from keywords.models import ResultLink, Search
from keywords.sources import set_source
from keywords.uploads import read_list
from scripts.chaos.plan import QueuePlan
from scripts.chaos.verdicts import check_jobs, check_limits, check_searches
from tests.jobs.nodes import ROOT

SEED = "4-4"
LIMIT = 90  # seconds; it usually ends in twenty


@pytest.mark.cluster
def test_nothing_is_lost_or_done_twice_whatever_is_killed(tmp_path: Path) -> None:
    words = ["--seeds", SEED, "--keywords", "200", "--seconds", str(LIMIT), "--pause", "1-3"]
    done = subprocess.run(
        [sys.executable, "-m", "scripts.chaos", *words, "--keep-logs", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=4 * LIMIT,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    row = [cell.strip() for cell in done.stdout.splitlines()[-1].strip("|").split("|")]
    assert (row[0], row[-1]) == ("4", "0")
    assert sum(map(int, row[1:11])) >= 3, "some faults happened"


COUNT = 3


@pytest.fixture
def all_done(db: None) -> None:
    """Three keywords, each with a good result of two links, as they are after a good run."""
    source = set_source("free", engine="practice", allow_private=True)
    owner = User.objects.create_user("anna", "anna@example.com")
    words = read_list([f"free {i}" for i in range(COUNT)], max_keywords=COUNT)
    start_list(owner=owner, name="free", source=source, imported=words)
    now = timezone.now()
    Job.objects.update(state=State.COMPLETED, finished_at=now, turn=None)
    for job in Job.objects.all():
        Attempt.objects.create(
            job=job, number=1, result="completed", started_at=now, finished_at=now
        )
    Search.objects.update(outcome="ok", organic_total=2)
    for search in Search.objects.all():
        for rank in (1, 2):
            link = f"https://example.com/{rank}"
            ResultLink.objects.create(
                search=search, block="organic", rank=rank, absolute_rank=rank, url=link
            )


@pytest.mark.usefixtures("all_done")
class TestJudge:
    """It must see what it is there to see."""

    def test_finds_nothing_where_all_is_well(self) -> None:
        assert check_jobs(COUNT) == check_searches(COUNT) == []

    def test_sees_lost_and_unfinished_jobs(self) -> None:
        assert check_jobs(COUNT + 1) == ["3 jobs of 4 keywords"]
        Job.objects.filter(pk=Job.objects.order_by("pk")[0].pk).update(
            state=State.RETRYABLE, finished_at=None
        )
        assert check_jobs(COUNT)[0].startswith("1 unfinished")

    def test_sees_a_job_that_was_done_twice(self) -> None:
        twice = Attempt.objects.order_by("pk")[0]
        twice.pk = None
        twice.save()
        assert check_jobs(COUNT)[0].startswith("1 completed more than once")

    def test_sees_two_sets_of_links_and_a_missing_one(self) -> None:
        for link in ResultLink.objects.filter(search=Search.objects.order_by("pk")[0]):
            link.pk = None
            link.save()
        ResultLink.objects.filter(search=Search.objects.order_by("pk")[1], rank=2).delete()
        assert check_searches(COUNT)[0].startswith("2 with links twice or missing")

    def test_sees_a_search_without_a_good_result(self) -> None:
        Search.objects.filter(pk=Search.objects.order_by("pk")[0].pk).update(outcome="network")
        assert check_searches(COUNT)[0].startswith("1 without a good result")


class TestLimits:
    def test_are_judged_by_the_engine_s_log(self) -> None:
        queue = QueuePlan("q", 1, 0, {"rate_limit": 2, "rate_period": 10.0, "max_running": 2})
        asked = [{"time": at, "in_flight": 1} for at in (0.0, 5.0, 10.0, 15.0)]
        assert check_limits(queue, asked) == []
        asked.append({"time": 14.9, "in_flight": 3})
        assert check_limits(queue, asked) == [
            "q: 3 requests in 10.0 s, not 2",
            "q: 3 requests at once, not 2",
        ]
